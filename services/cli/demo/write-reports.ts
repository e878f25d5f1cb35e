import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { archiveObject } from "../../../db/queries/captures.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { reportFilesOfCourse } from "../../../db/queries/reports.ts";
import { SisoError } from "../../errors.ts";
import type { Demo } from "./open-demo.ts";

/** Copies the issued bytes out of the archive; paths are relative to where the command was typed. */
export async function writeReports({ ctx }: Demo, course: Course, outDir: string): Promise<string[]> {
  await mkdir(outDir, { recursive: true });
  const paths: string[] = [];
  for (const file of await reportFilesOfCourse(ctx.db, course.id)) {
    const bytes = await ctx.archive.open(await archiveObject(ctx.db, file.objectId));
    if (createHash("sha256").update(bytes).digest("hex") !== file.sha256) throw changed(file.fileName);
    const path = join(outDir, file.fileName);
    await writeFile(path, bytes);
    paths.push(relative(process.cwd(), path));
  }
  return paths;
}

function changed(fileName: string): SisoError {
  return new SisoError("archive-corrupt", {
    vi: `${fileName}: nội dung khác với mã băm đã ghi khi lập báo cáo.`,
    en: `${fileName}: its bytes differ from the hash written down when it was made.`,
  });
}
