import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith } from "../../../fixtures/describe-with.ts";
import { drillContext } from "../../../fixtures/drill/drill-context.ts";
import { drillCourse, drillSessions, drillStartsAt } from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import type { FixtureCourse } from "../../../fixtures/documents/course.ts";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { openPlace, type DrillPlace } from "../../../fixtures/drill/drill-place.ts";
import { createFileClock, type FileClock } from "../../../fixtures/drill/file-clock.ts";
import { walk } from "../../../fixtures/drill/walk.ts";
import { readBundle, runVerifier } from "../../../fixtures/evidence/bundle-files.ts";
import { typeArchive, typeRefused } from "../../../fixtures/archive/typed.ts";
import { createDb } from "../../../db/client.ts";
import { startEmbedded } from "../../../db/embedded.ts";
import { migrate } from "../../../db/migrate.ts";

const purpose = ["--purpose", "Xem thử bằng chứng"];

/** As `./siso demo --keep` leaves it, with one session of six people: a folder of that name, its database up, services gone. */
async function keepDemo(): Promise<{ place: DrillPlace; stop(): Promise<void> }> {
  let clock: FileClock | null = null;
  const place = await openPlace({ prefix: "siso-demo-", now: () => clock?.now() ?? drillStartsAt });
  clock = createFileClock(join(place.folder, "clock"), drillStartsAt);
  const dataDir = join(place.folder, "data", "postgres");
  const server = await startEmbedded({ dataDir, durable: false });
  await migrate(server.connectionString);
  const db = createDb(server.connectionString);
  const ctx = await drillContext(place, db, clock, await openDrillFaces());
  await sendPapers(ctx, namesakes(drillCourse(drillSessions.slice(0, 1))), []);
  await walk(ctx, clock, new Date("2026-09-07T12:30:00+07:00"));
  await ctx.faces.close();
  await db.destroy();
  return { place, stop: () => server.stop() };
}

/** The first two of the list have one name. */
function namesakes(course: FixtureCourse): FixtureCourse {
  const [first, second, ...others] = course.trainees;
  if (!first || !second) throw new Error("the drill has six trainees");
  return { ...course, trainees: [first, { ...second, fullName: first.fullName }, ...others] };
}

describeWith(["python3", "openssl"], "./siso archive … --demo", () => {
  let folder: string;
  let kept: Awaited<ReturnType<typeof keepDemo>> | undefined;

  /** Another archive's settings, as they may stand in the shell of whoever tries the demo. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "siso-last-demo-"));
    await chmod(folder, 0o711);
    vi.stubEnv("TMPDIR", folder);
    for (const name of ["DATA", "KEY_FILE", "INSTITUTION_FILE", "CAMERA_SUBNETS", "MIN_FREE_BYTES"])
      vi.stubEnv(`SISO_${name}`, "/nowhere/of/another/archive");
    vi.stubEnv("SISO_DATABASE_URL", "postgres://nobody@127.0.0.1:1/another");
    vi.stubEnv("SISO_ARCHIVE_SECOND", "/nowhere/of/another/archive");
  });
  afterAll(async () => {
    await kept?.stop();
    await kept?.place.remove();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  test("no demo kept, or one cut off before it had data: says so, and what to type", async () => {
    const out = join(folder, "none.zip");
    const args = ["export", "--demo", ...purpose, "--out", out];
    await typeRefused(args, "Chạy ./siso demo --keep trước", "Run ./siso demo --keep first");
    await mkdir(join(folder, "siso-demo-cut-off"));
    await typeRefused(args, "Không có lần demo nào được giữ lại", "No demo was kept");
    expect(await readFile(out).catch(() => null)).toBeNull();
  });

  test("one absentee of the demo kept last, whatever the shell points at; it verifies alone, and not with one byte changed", async () => {
    kept = await keepDemo();
    const out = join(folder, "absentee.zip");
    const { exitCode, out: printed, said } = await typeArchive("export", "--demo", ...purpose, "--out", out);
    expect(said).toContain("Bundle written");
    expect(exitCode).toBe(0);
    const [checkpoint = "", key = ""] = printed.trim().split("\n");
    const alone = await mkdtemp(join(folder, "alone-"));
    const bundle = await readBundle(out);
    await writeFile(join(alone, "verify.py"), bundle.get("verify.py") ?? "");
    const zip = await readFile(out);
    await writeFile(join(alone, "bundle.zip"), zip);
    const args = ["bundle.zip", "--key", key, "--checkpoint", checkpoint];
    const verdict = await runVerifier(alone, args);
    expect(verdict.words).toMatch(/session-mark +Vũ Thị Thu Dung, .*vắng · absent/);
    expect(verdict.words).toContain("VERDICT: VERIFIED");
    expect(verdict.exitCode).toBe(0);
    const at = Math.floor(zip.length / 2);
    zip.writeUInt8(zip.readUInt8(at) ^ 1, at);
    await writeFile(join(alone, "bundle.zip"), zip);
    expect((await runVerifier(alone, args)).exitCode).toBe(1);
    const { out: found } = await typeArchive("search", "--demo", "--limit", "1", "--json");
    expect(JSON.parse(found)).toMatchObject([{ courseCode: "DT-K1" }]);
  });

  test("two of one name are told apart by birth, workplace and id, and each is found by any of number and id", async () => {
    const [one, two] = namesakes(drillCourse()).trainees;
    const search = ["search", "--demo", "--course", "DT-K1", "--json", "--trainee"];
    const said = await typeRefused(
      [...search, one?.fullName ?? ""],
      "chỉ đến 2 học viên",
      "means 2 trainees",
    );
    expect(said).toContain(`1 ${one?.fullName} (${one?.birthDate}, ${one?.workplace}, mã · id `);
    expect(said).toContain(`2 ${two?.fullName} (${two?.birthDate}, ${two?.workplace}, mã · id `);
    const [, , second] = said.split("mã · id ");
    const byId = await typeArchive(...search, second?.slice(0, 8) ?? "");
    const byNumber = await typeArchive(...search, "2");
    expect(JSON.parse(byNumber.out)).toHaveLength(8);
    expect(byId.out).toBe(byNumber.out);
  });
});
