import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chartAt, courseByCode, rosterAt } from "../../../db/queries/courses.ts";
import { findRoom, officerName } from "../../../db/queries/campus.ts";
import { examsOfCourse, reportsOfCourse } from "../../../db/queries/reports.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import { buildChartDocx, buildChartXlsx } from "../../../fixtures/documents/chart-file.ts";
import type { FixtureCourse } from "../../../fixtures/documents/course.ts";
import { buildDecisionDocx } from "../../../fixtures/documents/decision-file.ts";
import { buildRosterDocx, buildRosterXlsx } from "../../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../../fixtures/documents/sample-course.ts";
import { buildTimetableDocx, buildTimetableXlsx } from "../../../fixtures/documents/timetable-file.ts";
import { createTestDatabase, type TestDatabase } from "../../../fixtures/servers/postgres.ts";
import type { LocalDate, RoomId } from "../../types.ts";
import { repositoryDir } from "../repository.ts";
import type { ImportOptions } from "./options.ts";
import { outcomeText } from "./print-preview.ts";
import { importFiles } from "./run-import.ts";

const year = new Date().getUTCFullYear() + 1;
const papers = ["lich.docx", "qd.docx", "ds.xlsx", "sodo.xlsx"];
const setup: ImportOptions = {
  course: "CVC-K12",
  campus: "HN",
  unit: "BQLBD",
  seatsPerDesk: "1",
  dutyOfficer: "Lê Thị Trực",
  classManager: "Phạm Văn Quản",
  by: "Trần Thị Nhận",
  midExam: [`${year}-09-14 14:00`],
  finalExam: `${year}-09-21 08:00`,
};

let folder: string;
let database: TestDatabase;
let course: FixtureCourse;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-import-"));
  database = await createTestDatabase();
  course = nextYear(sampleCourse(seeded()));
  await mkdir(join(folder, "keys"), { mode: 0o700 });
  const room = { campus: "HN", code: "301A", name: "Phòng 301 nhà A", cameras: [] };
  await write("institution.json", JSON.stringify({ rooms: [room] }));
  await write("qd.docx", await buildDecisionDocx(course));
  await write("ds.xlsx", await buildRosterXlsx(course));
  await write("sodo.xlsx", await buildChartXlsx(course));
  await write("lich.docx", await buildTimetableDocx(course));
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function seeded(): () => number {
  let state = 7;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

function moved(day: LocalDate): LocalDate {
  return day.replace("2026", String(year)) as LocalDate;
}

/** The dates of the sample course, ahead of today. */
function nextYear(sample: FixtureCourse): FixtureCourse {
  const { decision, sessions } = sample;
  return {
    ...sample,
    decision: { ...decision, startsOn: moved(decision.startsOn), endsOn: moved(decision.endsOn) },
    sessions: sessions.map((session) => ({ ...session, day: moved(session.day) })),
  };
}

async function write(name: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(join(folder, name), bytes);
}

function env(): Record<string, string> {
  return {
    SISO_DATA: join(folder, "data"),
    SISO_KEY_FILE: join(folder, "keys", "archive.key"),
    SISO_INSTITUTION_FILE: join(folder, "institution.json"),
    SISO_DATABASE_URL: database.connectionString,
  };
}

interface Json {
  files: {
    file: string;
    kind: string | null;
    rowsIn: number;
    understood: number;
    reported: number;
    problems: { where: string; why: { vi: string; en: string }; fix: { vi: string; en: string } }[];
  }[];
}

/** The command as it is typed. */
async function siso(...args: string[]) {
  const options = { cwd: folder, reject: false, stdin: "ignore", env: env() } as const;
  return execa(join(repositoryDir, "siso"), ["import", ...args], options);
}

/** The same without the seconds a process of its own takes. */
async function run(names: string[], options: ImportOptions) {
  const paths = names.map((name) => join(folder, name));
  const { outcome, closing, ok } = await importFiles(paths, options, env());
  const differences = outcome.files.flatMap(({ difference }) => difference.map(({ vi }) => vi));
  return { ok, stored: outcome.stored, text: `${outcomeText(outcome)}\n${closing.vi}`, differences };
}

async function theCourse() {
  const found = await courseByCode(database.db, "CVC-K12");
  if (found === null) throw new Error("the course was not opened");
  return found;
}

async function storedCounts() {
  const tables = [
    "course",
    "document",
    "rosterVersion",
    "chartVersion",
    "timetableVersion",
    "archiveObject",
  ] as const;
  const counts = tables.map(async (table) => {
    const row = await database.db
      .selectFrom(table)
      .select((e) => e.fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow();
    return [table, Number(row.count)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

const nothing = {
  course: 0,
  document: 0,
  rosterVersion: 0,
  chartVersion: 0,
  timetableVersion: 0,
  archiveObject: 0,
};

describe("./siso import", () => {
  it("previews every file without a database, each row understood or reported", async () => {
    await write("hong.xlsx", "PK\u0003\u0004 not a workbook");
    const { stdout, exitCode } = await siso(...papers, "hong.xlsx", "khong-co.xlsx", "--json");
    const json = JSON.parse(stdout) as Json;
    const { files } = json;
    expect([exitCode, Object.keys(json)]).toEqual([1, ["files"]]);
    const keys = ["file", "kind", "rowsIn", "understood", "reported", "problems"];
    for (const file of files) expect(Object.keys(file)).toEqual(keys);
    const problemKeys = files.flatMap(({ problems }) => problems.map((one) => Object.keys(one).join()));
    expect([...new Set(problemKeys)]).toEqual(["where,why,fix"]);
    expect(files.map(({ file, kind }) => [file, kind])).toEqual([
      ["lich.docx", "timetable"],
      ["qd.docx", "decision"],
      ["ds.xlsx", "roster"],
      ["sodo.xlsx", "chart"],
      ["hong.xlsx", null],
      ["khong-co.xlsx", null],
    ]);
    for (const { rowsIn, understood, reported } of files) expect(rowsIn).toBe(understood + reported);
    expect(files[2]?.rowsIn).toBe(40);
    for (const { problems } of files.slice(4)) {
      expect(problems[0]?.where).toMatch(/^(hong|khong-co)\.xlsx$/);
      expect(problems[0]?.fix.vi).not.toBe("");
    }
  });

  it("stores nothing of a call with a refused file, a missing answer, or only previewed", async () => {
    const refused = await run([...papers, "hong.xlsx"], { ...setup, confirm: true });
    expect(refused).toMatchObject({ ok: false, stored: [] });
    expect(refused.text).toContain("1 tệp bị từ chối");
    const incomplete = await run(papers, { course: "CVC-K12", campus: "HN", confirm: true });
    expect(incomplete).toMatchObject({ ok: false, stored: [] });
    for (const flag of ["--unit", "--duty-officer", "--class-manager", "--seats-per-desk"]) {
      expect(incomplete.text).toContain(flag);
    }
    const preview = await run(papers, setup);
    expect(preview).toMatchObject({ ok: true, stored: [] });
    expect(preview.text).toContain("Thêm --confirm để nhận");
    expect(await run(papers, { ...setup, confirm: true, dryRun: true })).toMatchObject({
      ok: true,
      stored: [],
    });
    expect(await storedCounts()).toEqual(nothing);
  });

  it("names after the preview each portrait that will be held back; JSON says that none was examined", async () => {
    const wall = await sharp({ create: { width: 300, height: 400, channels: 3, background: "#8a8f7c" } })
      .jpeg()
      .toBuffer();
    const trainees = course.trainees.map((trainee, i) =>
      i === 6 ? { ...trainee, portrait: { bytes: wall, mediaType: "image/jpeg" as const } } : trainee,
    );
    await write("ds-anh.xlsx", await buildRosterXlsx({ ...course, trainees }));
    const typed = await siso("ds-anh.xlsx", "--course", "CVC-K12");
    expect(typed.stdout).toMatch(
      /danh sách học viên.*\n[^]*Ảnh của .* sẽ bị giữ lại, chưa dùng để nhận diện: Không thấy/,
    );
    const asked = await siso("ds-anh.xlsx", "--course", "CVC-K12", "--json");
    const whys = (JSON.parse(asked.stdout) as Json).files.flatMap(({ problems }) =>
      problems.map(({ why }) => why.vi),
    );
    expect(whys.join("\n")).toMatch(/^1 ảnh chưa được soát/m);
  });

  it("takes the four papers in, in whatever order they were named", async () => {
    const flags = [
      ["--course", "CVC-K12", "--campus", "HN", "--unit", "BQLBD", "--seats-per-desk", "1"],
      ["--duty-officer", "Lê Thị Trực", "--class-manager", "Phạm Văn Quản", "--by", "Trần Thị Nhận"],
      ["--mid-exam", `${year}-09-14 14:00`, "--final-exam", `${year}-09-21 08:00`],
    ].flat();
    const { stderr, stdout, exitCode } = await siso(...papers, ...flags, "--confirm");
    expect({ exitCode, problems: exitCode === 0 ? "" : stdout }).toEqual({ exitCode: 0, problems: "" });
    expect(stderr).toContain("Đã nhận 4 tệp (Trần Thị Nhận xác nhận)");
    const opened = await theCourse();
    expect(opened).toMatchObject({ decisionNumber: "1234/QĐ-HCQG", startsOn: `${year}-09-07` });
    const roster = await rosterAt(database.db, opened.id, new Date());
    expect(roster?.trainees.map(({ fullName }) => fullName)).toEqual(
      course.trainees.map(({ fullName }) => fullName),
    );
    const room = (await findRoom(database.db, opened.campusId, "301A")) as RoomId;
    const chart = await chartAt(database.db, opened.id, room, new Date());
    const seated = chart?.seats.filter(({ traineeId }) => traineeId !== null) ?? [];
    expect(seated).toHaveLength(40);
    expect(seated.find(({ row, column }) => row === 1 && column === 1)?.traineeId).toBe(
      roster?.trainees[0]?.id,
    );
    expect(await sessionsOfCourse(database.db, opened.id)).toHaveLength(10);
    const exams = await examsOfCourse(database.db, opened.id);
    expect(exams.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      `${year}-09-14T07:00:00.000Z`,
      `${year}-09-21T01:00:00.000Z`,
    ]);
  });

  it("says so when the same bytes come again, and adds nothing", async () => {
    const before = await storedCounts();
    const again = await run(papers, { ...setup, confirm: true });
    expect(again).toMatchObject({ ok: true, stored: [] });
    expect(again.text.match(/đã nhận trước đó$/gm)).toHaveLength(4);
    expect(await storedCounts()).toEqual(before);
  });

  it("changes what was typed beside a decision taken in before", async () => {
    const other = await run(["qd.docx"], { course: "CVC-K12", dutyOfficer: "Ngô Văn Thay", confirm: true });
    expect(other.differences).toEqual(["Cán bộ phụ trách: Lê Thị Trực → Ngô Văn Thay"]);
    expect(other.stored).toHaveLength(1);
    const { dutyOfficerId } = await theCourse();
    expect(dutyOfficerId && (await officerName(database.db, dutyOfficerId))).toBe("Ngô Văn Thay");
  });

  it("shows the difference to the versions in force, then makes new ones", async () => {
    const [first, ...rest] = course.trainees;
    if (first === undefined) throw new Error("an empty course");
    const newcomer = { ...first, fullName: "Lò Thị Mới", birthDate: "1990-01-02" as LocalDate };
    const swapped = course.seats.map((seat) => ({ ...seat, trainee: [1, 0][seat.trainee] ?? seat.trainee }));
    const shorter = course.sessions.slice(0, 9);
    await write("ds-moi.docx", await buildRosterDocx({ ...course, trainees: [newcomer, ...rest] }));
    await write("sodo-moi.docx", await buildChartDocx({ ...course, seats: swapped }));
    await write("lich-moi.xlsx", await buildTimetableXlsx({ ...course, sessions: shorter }));
    const answers = { viewpoint: "teacher", seatsPerDesk: "1" } as const;
    const chart = await run(["sodo-moi.docx"], { course: "CVC-K12", ...answers });
    expect(chart.differences).toContain(`~ ${first.fullName}: hàng 1 chỗ 1 → hàng 1 chỗ 2`);
    const fresh = await run(["ds-moi.docx", "lich-moi.xlsx"], { course: "CVC-K12", confirm: true });
    expect(fresh.differences).toContain("+ 1 Lò Thị Mới");
    expect(fresh.differences).toContain(`− 1 ${first.fullName}`);
    expect(fresh.differences).toContainEqual(
      expect.stringContaining("Giữ 9 buổi (sửa 0), dời 0, thêm 0, hủy 1"),
    );
    expect(fresh.stored).toHaveLength(2);
    const opened = await theCourse();
    const roster = await rosterAt(database.db, opened.id, new Date());
    expect(roster?.version).toBe(2);
    expect(roster?.trainees.map(({ fullName }) => fullName)).toContain("Lò Thị Mới");
    expect(await sessionsOfCourse(database.db, opened.id)).toHaveLength(9);
  });

  it("takes the same bytes in again when they would change something", async () => {
    const again = await run(["ds.xlsx", "lich.docx"], { course: "CVC-K12", confirm: true });
    expect(again.text).toContain("nhận lại sẽ thành phiên bản mới");
    expect(again.differences).toContain("− 1 Lò Thị Mới");
    expect(again.stored).toHaveLength(2);
    const opened = await theCourse();
    const roster = await rosterAt(database.db, opened.id, new Date());
    expect(roster?.version).toBe(3);
    expect(roster?.trainees.map(({ fullName }) => fullName)).not.toContain("Lò Thị Mới");
    expect(await sessionsOfCourse(database.db, opened.id)).toHaveLength(10);
    const mirrored = await run(["sodo.xlsx"], {
      course: "CVC-K12",
      seatsPerDesk: "1",
      viewpoint: "class",
      confirm: true,
    });
    expect(mirrored.stored).toHaveLength(1);
    const room = (await findRoom(database.db, opened.campusId, "301A")) as RoomId;
    const chart = await chartAt(database.db, opened.id, room, new Date());
    expect(chart?.version).toBe(2);
    expect((await storedCounts())["document"]).toBe(6);
    await run(["sodo.xlsx"], { course: "CVC-K12", seatsPerDesk: "1", confirm: true });
  });

  it("spells a trainee as the newest list does", async () => {
    const [first, second, ...rest] = course.trainees;
    if (!first || !second) throw new Error("a course of fewer than two");
    const respelt = { ...second, workplace: "Sở Tài chính tỉnh Lào Cai" };
    await write("ds-sua.docx", await buildRosterDocx({ ...course, trainees: [first, respelt, ...rest] }));
    const opened = await theCourse();
    const before = await rosterAt(database.db, opened.id, new Date());
    const { differences } = await run(["ds-sua.docx"], { course: "CVC-K12", confirm: true });
    expect(differences).toContainEqual(expect.stringContaining("đổi đơn vị công tác"));
    const after = await rosterAt(database.db, opened.id, new Date());
    expect(after?.trainees[1]).toEqual({ ...before?.trainees[1], workplace: respelt.workplace });
  });

  it("moves an exam and its report, and adds a second mid-course exam", async () => {
    const move = { course: "CVC-K12", finalExam: `${year}-09-22 08:00`, confirm: true };
    const { differences } = await run(["qd.docx"], move);
    expect(differences).toContainEqual(
      `→ thi cuối khóa: 08:00 21/09/${year} dời sang 08:00 22/09/${year}, báo cáo đến hạn theo giờ mới`,
    );
    const midExam = [`${year}-09-14 14:00`, `${year}-09-17 14:00`];
    await run(["qd.docx"], { course: "CVC-K12", midExam, confirm: true });
    const opened = await theCourse();
    const reports = await reportsOfCourse(database.db, opened.id);
    const exams = await examsOfCourse(database.db, opened.id);
    expect(exams.map(({ kind, startsAt }) => [kind, startsAt.toISOString()])).toEqual([
      ["mid", `${year}-09-14T07:00:00.000Z`],
      ["mid", `${year}-09-17T07:00:00.000Z`],
      ["final", `${year}-09-22T01:00:00.000Z`],
    ]);
    expect(reports.map(({ examId, version, status }) => [examId, version, status])).toEqual(
      exams.map(({ id }) => [id, 1, "due"]),
    );
    const days = exams.map(({ startsAt }, index) => +startsAt - +(reports[index]?.dueAt ?? 0));
    expect(new Set(days).size).toBe(1);
  });

  it("asks before taking in what was only half understood", async () => {
    const seats = course.seats.filter(({ trainee }) => trainee !== 5);
    await write("sodo-thieu.xlsx", await buildChartXlsx({ ...course, seats }));
    const options = { course: "CVC-K12", seatsPerDesk: "1", confirm: true } as const;
    const asked = await run(["sodo-thieu.xlsx"], options);
    expect(asked).toMatchObject({ ok: false, stored: [] });
    expect(asked.text).toContain("--as-shown");
    expect((await storedCounts())["chartVersion"]).toBe(3);
    expect(await run(["sodo-thieu.xlsx"], { ...options, asShown: true })).toMatchObject({ ok: true });
    expect((await storedCounts())["chartVersion"]).toBe(4);
  });

  it.each<[string[], ImportOptions, string]>([
    [["ds.xlsx"], { course: "CVC-K21" }, "Có phải CVC-K12?"],
    [["ds-moi.docx"], { course: "CVC-K12", front: "top" }, "Chỉ có tác dụng khi gửi kèm sơ đồ"],
    [["sodo-moi.docx"], { course: "CVC-K12", room: "Hội trường 9" }, "không có phòng “Hội trường 9”"],
    [["qd.docx"], { course: "MOI-1", campus: "HNN" }, "Chọn một trong: HN"],
    [
      ["qd.docx"],
      { course: "CVC-K12", midExam: [`${year}-09-22 14:00`], finalExam: `${year}-09-21 08:00` },
      "không trước giờ thi cuối khóa",
    ],
    [["qd.docx", "ds.xlsx", "ds-moi.docx"], { course: "MOI-1" }, "Mỗi lần chỉ nhận một danh sách học viên"],
    [["sodo.xlsx", "sodo-thieu.xlsx", "qd.docx"], { course: "MOI-1" }, "Hai sơ đồ cho cùng phòng"],
  ])("tells the officer what is wrong with %j %j", async (names, options, words) => {
    expect((await run(names, options)).text).toContain(words);
  });

  it.each<[ImportOptions, string]>([
    [{ confirm: true }, "Cần --course"],
    [{ course: "MOI-1", midExam: ["14/9 lúc 2h"] }, "--mid-exam “14/9 lúc 2h”"],
    [{ course: "MOI-1", startsOn: "mùng 7" }, "--starts-on “mùng 7”"],
  ])("refuses %j before anything is compared", async (options, words) => {
    await expect(run(["qd.docx"], options)).rejects.toThrow(words);
  });
});
