import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepDrafts } from "./bundle-drafts.ts";
import { createBundleFile } from "./bundle-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-drafts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("what an export killed by kill -9 left half-written is removed by the next run, what another writes is not", async () => {
  const [out, drafts] = [join(folder, "bundle.zip"), join(folder, "exports")];
  const args = ["--import", "tsx", "fixtures/archive/export-child.ts", out, drafts];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  const left = (await readdir(folder)).find((name) => name.endsWith(".dang-ghi")) ?? "";
  const { size, mode } = await stat(join(folder, left));
  expect(size).toBeGreaterThan(500_000);
  expect(mode & 0o777).toBe(0o600);
  const other = await createBundleFile(join(folder, "other.zip"), drafts);
  await other.add("a.txt", "a");
  expect(await sweepDrafts(drafts)).toEqual([join(folder, left)]);
  await other.finish();
  expect((await readdir(folder)).toSorted()).toEqual(["exports", "other.zip"]);
  expect(await readdir(drafts)).toEqual([]);
});
