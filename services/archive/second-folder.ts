import { SisoError } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";
import { fileStore, folderExists } from "./file-store.ts";

/**
 * The second folder, opened when it is used: a disk that is away must not stop the service, and it may come back. A folder that
 * is not there is not made: what looks like one may be the empty place a disk is mounted on.
 */
export function secondFolder(dir: string): ObjectStore {
  let opened: ObjectStore | null = null;
  const store = async (): Promise<ObjectStore> => {
    if (!(await folderExists(dir))) throw away(dir);
    return (opened ??= await fileStore(dir, 0));
  };
  const use = async <T>(work: (there: ObjectStore) => Promise<T>): Promise<T> => work(await store());
  return {
    address: dir,
    put: (...put) => use((there) => there.put(...put)),
    add: (...add) => use((there) => there.add(...add)),
    digest: (sha256) => use((there) => there.digest(sha256)),
    get: (sha256) => use((there) => there.get(sha256)),
    keepUntil: () => Promise.resolve(),
    list: (folder) => listed(store, folder),
    freeBytes: () => use((there) => there.freeBytes()),
    clock: () => Promise.resolve(null),
    note: (name) => use((there) => there.note(name)),
    putNote: (name, bytes) => use((there) => there.putNote(name, bytes)),
    notes: (folder) => use((there) => there.notes(folder)),
  };
}

async function* listed(
  open: () => Promise<ObjectStore>,
  folder: string,
): AsyncGenerator<{ sha256: string; bytes: number }> {
  yield* (await open()).list(folder);
}

function away(dir: string): SisoError {
  return new SisoError("store-unavailable", {
    vi: `Không có thư mục bản sao thứ hai ${dir}; hãy gắn lại đĩa, hoặc tạo thư mục nếu là lần đầu`,
    en: `The second copy's folder ${dir} is not there; mount its disk again, or make the folder the first time`,
  });
}
