const ENTRY_BYTES = 128;
const MOST_ENTRIES = 4_096;

export interface OleDirectory {
  /** Streams and folders at the top: they say what the document is. */
  top: string[];
  /** All of them, those of embedded objects included. */
  all: string[];
}

interface Entry {
  name: string;
  left: number;
  right: number;
  child: number;
}

/** Names in an OLE2 container (old .doc, .xls; [MS-CFB] 2.6). Null when its tables lead outside the file. */
export function readOleDirectory(bytes: Uint8Array): OleDirectory | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const entries = entriesOf(file);
    const top: string[] = [];
    const waiting = [entries[0]?.child ?? -1];
    const seen = new Set<number>();
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const entry = entries[id];
      if (!entry || seen.has(id)) continue;
      seen.add(id);
      top.push(entry.name);
      waiting.push(entry.left, entry.right);
    }
    return { top, all: entries.map(({ name }) => name) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The directory is a chain of sectors, each followed by the one the allocation table names. */
function entriesOf(file: Buffer): Entry[] {
  const sectorBytes = 1 << Math.min(file.readUInt16LE(30), 12);
  const perSector = sectorBytes / 4;
  const entries: Entry[] = [];
  let sector = file.readInt32LE(48);
  while (sector >= 0 && entries.length < MOST_ENTRIES) {
    for (let at = 0; at < sectorBytes; at += ENTRY_BYTES)
      entries.push(entryAt(file, (sector + 1) * sectorBytes + at));
    const tableIndex = Math.floor(sector / perSector);
    sector = file.readInt32LE(
      (tableSector(file, sectorBytes, tableIndex) + 1) * sectorBytes + (sector % perSector) * 4,
    );
  }
  return entries;
}

/** Sector of the allocation table's n-th part: from the header, then from the chain of further lists. */
function tableSector(file: Buffer, sectorBytes: number, index: number): number {
  if (index < 109) return file.readInt32LE(76 + index * 4);
  const perList = sectorBytes / 4 - 1;
  let list = file.readInt32LE(68);
  for (let skip = Math.floor((index - 109) / perList); skip > 0; skip--)
    list = file.readInt32LE((list + 1) * sectorBytes + perList * 4);
  return file.readInt32LE((list + 1) * sectorBytes + ((index - 109) % perList) * 4);
}

function entryAt(file: Buffer, at: number): Entry {
  const nameBytes = Math.min(Math.max(file.readUInt16LE(at + 64) - 2, 0), 62);
  return {
    name: file.toString("utf16le", at, at + nameBytes),
    left: file.readInt32LE(at + 68),
    right: file.readInt32LE(at + 72),
    child: file.readInt32LE(at + 76),
  };
}
