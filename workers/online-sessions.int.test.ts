import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FixtureSession } from "../fixtures/documents/course.ts";
import {
  asTeamsCsv,
  asTeamsXlsx,
  earlierReportRows,
  earlierWords,
  englishWords,
  reportRows,
  type TeamsMeeting,
  type TeamsPerson,
} from "../fixtures/documents/teams-file.ts";
import { describeWith } from "../fixtures/describe-with.ts";
import { drillCourse, drillSessions } from "../fixtures/drill/drill-course.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../fixtures/drill/open-drill.ts";
import { walk } from "../fixtures/drill/walk.ts";
import { readBundle, runVerifier, writeBundle } from "../fixtures/evidence/bundle-files.ts";
import { openAlarms } from "../db/queries/alarms.ts";
import { archiveObject } from "../db/queries/captures.ts";
import { rosterAt, type Course, type RosterTrainee } from "../db/queries/courses.ts";
import { linesAbout } from "../db/queries/log.ts";
import { sessionMarksOf } from "../db/queries/marks.ts";
import { sharesOfCourse } from "../db/queries/online.ts";
import { onlineVersions } from "../db/queries/online-files.ts";
import { readinessRows } from "../db/queries/readiness.ts";
import { reportsOfCourse } from "../db/queries/reports.ts";
import { plansOfSession, roundsOfSession } from "../db/queries/rounds.ts";
import { sessionById, sessionsOfCourse, type Session } from "../db/queries/sessions.ts";
import { exportBundle } from "../services/cli/archive/export-bundle.ts";
import { findScope } from "../services/cli/archive/scope.ts";
import { traineeText } from "../services/cli/explain/mark-text.ts";
import { loadTraineeStory } from "../services/cli/explain/load-story.ts";
import { compareWithCourse } from "../services/cli/import/against-course.ts";
import { viewCourse } from "../services/cli/import/course-view.ts";
import type { ImportOptions } from "../services/cli/import/options.ts";
import { obstacle } from "../services/cli/import/outcome.ts";
import { previewFiles } from "../services/cli/import/preview.ts";
import { outcomeText } from "../services/cli/import/print-preview.ts";
import { storeFiles } from "../services/cli/import/store-files.ts";
import { runLink } from "../services/cli/online/run-link.ts";
import { runSession } from "../services/cli/online/run-session.ts";
import { runShare } from "../services/cli/online/run-share.ts";
import { showOnline } from "../services/cli/online/show-online.ts";
import { undoMeeting } from "../services/cli/undo/undo-meeting.ts";
import { READ_LIMITS } from "../services/readers/limits.ts";
import { readDocument } from "../services/readers/read-document.ts";
import { assessCourse } from "../services/readiness/assess-course.ts";
import type { ReportFigures } from "../services/report/figures.ts";
import type { MeetingStay, SessionOutcome, TraineeId, WallTime } from "../services/types.ts";
import { declareShare, sayHeldOnline, setLink, undoLink } from "./imports/arrange-online.ts";
import { confirmedBy as nobody } from "../services/cli/confirmed-by.ts";
import { putInForce } from "./imports/confirm-meeting.ts";
import { correctOutcome } from "./imports/correct-outcome.ts";
import { readFiles } from "./imports/read-files.ts";

/** One course held online, told in order: the tests build on one another. */
const link = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc";
/** In this process: a worker for each file takes longer than the reading. */
const reader = {
  read: (fileName: string, bytes: Uint8Array) => readDocument(fileName, bytes, READ_LIMITS),
};
const by = { by: "Lê Thị Trực", why: null };
const drawn = drillCourse(drillSessions.map(online));
let drill: Drill;
let course: Course;
let first: Session;
let second: Session;
let roster: RosterTrainee[];
let folder: string;

/** The first session by its timetable, the second only by a person's word. */
function online(session: FixtureSession, index: number): FixtureSession {
  return index === 0 ? { ...session, roomText: "Trực tuyến qua MS Teams" } : session;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-online-"));
  drill = await openDrill();
  course = await sendPapers(drill.ctx, drawn, undefined, "without-portraits");
  [first, second] = (await sessionsOfCourse(drill.ctx.db, course.id)) as [Session, Session];
  roster = (await rosterAt(drill.ctx.db, course.id, drill.clock.now()))?.trainees ?? [];
});
afterAll(async () => {
  await drill.close();
  await rm(folder, { recursive: true, force: true });
});

function id(ordinal: number): TraineeId {
  return roster.find((one) => one.ordinal === ordinal)?.id as TraineeId;
}

function name(ordinal: number): string {
  return roster.find((one) => one.ordinal === ordinal)?.fullName ?? "";
}

function nameOf(one: TraineeId): string {
  return name(roster.find((each) => each.id === one)?.ordinal ?? 0);
}

function stay(from: string, to: string): MeetingStay {
  return { joinedAt: `2026-09-07T${from}:00` as WallTime, leftAt: `2026-09-07T${to}:00` as WallTime };
}

function person(shown: string, ...stays: MeetingStay[]): TeamsPerson {
  return { name: shown, email: "", upn: "", role: "attendee", stays };
}

/** 08:00–11:20 with a break 09:30–09:50, 180 minutes taught, 90 of them needed. 1 whole, 2 in two joins, 3 too short, 4 at 2's device. */
function meeting(more: TeamsPerson[] = []): TeamsMeeting {
  const people = [
    {
      ...person("Phòng Đào tạo", stay("07:40", "11:25")),
      email: "dt@x.vn",
      upn: "dt@x.vn",
      role: "organizer" as const,
    },
    person("TS. Nguyễn Văn A", stay("07:55", "11:20")),
    person(name(1), stay("07:58", "11:20")),
    person(name(2), stay("08:10", "09:30"), stay("09:45", "10:30")),
    person(name(3), stay("09:00", "09:40")),
    ...more,
  ];
  return {
    title: "CĐ 1",
    startedAt: "2026-09-07T07:40:00" as WallTime,
    endedAt: "2026-09-07T11:25:00" as WallTime,
    people,
  };
}

/** Two days later. */
function later(at: WallTime): WallTime {
  return at.replace("09-07", "09-09") as WallTime;
}

async function take(bytes: Uint8Array, options: Partial<ImportOptions> = {}, fileName = "diem-danh.csv") {
  const { ctx } = drill;
  const all: ImportOptions = { course: "DT-K1", by: "Lê Thị Trực", ...options };
  const files = await readFiles(reader, [{ fileName, bytes }]);
  const view = await viewCourse(ctx.db, ctx.clock, ctx.institution, "DT-K1", undefined);
  const preview = await compareWithCourse(
    view,
    previewFiles(
      files.map((file) => ({ path: fileName, file })),
      all,
    ),
    all,
  );
  const hindered = obstacle(preview.files, preview.unsettled, all.asShown === true);
  const stored =
    all.confirm && hindered === null ? await storeFiles(ctx, "DT-K1", preview, all, nobody(all.by)) : [];
  const [only] = preview.files;
  const counts = only?.file.kind ? only.file.reading : { rowsIn: 0, understood: 0, reported: 0 };
  expect(counts.rowsIn).toBe(counts.understood + counts.reported);
  const text = outcomeText({
    files: preview.files,
    unsettled: preview.unsettled,
    ready: hindered === null,
    stored,
  });
  return { text, ready: hindered === null, stored, known: only?.known, counts };
}

async function told(ordinal: number): Promise<string> {
  return traineeText(await loadTraineeStory(drill.ctx.db, first.id, id(ordinal)));
}

async function outcomes(session = first): Promise<Record<number, SessionOutcome>> {
  const marks = await sessionMarksOf(drill.ctx.db, session.id);
  return Object.fromEntries(
    roster.map((one) => [
      one.ordinal,
      marks.find((mark) => mark.traineeId === one.id)?.outcome as SessionOutcome,
    ]),
  );
}

async function readiness() {
  const { facts } = await readinessRows(drill.ctx.db, course.id, drill.clock.now());
  return assessCourse(facts, drill.clock.now(), drill.ctx.institution.readiness).items;
}

describe("before the session", () => {
  test("no camera round is planned for a session online by timetable or by a person's word", async () => {
    const { ctx, clock } = drill;
    expect([first.online, second.online]).toEqual([true, false]);
    await walk(ctx, clock, new Date("2026-09-06T10:00:00+07:00"));
    expect(await plansOfSession(ctx.db, first.id)).toEqual([]);
    expect((await roundsOfSession(ctx.db, second.id)).map(({ status }) => status)).toEqual(["due", "due"]);
    await sayHeldOnline(ctx, second.id, true, { by: by.by, why: "bão số 3" });
    expect((await roundsOfSession(ctx.db, second.id)).map(({ status }) => status)).toEqual([
      "withdrawn",
      "withdrawn",
    ]);
    await walk(ctx, clock, new Date("2026-09-06T11:00:00+07:00"));
    expect((await roundsOfSession(ctx.db, second.id)).every(({ status }) => status === "withdrawn")).toBe(
      true,
    );
  });

  test("readiness asks for the link, and for no chart, camera or portrait", async () => {
    const before = await readiness();
    expect(before.map(({ item }) => item)).toEqual([
      "decision",
      "roster",
      "timetable",
      "place",
      "online",
      "duty-officer",
    ]);
    expect(before.find(({ item }) => item === "online")).toMatchObject({ state: "missing", from: "unit" });
    await setLink(drill.ctx, course, link, { ...by, replace: false });
    expect((await readiness()).find(({ item }) => item === "online")?.state).toBe("ready");
  });

  test("L14: a second link is refused unless it replaces the first, and the change is undone", async () => {
    const { ctx } = drill;
    const other = "https://teams.microsoft.com/l/meetup-join/other";
    await expect(setLink(ctx, course, other, { ...by, replace: false })).rejects.toThrow(
      "mỗi khóa chỉ một link",
    );
    expect((await setLink(ctx, course, other, { ...by, replace: true })).version).toBe(2);
    expect((await undoLink(ctx, course, by)).url).toBe(link);
  });

  test("L15: two people share a device, a third one is refused in both languages", async () => {
    const { ctx } = drill;
    const fromAt = new Date("2026-09-07T00:00:00+07:00");
    await declareShare(ctx, course, { oneId: id(2), otherId: id(4), fromAt }, by.by, nameOf);
    const third = declareShare(ctx, course, { oneId: id(5), otherId: id(2), fromAt }, by.by, nameOf);
    await expect(third).rejects.toMatchObject({
      code: "input-invalid",
      words: {
        vi: expect.stringContaining("chỉ dùng chung cho hai"),
        en: expect.stringContaining("Two trainees at most"),
      },
    });
    expect(await sharesOfCourse(ctx.db, course.id)).toHaveLength(1);
  });

  test("a file of the wrong time, the wrong class or a session in a room is told apart", async () => {
    const other = meeting();
    const moved = {
      ...other,
      startedAt: later(other.startedAt),
      endedAt: later(other.endedAt),
      people: other.people.map((one) => ({
        ...one,
        stays: one.stays.map(({ joinedAt, leftAt }) => ({
          joinedAt: later(joinedAt),
          leftAt: later(leftAt),
        })),
      })),
    };
    expect((await take(asTeamsCsv(reportRows(moved, englishWords)))).text).toContain(
      "tệp của một cuộc họp khác",
    );
    const strangers = { ...other, people: [person("Nguyễn Lạ Hoắc", stay("08:00", "11:00"))] };
    expect((await take(asTeamsCsv(reportRows(strangers, englishWords)))).text).toContain(
      "Không ai trong tệp thuộc danh sách",
    );
    const early = await take(asTeamsCsv(reportRows(other, englishWords)), { session: "2026-09-08 chiều" });
    expect(early.ready).toBe(false);
  });
});

describe("after the session", () => {
  test("it closes without pictures: everybody is not observable, and the file is awaited", async () => {
    const { ctx, clock } = drill;
    await walk(ctx, clock, new Date("2026-09-07T12:00:00+07:00"));
    expect((await sessionById(ctx.db, first.id)).status).toBe("closed");
    expect(new Set(Object.values(await outcomes()))).toEqual(new Set(["not-observable"]));
    const codes = (await openAlarms(ctx.db)).map(({ code, subject }) => [code, subject]);
    expect(codes).toContainEqual(["online-file-awaited", first.id]);
    expect(codes.map(([code]) => code)).not.toContain("session-short");
    expect((await readiness()).find(({ item }) => item === "online")?.what.vi).toContain(
      "1 buổi đang chờ tệp",
    );
  });

  test("a preview stores nothing, and somebody nobody knows has to be answered for", async () => {
    const guest = person("iPhone", stay("08:00", "11:00"));
    const bytes = asTeamsCsv(reportRows(meeting([guest]), englishWords));
    const shown = await take(bytes);
    expect(shown).toMatchObject({
      ready: false,
      stored: [],
      counts: { rowsIn: 13, understood: 11, reported: 2 },
    });
    expect(shown.text).toContain('--guest "iPhone"');
    expect(await take(bytes, { confirm: true })).toMatchObject({ ready: false, stored: [] });
    const wrong = await take(bytes, { guest: ["iPad"], is: ["iPhone=99"] });
    expect(wrong.text).toContain("Không chỉ đúng một người trong tệp");
    expect(wrong.text).toContain("không chỉ đúng một học viên");
    expect(await onlineVersions(drill.ctx.db, first.id)).toEqual([]);
  });

  test("taken in as shown, an unknown person keeps everybody missing from being absent", async () => {
    const guest = person("iPhone", stay("08:00", "11:00"));
    const bytes = asTeamsCsv(reportRows(meeting([guest]), englishWords));
    expect((await take(bytes, { confirm: true, asShown: true })).stored).toEqual(["diem-danh.csv"]);
    expect(await outcomes()).toEqual({
      1: "present",
      2: "present",
      3: "review",
      4: "present",
      5: "review",
      6: "review",
    });
    expect((await openAlarms(drill.ctx.db)).map(({ code }) => code)).not.toContain("online-file-awaited");
  });

  test("the same bytes with an answer count anew: who is not in the file is absent", async () => {
    const guest = person("iPhone", stay("08:00", "11:00"));
    const bytes = asTeamsCsv(reportRows(meeting([guest]), englishWords));
    const answered = await take(bytes, { confirm: true, guest: ["iPhone"] });
    expect(answered.text).toContain(`6 ${name(6)}: cần xem xét → vắng không phép`);
    expect(await outcomes()).toEqual({
      1: "present",
      2: "present",
      3: "review",
      4: "present",
      5: "absent",
      6: "absent",
    });
    expect(await take(bytes, { confirm: true, guest: ["iPhone"] })).toMatchObject({
      known: true,
      stored: [],
    });
    expect(await onlineVersions(drill.ctx.db, first.id)).toHaveLength(2);
  });

  test("each mark says when and how long; a shared device names the partner", async () => {
    expect(await told(2)).toContain(
      "dự trực tuyến 08:10–09:30, 09:45–10:30: 120/180 phút học (cần 90); từng tiết: 35, 45, 40, 0 phút",
    );
    expect(await told(4)).toContain(`chung thiết bị đã đăng ký với 2 ${name(2)}`);
    expect(await told(4)).toContain(`declared as shared with 2 ${name(2)}`);
    expect(await told(3)).toContain("chỉ dự trực tuyến chắc chắn 30/180 phút học (cần 90)");
    expect(await told(1)).toContain("Trực tuyến (Microsoft Teams)");
  });

  test("a later file of the same meeting takes the place of the first, a person's word stands, undo goes back", async () => {
    const { ctx } = drill;
    const word = {
      roundId: null,
      outcome: "excused" as const,
      withdraws: null,
      by: "Trưởng ban",
      why: "có giấy",
    };
    await correctOutcome(ctx, first.id, { ...word, traineeId: id(6) });
    const whole = meeting([person(name(5), stay("08:00", "11:20")), person(name(6), stay("08:00", "11:20"))]);
    const bytes = await asTeamsXlsx(earlierReportRows(whole, earlierWords));
    expect((await take(bytes, { confirm: true }, "lan-2.xlsx")).stored).toEqual(["lan-2.xlsx"]);
    expect(await outcomes()).toMatchObject({ 5: "present", 6: "excused" });
    const versions = await onlineVersions(ctx.db, first.id);
    expect(versions.map(({ sheetIds }) => sheetIds.length)).toEqual([1, 1, 1]);
    await ctx.db.transaction().execute(async (trx) => {
      await putInForce(ctx, trx, await sessionById(trx, first.id), versions[1]?.sheetIds ?? [], by.by);
    });
    expect(await outcomes()).toMatchObject({ 5: "absent", 6: "excused" });
  });

  test("a second meeting of the same session adds to the first", async () => {
    const again = {
      ...meeting(),
      startedAt: "2026-09-07T10:35:00" as WallTime,
      people: [person(name(3), stay("09:50", "11:20"))],
    };
    const bytes = asTeamsCsv(reportRows(again, englishWords));
    expect((await take(bytes, { confirm: true }, "lan-3.csv")).stored).toEqual(["lan-3.csv"]);
    expect(await outcomes()).toMatchObject({ 1: "present", 3: "present", 5: "absent" });
  });

  test("the original is kept in the archive under its hash, the log has a line for each step", async () => {
    const { ctx } = drill;
    const documents = await ctx.db
      .selectFrom("document")
      .select(["objectId", "fileName"])
      .where("kind", "=", "online-attendance")
      .execute();
    expect(documents.map(({ fileName }) => fileName).toSorted()).toEqual([
      "diem-danh.csv",
      "lan-2.xlsx",
      "lan-3.csv",
    ]);
    for (const { objectId } of documents) {
      expect((await ctx.archive.open(await archiveObject(ctx.db, objectId))).length).toBeGreaterThan(500);
    }
    const events = (await linesAbout(ctx.db, [first.id, second.id, course.id])).map(
      ({ line }) => (JSON.parse(line) as { event: string }).event,
    );
    const count = (event: string) => events.filter((one) => one === event).length;
    expect([
      count("online-link"),
      count("device-share"),
      count("online-session"),
      count("online-attendance"),
    ]).toEqual([3, 1, 1, 5]);
  });

  test("the report counts the session, recounts from the files, and says which one waits", async () => {
    const { ctx, clock } = drill;
    await walk(ctx, clock, new Date("2026-09-09T09:00:00+07:00"));
    const reports = await reportsOfCourse(ctx.db, course.id);
    expect(reports.map(({ status }) => status)).toEqual(["draft", "draft"]);
    const row = await ctx.db
      .selectFrom("report")
      .select("figures")
      .where("kind", "=", "final")
      .executeTakeFirstOrThrow();
    const figures = row.figures as unknown as ReportFigures;
    expect(figures.totals).toMatchObject({
      sessionsHeld: 2,
      sessionsShort: 0,
      sessionsOnline: 2,
      sessionsAwaitingFile: 1,
      pictures: 0,
    });
    expect(
      figures.sessions.map(({ online: state, totals }) => [
        state,
        totals.present,
        totals.unexcused,
        totals.excused,
        totals.notObservable,
      ]),
    ).toEqual([
      ["counted", 4, 1, 1, 0],
      ["waiting", 0, 0, 0, 6],
    ]);
  });

  test("a session held in the room after all is counted from its pictures: here there are none", async () => {
    const { ctx } = drill;
    await sayHeldOnline(ctx, second.id, false, { by: by.by, why: "nhầm buổi" });
    expect(new Set(Object.values(await outcomes(second)))).toEqual(new Set(["not-observable"]));
    expect((await openAlarms(ctx.db)).map(({ code }) => code)).not.toContain("online-file-awaited");
    await sayHeldOnline(ctx, second.id, true, { by: by.by, why: "đúng là trực tuyến" });
    expect((await sessionById(ctx.db, second.id)).online).toBe(true);
  });
});

function env(): Record<string, string> {
  return { ...drill.place.env, SISO_DATABASE_URL: drill.connectionString };
}

describe("the commands as an officer types them", () => {
  const on = { course: "DT-K1", by: "Lê Thị Trực" };

  test("show tells link, files and shared devices; a second link and a third person are refused", async () => {
    const shown = await showOnline(on, env());
    for (const words of [link, "lan-3.csv", "ĐANG CHỜ", `2 ${name(2)} + 4 ${name(4)}`])
      expect(shown).toContain(words);
    await expect(runLink("https://teams.live.com/meet/1", on, env())).rejects.toThrow("--replace");
    await expect(runLink("teams", on, env())).rejects.toThrow("không phải đường link");
    await expect(runShare("5", "4", { ...on, from: "2026-09-07" }, env())).rejects.toThrow(
      `không thêm được 5 ${name(5)}`,
    );
    const ended = await runShare("4", "2", { ...on, from: "2026-09-08", end: true }, env());
    expect(ended.closing.vi).toContain("Chưa ghi gì");
  });

  test("a session without a room cannot be held in one; a wrong session is answered with those there are", async () => {
    const said = { ...on, why: "nhầm", inPerson: true };
    await expect(runSession(["2026-09-07 sáng"], said, env())).rejects.toThrow("không có phòng nào");
    await expect(runSession(["2026-09-30"], said, env())).rejects.toThrow("2026-09-08 chiều");
    expect((await runSession(["2026-09-08 chiều"], said, env())).text).toContain("tại phòng · in Phòng 101");
  });

  test("undo lists the versions, shows what changes, and goes back as a version of its own", async () => {
    const options = { ...on, session: "2026-09-07 sáng", to: "0" };
    const preview = await undoMeeting(options, env());
    expect(preview).toContain(`1 ${name(1)}: có mặt → không quan sát được`);
    expect(preview).toContain("Chưa đổi gì");
    const before = (await onlineVersions(drill.ctx.db, first.id)).length;
    expect(await undoMeeting({ ...options, confirm: true }, env())).toContain(`phiên bản ${before + 1}`);
    expect(await outcomes()).toMatchObject({ 1: "not-observable", 6: "excused" });
    const awaited = (await openAlarms(drill.ctx.db)).filter(({ code }) => code === "online-file-awaited");
    expect(awaited.map(({ subject }) => subject)).toContain(first.id);
    await undoMeeting({ ...options, to: String(before), confirm: true }, env());
    expect(await outcomes()).toMatchObject({ 1: "present", 6: "excused" });
  });
});

describeWith(["python3", "openssl"], "an auditor's bundle of a course with online sessions", () => {
  test.each(["course", "trainee"])("verifies: the %s", async (kind) => {
    const { ctx } = drill;
    const scope = await findScope(
      ctx.db,
      kind === "course" ? { course: "DT-K1" } : { course: "DT-K1", trainee: "4" },
    );
    const out = join(folder, `${kind}.zip`);
    await exportBundle(ctx, {
      scope,
      purpose: "Kiểm tra",
      madeBy: "Kiểm tra viên",
      out,
      drafts: join(folder, "drafts"),
      copiesOnly: false,
    });
    const dir = join(folder, kind);
    await mkdir(dir);
    await writeBundle(dir, await readBundle(out));
    const { exitCode, words } = await runVerifier(dir, []);
    expect({ exitCode, words: exitCode === 0 ? "" : words }).toEqual({ exitCode: 0, words: "" });
    expect(words).toContain(kind === "course" ? "kết quả khớp" : name(4));
  });
});
