import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { execa } from "execa";
import { SisoError } from "../services/errors.ts";

/** The unprivileged account PostgreSQL runs under; null means the account of this process. */
export type ServerAccount = { uid: number; gid: number } | null;

const CREATED_ACCOUNT = "siso";

/**
 * PostgreSQL refuses to run as root. As root: whoever owns the data already, else `postgres`, else `siso` (created).
 * The owner comes first because a `postgres` account installed later must not orphan existing data.
 */
export async function serverAccount(clusterDir: string): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(clusterDir).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = await findAccount();
  if (known) return known;
  await execa("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", CREATED_ACCOUNT], {
    reject: false,
  });
  const created = await findAccount();
  if (created) return created;
  throw new SisoError("config-invalid", {
    vi: "PostgreSQL không chạy dưới quyền root và không tạo được tài khoản hệ thống siso; hãy tạo tài khoản postgres hoặc chạy bằng người dùng thường",
    en: "PostgreSQL does not run as root and the system account siso could not be created; create an account named postgres or run as an ordinary user",
  });
}

async function findAccount(): Promise<ServerAccount> {
  const passwd = await readFile("/etc/passwd", "utf8");
  return accountNamed(passwd, "postgres") ?? accountNamed(passwd, CREATED_ACCOUNT);
}

/** `passwd` is the text of /etc/passwd. An entry with uid 0 is no unprivileged account and does not count. */
export function accountNamed(passwd: string, name: string): ServerAccount {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find((entry) => entry[0] === name);
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : null;
}

/** The outermost folder on the way to `path` (itself included) that the account cannot pass; null when it can, or is us. */
export async function blockedFolder(path: string, account: ServerAccount): Promise<string | null> {
  if (account === null) return null;
  for (const folder of ancestry(path)) {
    const info = await stat(folder).catch(() => null);
    if (info === null) return null;
    if ((info.mode & passBit(info, account)) === 0) return folder;
  }
  return null;
}

function passBit(owner: { uid: number; gid: number }, account: { uid: number; gid: number }): number {
  if (owner.uid === account.uid) return 0o100;
  return owner.gid === account.gid ? 0o010 : 0o001;
}

function ancestry(path: string): string[] {
  const full = resolve(path);
  const parent = dirname(full);
  return parent === full ? [full] : [...ancestry(parent), full];
}
