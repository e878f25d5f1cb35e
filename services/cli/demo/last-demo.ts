import { readdir, stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { SisoError } from "../../errors.ts";

/** The folder of the demo that was kept last. Throws `not-found`. */
export async function lastDemo(): Promise<string> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith("siso-demo-"));
  const found: { folder: string; at: number }[] = [];
  for (const name of names) {
    const folder = join(tmpdir(), name);
    const [own, data] = await Promise.all(
      [folder, join(folder, "data")].map((path) => stat(path).catch(() => null)),
    );
    // Anybody may lay a folder of that name there: what another user wrote is not run.
    if (own?.uid === userInfo().uid && data) found.push({ folder, at: data.birthtimeMs });
  }
  const [last] = found.toSorted((a, b) => b.at - a.at);
  if (last) return last.folder;
  throw new SisoError("not-found", {
    vi: "Không có lần demo nào được giữ lại. Chạy ./siso demo --keep trước.",
    en: "No demo was kept. Run ./siso demo --keep first.",
  });
}
