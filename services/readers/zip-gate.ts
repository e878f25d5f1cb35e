import yauzl from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { SisoError } from "../errors.ts";
import type { ReadLimits } from "./limits.ts";
import { refused, SAVE_AGAIN, SEND_OFFICE_FILE, unreadable } from "./refusal.ts";

/**
 * Unpacks a zip in memory under caps on entries, bytes and ratio. Bytes are counted as they stream, because a bomb's
 * directory states harmless sizes. Part names are normalised to lower case: Office itself ignores case.
 * Throws `file-refused` for a bomb, a nested archive or a password, `file-unreadable` for a damaged file.
 */
export async function unpackGuarded(
  fileName: string,
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer>();
  let unpacked = 0;
  try {
    const zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (zip.entryCount > limits.entries)
      throw tooMuch(fileName, `${zip.entryCount} mục`, `${zip.entryCount} entries`);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      const part = await unpackEntry(fileName, zip, entry, limits, limits.unpackedBytes - unpacked);
      unpacked += part.length;
      refuseNested(fileName, entry.fileName, part);
      addPart(fileName, parts, entry.fileName, part);
    }
  } catch (error) {
    if (error instanceof SisoError) throw error;
    throw damaged(fileName, error);
  }
  return parts;
}

async function unpackEntry(
  fileName: string,
  zip: ZipFile,
  entry: Entry,
  limits: ReadLimits,
  bytesLeft: number,
): Promise<Buffer> {
  if (entry.isEncrypted()) throw locked(fileName);
  const cap = Math.min(limits.entryBytes, bytesLeft);
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let count = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    count += chunk.length;
    const suspicious = count > limits.ratioFloorBytes && count > entry.compressedSize * limits.ratio;
    if (count > cap || suspicious) {
      stream.destroy();
      throw tooMuch(fileName, `${entry.fileName} bung ra quá lớn`, `${entry.fileName} unpacks to too much`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, count);
}

/** Two parts of one name: two parsers may each see a different file, so neither is trusted. */
function addPart(fileName: string, parts: Map<string, Buffer>, partName: string, part: Buffer): void {
  const name = partName.replace(/^\//, "").toLowerCase();
  if (parts.has(name)) throw damaged(fileName, new Error(`duplicate part ${partName}`));
  parts.set(name, part);
}

function refuseNested(fileName: string, partName: string, part: Buffer): void {
  const isZip = part.length > 4 && part.readUInt32BE(0) === 0x504b0304;
  if (!isZip) return;
  throw refused(
    fileName,
    {
      vi: `bên trong có tệp nén hoặc tệp nhúng (${partName})`,
      en: `another archive or embedded file is inside (${partName})`,
    },
    {
      vi: "Xóa đối tượng nhúng, hoặc gửi từng tệp riêng",
      en: "Remove the embedded object, or send the files one by one",
    },
  );
}

function tooMuch(fileName: string, vi: string, en: string): SisoError {
  return refused(
    fileName,
    { vi: `tệp nén bất thường (${vi})`, en: `abnormal compression (${en})` },
    SAVE_AGAIN,
  );
}

export function locked(fileName: string): SisoError {
  return refused(
    fileName,
    { vi: "tệp có mật khẩu", en: "the file is protected by a password" },
    { vi: "Bỏ mật khẩu rồi gửi lại", en: "Remove the password and send it again" },
  );
}

export function damaged(fileName: string, cause: unknown): SisoError {
  return unreadable(
    fileName,
    { vi: "tệp hỏng hoặc bị cắt cụt", en: "the file is damaged or cut short" },
    SEND_OFFICE_FILE,
    cause,
  );
}
