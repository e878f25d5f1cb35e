import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePrivate } from "./write-private.ts";

test("only the owner reads it, also where a file open to others lay before", async () => {
  const folder = await mkdtemp(join(tmpdir(), "siso-private-"));
  const [fresh, old] = [join(folder, "fresh.png"), join(folder, "old.png")];
  await writeFile(old, "a longer earlier text");
  await chmod(old, 0o644);
  for (const path of [fresh, old]) {
    await writePrivate(path, Buffer.from("picture"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toBe("picture");
  }
  await rm(folder, { recursive: true });
});
