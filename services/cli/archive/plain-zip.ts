import { crc32 } from "node:zlib";

/** A ZIP in which every byte follows from names and contents (stored, no dates): a reader can build it again and compare. */

/** More than this needs ZIP64, which not everything an auditor has can read. */
export const largestZipBytes = 0xffff_ffff;
const mostEntries = 0xffff;

const METHOD_STORED = 0;
const UTF8_NAMES = 0x800;
/** 1 January 1980. */
const DOS_DATE = 0x21;

export interface ZipEntry {
  /** Goes before the contents. */
  head: Buffer;
  /** Goes into the directory at the end. */
  directory: Buffer;
}

/** `at` is the offset of the entry's head. Throws `RangeError` for what a plain ZIP cannot hold. */
export function zipEntry(name: string, contents: Uint8Array, at: number): ZipEntry {
  const encoded = Buffer.from(name, "utf8");
  if (at + contents.length > largestZipBytes) throw new RangeError("a plain ZIP holds less than 4 GiB");
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(METHOD_STORED, 4);
  fields.writeUInt16LE(0, 6);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(contents), 10);
  fields.writeUInt32LE(contents.length, 14);
  fields.writeUInt32LE(contents.length, 18);
  fields.writeUInt16LE(encoded.length, 22);
  const places = Buffer.alloc(14);
  places.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  places.writeUInt32LE(at, 10);
  return {
    head: Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, encoded]),
    directory: Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), fields, places, encoded]),
  };
}

/** Everything after the last contents; `at` is where it begins. */
export function zipEnd(directory: readonly Buffer[], at: number): Buffer {
  if (directory.length > mostEntries) throw new RangeError("a plain ZIP holds less than 65536 files");
  const whole = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(whole.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([whole, end]);
}
