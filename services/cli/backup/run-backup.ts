import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { archivePlace } from "../../../db/queries/archive-place.ts";
import { dumpTables } from "../../../db/dump-tables.ts";
import { copyNotes, erasureFolder, noteErasures } from "../../../workers/keeping/erasures.ts";
import { idNote, readId } from "../../../workers/keeping/meet-archive.ts";
import { tombstoneFolder } from "../../../workers/keeping/tombstones.ts";
import {
  newSalt,
  readKeys,
  readPassphrase,
  sealKeys,
  secretOf,
  type BackupSecret,
} from "../../archive/backup-keys.ts";
import { fileStore, type FileStore } from "../../archive/file-store.ts";
import { folders } from "../../archive/object-folders.ts";
import { SisoError } from "../../errors.ts";
import { withKeeping, type Keeping } from "../archive/open-keeping.ts";
import { say } from "../say.ts";
import { sealedKeysName, writeBackupFile, writeManifest, type BackupFile } from "./backup-folder.ts";
import { readObjectIndex, wholeFrom } from "./object-index.ts";

export interface BackupOptions {
  out: string;
  passphraseFile: string;
  objects?: boolean;
}

export interface BackupRequest {
  connectionString: string;
  keyFile: string;
  out: string;
  passphrase: string;
  /** Whether the sealed objects are copied too. */
  objects: boolean;
}

export interface BackupMade {
  folder: string;
  bytes: number;
  /** Copied now; those of earlier backups stay. Null when they were not asked for. */
  copied: number | null;
  /** SHA-256 of objects that are nowhere whole. */
  missing: string[];
}

/** False when an object could not be copied. */
export async function runBackup(
  options: BackupOptions,
  env: Record<string, string | undefined>,
): Promise<boolean> {
  const out = resolve(options.out);
  const passphrase = await readPassphrase(resolve(options.passphraseFile));
  const made = await withKeeping(async (ctx, { dataDir, archiveDir, keyFile }, connectionString) => {
    refuseInside(out, [dataDir, archiveDir]);
    return backUp(ctx, { connectionString, keyFile, out, passphrase, objects: options.objects === true });
  }, env);
  const { folder, bytes, copied, missing } = made;
  const size = (bytes / 1e6).toFixed(1);
  say({
    vi: `Đã sao lưu vào ${folder}: cơ sở dữ liệu, khóa, danh mục đối tượng (${size} MB)${copied === null ? "; không chép ảnh (thêm --objects)" : `; chép thêm ${copied} đối tượng`}. Giữ mật khẩu ở nơi khác.`,
    en: `Backed up to ${folder}: database, keys, index of objects (${size} MB)${copied === null ? "; no objects copied (add --objects)" : `; ${copied} more objects copied`}. Keep the passphrase elsewhere.`,
  });
  if (missing.length === 0) return true;
  say({
    vi: `${missing.length} đối tượng không còn nguyên ở đâu, không chép được (./siso archive fixity --all): ${missing.slice(0, 5).join(", ")}`,
    en: `${missing.length} objects are whole nowhere and were not copied (./siso archive fixity --all): ${missing.slice(0, 5).join(", ")}`,
  });
  return false;
}

/** One snapshot of the database beside whatever goes on; keys, index and notes after it; the manifest last. */
export async function backUp(ctx: Keeping, request: BackupRequest): Promise<BackupMade> {
  const { connectionString, keyFile, out, passphrase } = request;
  const now = ctx.clock.now();
  await mkdir(out, { recursive: true, mode: 0o700 });
  const shared = await fileStore(out, 0);
  const archiveId = await recognise(ctx, shared);
  const folder = join(out, `${now.toISOString().replaceAll(/[-:.]/g, "").slice(0, 18)}Z`);
  await mkdir(folder, { mode: 0o700 });
  const files: BackupFile[] = [];
  const dump = await dumpTables(connectionString, async (name, rows) => {
    files.push(await writeBackupFile(folder, name, rows));
  });
  const salt = newSalt();
  const secret: BackupSecret = await secretOf(passphrase, salt);
  const keys = sealKeys(secret, keyFile, await readKeys(keyFile));
  files.push(await writeBackupFile(folder, sealedKeysName, Readable.from([keys])));
  await copyMemory(ctx, shared);
  const objects = request.objects ? await copyObjects(ctx, shared, folder) : { copied: null, missing: [] };
  const about = { format: 1 as const, madeAt: now.toISOString(), archiveId, salt: salt.toString("hex") };
  await writeManifest(folder, secret, { ...about, ...dump, files });
  return { folder, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), ...objects };
}

/** One place holds the backups of one archive. */
async function recognise(ctx: Keeping, shared: FileStore): Promise<string> {
  const own = (await archivePlace(ctx.db))?.archiveId ?? "";
  const id = await readId(shared);
  if (id === null) await shared.putNote(idNote, Buffer.from(`${own}\n`));
  else if (id !== own) {
    throw new SisoError("archive-refused", {
      vi: `${shared.address} giữ bản sao lưu của một kho khác; chọn thư mục khác`,
      en: `${shared.address} keeps backups of another archive; choose another folder`,
    });
  }
  return own;
}

/** With every backup, so that even an older one, restored, knows what was destroyed and who was erased since. */
async function copyMemory(ctx: Keeping, shared: FileStore): Promise<void> {
  await noteErasures(ctx);
  const { first, second } = ctx.archive.stores;
  for (const folder of [tombstoneFolder, erasureFolder])
    for (const store of second === null ? [first] : [first, second]) await copyNotes(store, shared, folder);
}

async function copyObjects(
  { archive }: Keeping,
  shared: FileStore,
  folder: string,
): Promise<{ copied: number; missing: string[] }> {
  const there = new Map<string, number>();
  for (const each of folders)
    for await (const { sha256, bytes } of shared.list(each)) there.set(sha256, bytes);
  const { first, second } = archive.stores;
  const missing: string[] = [];
  let copied = 0;
  for await (const { sha256, bytes } of readObjectIndex(folder)) {
    if (there.get(sha256) === bytes) continue;
    const whole = await wholeFrom(second === null ? [first] : [first, second], sha256);
    if (whole === null) {
      missing.push(sha256);
      continue;
    }
    await shared.put(sha256, whole);
    copied += 1;
  }
  return { copied, missing };
}

function refuseInside(out: string, dirs: readonly string[]): void {
  const around = dirs.find((dir) => !`${relative(dir, out)}/`.startsWith("../"));
  if (around === undefined) return;
  throw new SisoError("input-invalid", {
    vi: `${out} nằm trong ${around}, mất cùng nhau; hãy chọn đĩa hoặc máy khác`,
    en: `${out} is inside ${around} and would be lost with it; choose another disk or machine`,
  });
}
