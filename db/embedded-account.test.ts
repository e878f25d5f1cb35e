import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { accountNamed, blockedFolder } from "./embedded-account.ts";

const passwd =
  "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\nfake:x:0:0::/:/bin/sh\n";

test("an account is found by its whole name", () => {
  expect(accountNamed(passwd, "postgres")).toEqual({ uid: 101, gid: 104 });
  expect(accountNamed(passwd, "postgre")).toBeNull();
});

test("an account that is root in disguise does not count", () => {
  expect(accountNamed(passwd, "fake")).toBeNull();
});

test("the folder another account cannot pass is named", async () => {
  const open = await mkdtemp(join(tmpdir(), "siso-account-"));
  await chmod(open, 0o755);
  const closed = join(open, "closed");
  await mkdir(join(closed, "data"), { recursive: true });
  await chmod(closed, 0o700);
  const stranger = { uid: 54_321, gid: 54_321 };
  expect(await blockedFolder(join(closed, "data"), stranger)).toBe(closed);
  expect(await blockedFolder(join(open, "not", "there"), stranger)).toBeNull();
  expect(await blockedFolder(join(closed, "data"), null)).toBeNull();
  await rm(open, { recursive: true });
});
