import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const pieceBytes = 512 * 1024;

export interface FileDigest {
  /** Hex. */
  sha256: string;
  bytes: number;
}

/** Of a file, read once from end to end; the next piece is read while one is hashed. Null when there is none. */
export async function digestFile(path: string): Promise<FileDigest | null> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (file === null) return null;
  const pieces = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for (let reading = file.read(pieces[0], 0, pieceBytes, 0), turn = 0; ; turn = 1 - turn) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return { sha256: hash.digest("hex"), bytes };
      bytes += bytesRead;
      reading = file.read(turn === 0 ? pieces[1] : pieces[0], 0, pieceBytes, bytes);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
