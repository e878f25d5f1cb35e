import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { holdsRows } from "../../../db/restore-tables.ts";
import { readId } from "../../../workers/keeping/meet-archive.ts";
import { fileStore, folderExists } from "../../archive/file-store.ts";
import { SisoError } from "../../errors.ts";
import type { Archive } from "../../ports.ts";

/** Nothing is restored over anything; with `keepArchive` the archive there must be the backup's own. */
export async function refuseArchive(dir: string, archiveId: string, keepArchive: boolean): Promise<void> {
  const isThere = (await folderExists(dir)) && (await readdir(dir)).length > 0;
  if (!isThere) {
    if (!keepArchive) return;
    throw new SisoError("archive-refused", {
      vi: `Không có kho nào ở ${dir} để giữ; có thể đĩa chưa được gắn. Bỏ --keep-archive nếu kho cũng mất`,
      en: `There is no archive at ${dir} to keep; its disk may not be mounted. Leave out --keep-archive if it is lost too`,
    });
  }
  const store = await fileStore(dir, 0);
  const id = await readId(store);
  if (!keepArchive && (id !== null || !(await store.isEmpty()))) {
    throw new SisoError("archive-refused", {
      vi: `Kho ${dir} không trống, không ghi đè. Nếu đó là chính kho này còn nguyên, hoặc lần khôi phục trước bị ngắt: thêm --keep-archive; nếu không, đặt SISO_ARCHIVE_DIR tới một thư mục trống`,
      en: `The archive ${dir} is not empty and is not overwritten. If it is this very archive, still there, or a restore was cut off: add --keep-archive; else point SISO_ARCHIVE_DIR at an empty folder`,
    });
  }
  if (!keepArchive || id === archiveId) return;
  throw new SisoError("archive-refused", {
    vi: `Kho ${join(dir)} không phải kho của bản sao lưu này (${id ?? "không rõ"} thay vì ${archiveId})`,
    en: `The archive ${join(dir)} is not this backup's (${id ?? "unknown"} instead of ${archiveId})`,
  });
}

export async function refuseDatabase(connectionString: string): Promise<void> {
  if (!(await holdsRows(connectionString))) return;
  throw new SisoError("archive-refused", {
    vi: "Cơ sở dữ liệu đích không trống, không ghi đè. Đặt SISO_DATA hoặc SISO_DATABASE_URL tới một cơ sở dữ liệu mới",
    en: "The target database is not empty and is not overwritten. Point SISO_DATA or SISO_DATABASE_URL at a new one",
  });
}

/** A second store of another archive is a configuration to mend; one that is away may hold what was destroyed since. */
export async function refuseSecond({ stores }: Archive, archiveId: string): Promise<void> {
  const { second } = stores;
  const id = second === null ? null : await readId(second);
  if (second === null || id === null || id === archiveId) return;
  throw new SisoError("archive-refused", {
    vi: `${second.address} là bản sao của một kho khác; hãy đặt lại SISO_ARCHIVE_SECOND`,
    en: `${second.address} holds another archive's copy; mend SISO_ARCHIVE_SECOND`,
  });
}
