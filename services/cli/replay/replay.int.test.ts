import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drillContext } from "../../../fixtures/drill/drill-context.ts";
import {
  drillAbsentee,
  drillEndsAt,
  drillStartsAt,
  drillTrainees,
} from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { openPlace, type DrillPlace } from "../../../fixtures/drill/drill-place.ts";
import { createFileClock, type FileClock } from "../../../fixtures/drill/file-clock.ts";
import { tableSums } from "../../../fixtures/drill/integrity.ts";
import { walk } from "../../../fixtures/drill/walk.ts";
import { createTestDatabase, type TestDatabase } from "../../../fixtures/servers/postgres.ts";
import { everyTraineeUntil, rosterAt, type Course, type RosterTrainee } from "../../../db/queries/courses.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { facesIn } from "../../../db/queries/evidence-export.ts";
import { snapshotsStartingWith } from "../../../db/queries/search-archive.ts";
import { leavesOfTrainee } from "../../../db/queries/leaves.ts";
import { rowsAndLinesApart } from "../../../db/queries/log-audit.ts";
import {
  correctionsOfSession,
  marksOfSession,
  sessionMarksOf,
  strangersOfRound,
} from "../../../db/queries/marks.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import { addRuleVersion, latestRuleVersion } from "../../../db/queries/rules.ts";
import { sessionById, sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { Context } from "../../../workers/context.ts";
import { correctOutcome } from "../../../workers/imports/correct-outcome.ts";
import { reportSources } from "../../../workers/jobs/report-sources.ts";
import { sessionSetting } from "../../../workers/jobs/room-views.ts";
import { writeRun } from "../../../workers/jobs/write-run.ts";
import { replaySession } from "../../../workers/replay/replay-session.ts";
import { SisoError } from "../../errors.ts";
import { buildFigures } from "../../report/figures.ts";
import { recount } from "../../report/recount.ts";
import type {
  Box,
  LocalDate,
  MarkId,
  RuleVersionId,
  SessionOutcome,
  SnapshotId,
  StrangerVerdict,
} from "../../types.ts";
import { runCorrect } from "../correct/run-correct.ts";
import { drawMark } from "../explain/explain-picture.ts";
import { loadMark } from "../explain/load-story.ts";
import { explain } from "../explain/run-explain.ts";
import { runLeave } from "../leave/run-leave.ts";
import { runWithdraw } from "../leave/run-withdraw.ts";
import { runRecord } from "../record/run-record.ts";
import { runReplay, type ReplayOptions } from "./run-replay.ts";

/** One course told in order: the tests build on one another. STT 1's portrait comes when both sessions are over. */
const enrolledLate = 1;

let database: TestDatabase;
let place: DrillPlace;
let clock: FileClock;
let ctx: Context;
let course: Course;
let trainees: RosterTrainee[];
let first: Session;
let second: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  place = await openPlace({ now: () => clock.now() });
  clock = createFileClock(join(place.folder, "clock"), drillStartsAt);
  ctx = await drillContext(place, database.db, clock, await openDrillFaces());
  course = await sendPapers(ctx);
  await walk(ctx, clock, new Date(drillStartsAt.getTime() + 60_000));
  trainees = (await rosterAt(ctx.db, course.id, clock.now()))?.trainees ?? [];
  const { rows } =
    await sql`delete from template where trainee_id = ${idOf(enrolledLate)} returning *`.execute(ctx.db);
  await walk(ctx, clock, drillEndsAt);
  const late = rows.map((row) => Object.assign(row as object, { enrolledAt: clock.now() }));
  await ctx.db
    .insertInto("template")
    .values(late as never)
    .execute();
  [first, second] = (await sessionsOfCourse(ctx.db, course.id)) as [Session, Session];
}, 300_000);
afterAll(async () => {
  await ctx.faces.close();
  await place.remove();
  await database.drop();
});

function idOf(ordinal: number) {
  return trainees[ordinal - 1]?.id as RosterTrainee["id"];
}

function env(): Record<string, string> {
  return { ...place.env, SISO_DATABASE_URL: database.connectionString };
}

async function outcomes(session: Session): Promise<SessionOutcome[]> {
  const rows = await sessionMarksOf(ctx.db, session.id);
  return trainees.map(({ id }) => rows.find(({ traineeId }) => traineeId === id)?.outcome as SessionOutcome);
}

interface Found {
  sessions: {
    id: string;
    skipped: unknown;
    standing: string[];
    decision: { before: string[]; after: string; differences: string[] };
    changes: {
      ordinal: number;
      outcome: object;
      machine: object;
      corrected: boolean;
      marks: { round: number }[];
    }[];
  }[];
}

async function replay(options: Omit<ReplayOptions, "course" | "json"> = {}): Promise<Found> {
  const { text } = await runReplay({ course: "DT-K1", json: true, ...options }, env(), clock);
  return JSON.parse(text) as Found;
}

const order = { confirm: true, by: "Lê Thị Trực", why: "ảnh chân dung gửi sau" };
const nobody = { course: "DT-K1" };
const others = Array.from({ length: drillTrainees - 2 }, () => "present" as const);

/** Figures as a report would print them now, against a recount from the rows. */
async function recounted() {
  const cut = drillEndsAt;
  const { sessions, raw } = await reportSources(ctx, course.id, cut);
  const people = await everyTraineeUntil(ctx.db, course.id, cut);
  const rows = people.map(({ id, fullName, workplace }) => ({ traineeId: id, fullName, workplace }));
  const figures = buildFigures({ trainees: rows, sessions, dataCutAt: cut });
  return { differences: recount(figures, raw), totals: figures.totals.attendance };
}

test("nothing changed: the same pictures give the same marks, and looking writes nothing", async () => {
  expect(await outcomes(first)).toEqual(["not-observable", ...others, "absent"]);
  const before = await tableSums(ctx.db);
  const found = await replay();
  for (const { decision } of found.sessions) expect(decision.before).toEqual([decision.after]);
  expect(found.sessions.map(({ id, changes, skipped }) => ({ id, changes, skipped }))).toEqual([
    { id: first.id, changes: [], skipped: null },
    { id: second.id, changes: [], skipped: null },
  ]);
  const { closing } = await runReplay({ course: "DT-K1", ...order }, env(), clock);
  expect(closing.vi).toContain("Không có gì khác");
  expect(await tableSums(ctx.db)).toEqual(before);
});

function correct(options: object, trainee = "1", session: string = first.id.slice(0, 8)) {
  return runCorrect(session, trainee, { why: "xem ảnh", by: "Lê Thị Trực", ...options }, env());
}

describe("a person's word", () => {
  test("is shown with what it changes before it is written, and with the reports that hold the old outcome", async () => {
    const before = await tableSums(ctx.db);
    const { text, closing } = await correct({ outcome: "vắng" });
    expect(text).toMatch(/Đang ghi · Now +không quan sát được/);
    expect(text).toMatch(/Sẽ ghi · Will be +vắng không phép/);
    expect(text).toContain("báo cáo giữa khóa bản 1");
    expect(text).toContain("báo cáo cuối khóa bản 1");
    expect(closing.vi).toContain("Chưa ghi gì");
    expect(await tableSums(ctx.db)).toEqual(before);
  });

  test("counts, is withdrawn, and all of it stays on record", async () => {
    await correct({ outcome: "có mặt", confirm: true });
    expect((await outcomes(first))[0]).toBe("present");
    await correct({ undo: true, confirm: true, why: "nhìn nhầm" });
    expect((await outcomes(first))[0]).toBe("not-observable");
    expect(await explain(first.id, "1", {}, env())).toContain("nhìn nhầm");
    await correct({ outcome: "absent", confirm: true, why: "ngồi hộ" });
    const rows = await ctx.db
      .selectFrom("correction")
      .select(["id", "outcome", "withdraws"])
      .orderBy("seq")
      .execute();
    expect(rows.map(({ outcome }) => outcome)).toEqual(["present", null, "absent"]);
    expect(rows[1]?.withdraws).toBe(rows[0]?.id);
    expect(await rowsAndLinesApart(ctx.db, 5)).toEqual([]);
    const text = await explain(first.id, "1", {}, env());
    expect(text).toMatch(/Kết luận · Outcome +vắng không phép/);
    expect(text).toContain("Lê Thị Trực đã quyết định: ngồi hộ");
    expect((await recounted()).differences).toEqual([]);
  });

  test("of one round counts as that round's mark", async () => {
    await correct({ outcome: "present", round: "1", confirm: true }, "6", second.id);
    expect((await outcomes(second))[5]).toBe("present");
    await correct({ undo: true, round: "1", confirm: true }, "6", second.id);
    expect((await outcomes(second))[5]).toBe("absent");
  });

  test("is taken back one by one down to the machine's mark, and another person's word of a round stays", async () => {
    const six = (options: object) => correct({ confirm: true, ...options }, "6", second.id);
    await six({ outcome: "present", round: "2", by: "Phạm Văn Quản", why: "ngồi sau cột" });
    await six({ outcome: "review" });
    await six({ outcome: "absent" });
    const steps: (SessionOutcome | undefined)[] = [(await outcomes(second))[5]];
    for (let n = 0; n < 2; n += 1) {
      await six({ undo: true });
      steps.push((await outcomes(second))[5]);
    }
    expect(steps).toEqual(["absent", "review", "present"]);
    await expect(six({ undo: true })).rejects.toThrow("Không còn lần sửa nào");
    const shown = await correct({ undo: true, round: "2" }, "6", second.id);
    expect(shown.text).toMatch(/Rút lại · Withdraws .*Phạm Văn Quản: có mặt · present: ngồi sau cột/);
    expect(shown.text).toMatch(/Lượt · Round +2: có mặt · present → không có mặt · absent/);
    await six({ undo: true, round: "2" });
    expect((await outcomes(second))[5]).toBe("absent");
    const { machineOutcome, reasons } = (await sessionMarksOf(ctx.db, second.id)).find(
      ({ traineeId }) => traineeId === idOf(6),
    ) as { machineOutcome: string; reasons: { code: string }[] };
    expect([machineOutcome, reasons.map(({ code }) => code)]).toEqual(["absent", ["absent-in-every-round"]]);
    expect((await recounted()).differences).toEqual([]);
  });

  test("withdrawn by two people at once is withdrawn once", async () => {
    await correct({ outcome: "present", confirm: true }, "5", second.id);
    await correct({ outcome: "review", confirm: true }, "5", second.id);
    const withdraws = (await correctionsOfSession(ctx.db, second.id)).at(-1)?.id ?? "";
    const said = { traineeId: idOf(5), roundId: null, outcome: null, withdraws, by: "x", why: "nhìn nhầm" };
    const both = [1, 2].map(() => correctOutcome(ctx, second.id, said));
    const done = await Promise.allSettled(both);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await outcomes(second))[4]).toBe("present");
    await correct({ undo: true, confirm: true }, "5", second.id);
  });

  test.each<[object, string, string]>([
    [{ outcome: "absent", why: " " }, "1", "--why"],
    [{}, "1", "Cần một trong hai"],
    [{ outcome: "absent", undo: true }, "1", "Cần một trong hai"],
    [{ outcome: "đi muộn" }, "1", "đi muộn"],
    [{ outcome: "excused" }, "1", "./siso leave"],
    [{ outcome: "absent", round: "7" }, "1", "có 2 lượt"],
    [{ undo: true }, "3", "Không còn lần sửa nào"],
    [{ outcome: "absent" }, "99", "Không có học viên"],
  ])("is refused with what to type: %j of %s", async (options, trainee, words) => {
    await expect(correct(options, trainee)).rejects.toThrow(words);
  });

  test("about a namesake asks for the number, and about an open session waits", async () => {
    const name = trainees[2]?.fullName ?? "";
    await sql`update trainee set full_name = ${name} where id = ${idOf(4)}`.execute(ctx.db);
    await expect(correct({ outcome: "absent" }, name)).rejects.toThrow("Dùng STT");
    await sql`update trainee set full_name = ${trainees[3]?.fullName} where id = ${idOf(4)}`.execute(ctx.db);
    await sql`update session set status = 'scheduled' where id = ${second.id}`.execute(ctx.db);
    await expect(correct({ outcome: "absent" }, "1", second.id)).rejects.toThrow("chưa chốt");
    await sql`update session set status = 'closed' where id = ${second.id}`.execute(ctx.db);
  });
});

function withdraw(options: object, trainee = "6") {
  const asked = { number: "12/ĐXN", why: "đơn giả", by: "Trưởng ban" };
  return runWithdraw("DT-K1", trainee, { ...asked, ...options }, env());
}

describe("an approved leave", () => {
  const asked = { number: "12/ĐXN", why: "việc gia đình", by: "Trưởng ban" };
  const leave = (options: object, trainee = String(drillAbsentee)) =>
    runLeave("DT-K1", trainee, { ...asked, file: join(place.folder, "don.pdf"), ...options }, env());

  test("excuses the sessions of its days, those already held too, once", async () => {
    await writeFile(join(place.folder, "don.pdf"), "đơn có xác nhận");
    const preview = await leave({ from: "2026-09-07" });
    expect(preview.text).toMatch(
      /2026-09-07 sáng .*vắng không phép .*vắng có phép .*báo cáo giữa khóa bản 1/,
    );
    expect((await outcomes(first)).at(-1)).toBe("absent");
    await leave({ from: "07/09/2026", confirm: true });
    expect([(await outcomes(first)).at(-1), (await outcomes(second)).at(-1)]).toEqual(["excused", "absent"]);
    expect(await explain(first.id, "6", {}, env())).toContain("có đơn xin nghỉ 12/ĐXN đã được duyệt");
    const again = await leave({ from: "2026-09-07", confirm: true });
    expect(again.closing.vi).toContain("đã được ghi trước đó");
    // The same paper may carry two people.
    await leave({ session: [second.id], confirm: true }, "5");
    expect((await outcomes(second))[4]).toBe("present");
    expect((await recounted()).differences).toEqual([]);
  });

  test("counts after a correction was taken back, and not before", async () => {
    await correct({ outcome: "review", confirm: true }, "6");
    expect((await outcomes(first))[5]).toBe("review");
    await correct({ undo: true, confirm: true }, "6");
    expect((await outcomes(first))[5]).toBe("excused");
  });

  test("is withdrawn with a reason, stays on record, and can be approved again", async () => {
    const before = await tableSums(ctx.db);
    const { text, closing } = await withdraw({});
    expect(text).toMatch(/2026-09-07 sáng .*vắng có phép .*vắng không phép .*báo cáo giữa khóa bản 1/);
    expect(text).toContain("Số 12/ĐXN: việc gia đình");
    expect(closing.vi).toContain("Chưa ghi gì");
    expect(await tableSums(ctx.db)).toEqual(before);
    await withdraw({ confirm: true });
    expect((await outcomes(first))[5]).toBe("absent");
    const { differences, totals } = await recounted();
    expect([differences, totals.excused]).toEqual([[], 0]);
    const kept = await leavesOfTrainee(ctx.db, idOf(6));
    expect(kept).toMatchObject([{ withdrawn: { madeBy: "Trưởng ban", why: "đơn giả" } }]);
    expect(await rowsAndLinesApart(ctx.db, 5)).toEqual([]);
    await expect(withdraw({ confirm: true })).rejects.toThrow(
      "không có đơn nghỉ nào số “12/ĐXN” còn hiệu lực",
    );
    await expect(withdraw({ why: " " })).rejects.toThrow("--why");
    await expect(withdraw({ session: first.id }, "5")).rejects.toThrow("không gồm buổi học này");
    await leave({ from: "2026-09-07", confirm: true });
    expect((await outcomes(first))[5]).toBe("excused");
  });

  test.each<[object, string, string]>([
    [{ from: "2026-09-07", number: "" }, "6", "--number (số của đơn)"],
    [{ from: "2026-09-07", file: "/khong/co.pdf" }, "6", "không đọc được tệp"],
    [{}, "6", "--session MÃ_BUỔI"],
    [{ from: "2026-10-01" }, "6", "không có buổi học nào trong thời gian nghỉ này"],
    [{ from: "2026-09-08", to: "2026-09-07" }, "6", "sớm hơn"],
    [{ from: "2026-09-07" }, "Người Lạ", "Không có học viên"],
  ])("is refused with what is missing: %j of %s", async (options, trainee, words) => {
    await expect(leave(options, trainee)).rejects.toThrow(words);
  });
});

describe("a portrait that came later", () => {
  test("changes its trainee alone, and never what a person decided", async () => {
    const found = await replay({ portraits: true });
    const [one, other] = found.sessions.map(({ changes }) => changes);
    expect(one).toMatchObject([
      {
        ordinal: enrolledLate,
        corrected: true,
        outcome: { before: "absent", after: "absent" },
        machine: { before: "not-observable", after: "present" },
        marks: [{ round: 1 }, { round: 2 }],
      },
    ]);
    expect(other).toMatchObject([
      { ordinal: enrolledLate, corrected: false, outcome: { before: "not-observable", after: "present" } },
    ]);
    const { text } = await runReplay({ ...nobody, portraits: true }, env(), clock);
    expect(text).toContain("theo lời người sửa, giữ nguyên");
    expect(text).toContain("không quan sát được (not observable) → có mặt (present)");
    expect(text).toContain("báo cáo cuối khóa bản 1");
  });

  test("is written whole or not at all, and run again completes", async () => {
    await expect(replay({ portraits: true, confirm: true })).rejects.toThrow("--why");
    await sql
      .raw(`create function fail_late() returns trigger language plpgsql as $$ begin
      if new.session_id = '${second.id}' then raise exception 'the power went'; end if; return new; end $$;
      create trigger fail_late before insert on session_mark for each row execute function fail_late();`)
      .execute(ctx.db);
    const before = await tableSums(ctx.db);
    await expect(replay({ portraits: true, ...order })).rejects.toThrow("the power went");
    expect(await tableSums(ctx.db)).toEqual(before);
    await sql.raw("drop trigger fail_late on session_mark").execute(ctx.db);
    await replay({ portraits: true, ...order });
    expect(await outcomes(first)).toEqual(["absent", ...others, "excused"]);
    expect(await outcomes(second)).toEqual(["present", ...others, "absent"]);
    expect((await recounted()).differences).toEqual([]);
    const text = await explain(second.id, "1", {}, env());
    expect(text).toContain("(lần 2 · run 2)");
    expect(text).toContain("Tính lại từ ảnh lưu trữ theo yêu cầu của Lê Thị Trực: ảnh chân dung gửi sau.");
    expect(await explain(second.id, "2", {}, env())).not.toContain("Tính lại");
  });

  test("a second time finds nothing, and is what a later replay starts from", async () => {
    const { sessions } = await replay();
    expect(sessions.flatMap(({ changes }) => changes)).toEqual([]);
  });
});

test("a trainee's own record tells the results, what people said and what is kept, and names nobody else", async () => {
  const typed = { course: "DT-K1", trainee: "1" };
  const text = await runRecord(typed, env());
  for (const words of [
    `1 ${trainees[0]?.fullName}`,
    "1 vắng không phép",
    "Kết luận · Outcome: vắng không phép",
    "cả buổi · session: rút lại lần sửa trước",
    "nhìn nhầm",
    "đã rút lại",
    "ngồi hộ",
    "ảnh chân dung · portrait: danh sách",
    "face template (sealed): fr-1",
    "kept at least until 2031-09-07",
    "--picture",
  ]) {
    expect(text).toContain(words);
  }
  const json = await runRecord({ ...typed, json: true }, env());
  const others = trainees.slice(1).flatMap(({ fullName, id }) => [fullName, id as string]);
  expect(others.filter((other) => text.includes(other) || json.includes(other))).toEqual([]);
  expect(json).not.toMatch(/keySealed|vectorSealed|wrappedKey/);
  const six = await runRecord({ ...typed, trainee: "6" }, env());
  expect(six).toMatch(/12\/ĐXN: .*việc gia đình.*\(đã rút lại.*đơn giả\)/);
  await expect(runRecord({ ...typed, trainee: "99" }, env())).rejects.toThrow("Không có học viên");
});

const greyWidth = 960;
/** The picture without the legend a copy has below it. */
async function grey(input: Uint8Array | string): Promise<Buffer> {
  const { width } = await sharp(input).metadata();
  const picture = sharp(input).extract({ left: 0, top: 0, width, height: Math.round((width * 9) / 16) });
  return sharp(await picture.toBuffer())
    .resize(greyWidth, 540, { fit: "fill" })
    .greyscale()
    .raw()
    .toBuffer();
}

/** Mean change of grey in a box. */
function changed(before: Buffer, after: Buffer, { x, y, width, height }: Box, scale: number): number {
  const [left, right] = [Math.floor(x * scale), Math.ceil((x + width) * scale)];
  let [sum, count] = [0, 0];
  for (let row = Math.floor(y * scale); row < (y + height) * scale; row += 1) {
    for (let at = row * greyWidth + left; at < row * greyWidth + right; at += 1) {
      sum += Math.abs((before[at] ?? 0) - (after[at] ?? 0));
      count += 1;
    }
  }
  return sum / count;
}

test("a mark's picture shows its box and seat alone, watermarked, and who looked is on record", async () => {
  const mark = (await marksOfSession(ctx.db, second.id)).find(({ traineeId }) => traineeId === idOf(2));
  const out = join(place.folder, "ket-qua.jpg");
  const purpose = "Khiếu nại số 12";
  await drawMark(ctx, await loadMark(ctx.db, mark?.id as MarkId), { out, purpose, madeBy: "Lê Thị Trực" });
  const snapshot = mark?.evidence[0]?.snapshotId as SnapshotId;
  const [found] = await snapshotsStartingWith(ctx.db, snapshot);
  const original = await ctx.archive.open(await archiveObject(ctx.db, found?.objectId ?? ""));
  const [before, after] = [await grey(original), await grey(out)];
  const scale = greyWidth / (found?.widthPx ?? 1);
  const faces = await facesIn(ctx.db, [snapshot]);
  const own = mark?.evidence[0]?.box as Box;
  const others = faces.filter(({ x, y }) => Math.hypot(x - own.x, y - own.y) > own.width);
  expect(others.length).toBeGreaterThan(2);
  const changes = others.map((face) => changed(before, after, face, scale));
  expect(Math.min(...changes)).toBeGreaterThan(1.3 * changed(before, after, own, scale));
  const access = await ctx.db.selectFrom("archiveAccess").selectAll().execute();
  expect(access).toMatchObject([
    { kind: "view", madeBy: "Lê Thị Trực", purpose, scope: { mark: mark?.id, trainee: idOf(2), snapshot } },
  ]);
  const lines = await ctx.db.selectFrom("archiveLog").select("line").where("about", "=", second.id).execute();
  expect(lines.filter(({ line }) => line.includes('"event":"view"'))).toHaveLength(1);
  await expect(explain(mark?.id, undefined, { picture: out, purpose: " " }, env())).rejects.toThrow(
    "--purpose",
  );
});

test("other rules change exactly what they say, are remembered, and the report counts under them", async () => {
  const latest = await latestRuleVersion(ctx.db);
  if (latest === null) throw new Error("rules expected");
  const by = { approvedBy: "Giám đốc", approvedOn: "2026-09-09" as LocalDate };
  const rules = { ...latest.rules, minSightings: 3 };
  const next = { id: ctx.random.uuid() as RuleVersionId, version: 2, effectiveAt: clock.now(), ...by, rules };
  await addRuleVersion(ctx.db, next, clock.now());
  const { text } = await runReplay({ ...nobody, rules: "2", dryRun: true }, env(), clock);
  expect(text).toMatch(
    /decided with another version: [0-9a-f]{12} → [0-9a-f]{12}: rules.minSightings \d → 3/,
  );
  const found = await replay({ rules: "2", ...order });
  for (const { changes } of found.sessions) {
    const told = changes.filter(({ corrected, outcome }) => !corrected && "before" in outcome);
    expect(told.every(({ marks }) => marks.length === 0)).toBe(true);
  }
  expect(await outcomes(second)).toEqual([
    ...Array.from({ length: 4 }, () => "not-observable"),
    "excused",
    "absent",
  ]);
  expect((await outcomes(first))[0]).toBe("absent");
  const { differences, totals } = await recounted();
  expect([differences, totals.present]).toEqual([[], 0]);
  expect((await replay()).sessions.flatMap(({ changes }) => changes)).toEqual([]);
  await expect(replay({ rules: "9" })).rejects.toThrow("Có: 1, 2.");
});

test("a session whose picture is gone, and a trainee whose template is erased, keep what is written", async () => {
  const gone = new SisoError("archive-corrupt", { vi: "ảnh đã hỏng", en: "the picture is damaged" });
  const archive = { ...ctx.archive, open: () => Promise.reject(gone) };
  const session = await sessionById(ctx.db, first.id);
  const choice = { rules: null, enrolledUntil: null };
  const skipped = await replaySession({ ...ctx, archive }, session, choice, () => undefined);
  expect([skipped.skipped?.vi, skipped.decided.rounds]).toEqual(["ảnh đã hỏng", []]);
  const elsewhere = ctx.random.uuid();
  await sql`insert into room select (jsonb_populate_record(room, jsonb_build_object('id', ${elsewhere}::uuid, 'code', 'K-1', 'name', 'K-1'))).* from room where id = ${session.roomId}`.execute(
    ctx.db,
  );
  const move = (to: string) => sql`update camera set room_id = ${to}`.execute(ctx.db);
  await move(elsewhere);
  const moved = await replaySession(ctx, session, choice, () => undefined);
  await move(session.roomId);
  expect([moved.skipped?.en, moved.decided.rounds]).toEqual([
    expect.stringContaining("no longer of the room"),
    [],
  ]);
  await sql`update person_key set key_sealed = null, destroyed_at = ${clock.now()} where trainee_id = ${idOf(2)}`.execute(
    ctx.db,
  );
  const { sessions } = await replay();
  expect(sessions.map(({ standing }) => standing)).toEqual([[idOf(2)], [idOf(2)]]);
  expect(sessions.flatMap(({ changes }) => changes)).toEqual([]);
});

test("strangers of a run without a single mark are shown, and not those of the run before", async () => {
  const [round] = await roundsOfSession(ctx.db, first.id);
  const rules = await latestRuleVersion(ctx.db);
  const [face] = await ctx.db
    .selectFrom("face")
    .select(["snapshotId", "x", "y", "width", "height"])
    .execute();
  if (round === undefined || rules === null || face === undefined) throw new Error("a held session expected");
  const { snapshotId, ...box } = face;
  const about = { snapshotId, box, nearSeat: null, proxyFor: null };
  const shown = async () => (await strangersOfRound(ctx.db, round.id)).map(({ kind }) => kind);
  const setting = await sessionSetting(ctx.db, first);
  for (const kinds of [["stranger"], ["stranger", "front-zone"], []] as StrangerVerdict["kind"][][]) {
    const strangers = kinds.map((kind) => ({ ...about, kind }));
    const decision = { marks: [], strangers };
    await ctx.db
      .transaction()
      .execute((trx) => writeRun(ctx, trx, round.id, setting, rules, decision, clock.now()));
    expect((await shown()).toSorted()).toEqual(kinds.toSorted());
    const text = await explain(undefined, undefined, { session: first.id }, env());
    expect(text.match(/người lạ \(stranger\)/g) ?? []).toHaveLength(
      kinds.filter((kind) => kind === "stranger").length,
    );
  }
});

test("asks for what it needs in words", async () => {
  await expect(runReplay({ course: "KHAC" }, env(), clock)).rejects.toThrow(
    "Không có khóa “KHAC”. Có: DT-K1.",
  );
  await expect(replay({ from: "2027-01-01" })).rejects.toThrow("không có buổi học nào đã chốt");
  await expect(replay({ to: "hôm qua" })).rejects.toThrow("--to");
});
