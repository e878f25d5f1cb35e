import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRoom } from "../../../db/queries/campus.ts";
import { chartAt, courseByCode, findDocument, rosterAt } from "../../../db/queries/courses.ts";
import { erasePerson } from "../../../db/queries/people.ts";
import { chartSource, rosterEntriesOf } from "../../../db/queries/versions.ts";
import type { FixtureTrainee } from "../../../fixtures/documents/course.ts";
import { buildRosterXlsx } from "../../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../../fixtures/documents/sample-course.ts";
import { seededRandom } from "../../../fixtures/documents/people.ts";
import { smallJpeg } from "../../../fixtures/documents/small-picture.ts";
import { banner, texts } from "../../../fixtures/documents/table.ts";
import { writePdf } from "../../../fixtures/documents/write-pdf.ts";
import { writeXlsx } from "../../../fixtures/documents/write-xlsx.ts";
import { createTestDatabase, type TestDatabase } from "../../../fixtures/servers/postgres.ts";
import type { RoomId, TraineeId } from "../../types.ts";
import { undo } from "../undo/run-undo.ts";
import type { ImportOptions } from "./options.ts";
import { outcomeText } from "./print-preview.ts";
import { importFiles } from "./run-import.ts";

const course = sampleCourse(seededRandom(7), 12);
const scan = writePdf([[]], { picture: true });
let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-answers-"));
  database = await createTestDatabase();
  await mkdir(join(folder, "keys"), { mode: 0o700 });
  const room = { campus: "HN", code: "301A", name: "Phòng 301 nhà A", cameras: [] };
  await writeFile(join(folder, "institution.json"), JSON.stringify({ rooms: [room] }));
  await writeFile(join(folder, "quet.pdf"), scan);
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function env(): Record<string, string> {
  return {
    SISO_DATA: join(folder, "data"),
    SISO_KEY_FILE: join(folder, "keys", "archive.key"),
    SISO_INSTITUTION_FILE: join(folder, "institution.json"),
    SISO_DATABASE_URL: database.connectionString,
  };
}

async function run(name: string, options: ImportOptions) {
  const call = { course: "K12", by: "Lê Nhận", ...options };
  const { outcome, closing, ok } = await importFiles([join(folder, name)], call, env());
  const file = outcome.files[0];
  const asked = [...(file?.unsettled ?? []), ...(file?.problems ?? [])].map(({ fix }) => fix.vi).join("\n");
  return { ok, stored: outcome.stored, asked, text: `${outcomeText(outcome, call)}\n${closing.vi}` };
}

async function theCourse() {
  const found = await courseByCode(database.db, "K12");
  if (found === null) throw new Error("the course was not opened");
  return found;
}

async function roster() {
  const found = await rosterAt(database.db, (await theCourse()).id, new Date());
  if (found === null) throw new Error("no roster");
  return found;
}

const idOf = async (name: string) => (await roster()).trainees.find((one) => one.fullName === name)?.id;

describe("a scanned decision", () => {
  const typed: ImportOptions = {
    number: "77/QĐ-HCQG",
    date: "20/08/2026",
    courseName: "Lớp chuyên viên khóa 40",
    startsOn: "2026-09-07",
    endsOn: "2026-09-18",
    place: "Phòng 301 nhà A",
  };
  const setup: ImportOptions = {
    campus: "HN",
    unit: "BQLBD",
    dutyOfficer: "Lê Thị Trực",
    classManager: "Phạm Văn Quản",
  };

  it("is asked for by the name of every field it does not give, and stored only with those it needs", async () => {
    const bare = await run("quet.pdf", { ...setup, as: "decision", confirm: true, asShown: true });
    expect(bare).toMatchObject({ ok: false, stored: [] });
    for (const flag of ["--number", "--date", "--course-name", "--starts-on", "--ends-on", "--place"]) {
      expect(bare.asked).toContain(flag);
    }
    const { place: _place, ...most } = typed;
    const half = await run("quet.pdf", { ...setup, ...most, confirm: true });
    expect(half).toMatchObject({ ok: false, stored: [] });
    expect(half.asked).toContain("--place");
    expect(half.asked).not.toContain("--number");
  });

  it("shows what was typed as typed, is kept byte for byte, and opens the course", async () => {
    const taken = await run("quet.pdf", { ...setup, ...typed, confirm: true });
    expect(taken.text).toContain("Số quyết định: 77/QĐ-HCQG (Lê Nhận gõ, không đọc từ tệp");
    expect(taken.stored).toHaveLength(1);
    const opened = await theCourse();
    expect(opened).toMatchObject({
      decisionNumber: "77/QĐ-HCQG",
      decisionDate: "2026-08-20",
      startsOn: "2026-09-07",
      place: "Phòng 301 nhà A",
      typedFields: ["number", "date", "courseName", "startsOn", "endsOn", "place"],
      typedBy: "Lê Nhận",
    });
    const sha256 = createHash("sha256").update(scan).digest("hex");
    expect(await findDocument(database.db, opened.id, "decision", sha256)).not.toBeNull();
  });

  it("sent again keeps what was typed, and whose word it is", async () => {
    const exam = { finalExam: "2026-09-18 08:00", confirm: true, by: "Người Khác" };
    expect(await run("quet.pdf", { ...exam, as: "decision" })).toMatchObject({ ok: true });
    expect(await theCourse()).toMatchObject({ decisionNumber: "77/QĐ-HCQG", typedBy: "Lê Nhận" });
    expect(await run("quet.pdf", { as: "decision" })).toMatchObject({ ok: true, stored: [] });
    const moved = await run("quet.pdf", { endsOn: "2026-09-19", by: "Người Khác", confirm: true });
    expect(moved.text).toContain("Bế giảng: 2026-09-18 → 2026-09-19");
    expect(await theCourse()).toMatchObject({ endsOn: "2026-09-19", decisionDate: "2026-08-20" });
  });
});

describe("the same trainee in a changed list", () => {
  const { trainees } = course;
  const [an, binh, chung] = trainees as [FixtureTrainee, FixtureTrainee, FixtureTrainee];
  const rest = trainees.slice(3);
  const renamed = { ...an, fullName: "Trần Văn Đổi Tên" };
  const other = { ...binh, birthDate: chung.birthDate, workplace: "Sở Mới" };

  async function write(name: string, list: FixtureTrainee[]): Promise<void> {
    await writeFile(join(folder, name), await buildRosterXlsx({ ...course, trainees: list }));
  }

  it("is asked about, and no other answer takes the list in", async () => {
    await write("ds1.xlsx", [{ ...an, portrait: smallJpeg() }, ...trainees.slice(1)]);
    await run("ds1.xlsx", { confirm: true });
    await write("ds2.xlsx", [...rest.toReversed(), other, renamed]);
    const asked = await run("ds2.xlsx", { confirm: true, asShown: true });
    expect(asked).toMatchObject({ ok: false, stored: [] });
    expect(asked.asked).toContain(`--same "11. ${renamed.fullName}=1. ${an.fullName}"`);
    expect(asked.asked).toContain(`--new "10. ${binh.fullName}"`);
    const half = await run("ds2.xlsx", { new: ["10"], confirm: true, asShown: true });
    expect(half).toMatchObject({ ok: false, stored: [] });
    const nobody = await run("ds2.xlsx", { same: ["11=Phạm Không Có"], new: ["10"], confirm: true });
    expect(nobody.text).toContain("Không có ai là “Phạm Không Có”");
    await expect(run("ds2.xlsx", { same: ["11"] })).rejects.toThrow("dấu =");
  });

  it("keeps identity and portrait as answered, and the answer stays with the version", async () => {
    const before = { an: await idOf(an.fullName), binh: await idOf(binh.fullName) };
    const answers = { same: [`${renamed.fullName}=1. ${an.fullName}`], new: [`10. ${binh.fullName}`] };
    expect(await run("ds2.xlsx", { ...answers, confirm: true })).toMatchObject({ ok: true });
    const after = { an: await idOf(renamed.fullName), binh: await idOf(binh.fullName) };
    expect(after.an).toBe(before.an);
    expect(after.binh).not.toBe(before.binh);
    const said = (await rosterEntriesOf(database.db, (await roster()).id)).filter(({ answered }) => answered);
    expect(said.map(({ trainee, answered }) => [trainee.id, answered])).toEqual([
      [after.binh, "new"],
      [after.an, "same"],
    ]);
    const portraits = await database.db
      .selectFrom("portrait")
      .select("id")
      .where("traineeId", "=", after.an as TraineeId)
      .execute();
    expect(portraits).toHaveLength(1);
    expect(await run("ds2.xlsx", { confirm: true })).toMatchObject({ ok: true, stored: [] });
  });

  it("is found again after a list in between left them out", async () => {
    const before = await idOf(rest[0]?.fullName ?? "");
    await write("ds3.xlsx", [...rest.slice(1), other, renamed]);
    await run("ds3.xlsx", { confirm: true });
    expect(await idOf(rest[0]?.fullName ?? "")).toBeUndefined();
    const back = await run("ds2.xlsx", { confirm: true });
    expect(back.text).toContain("trở lại 1");
    expect(await idOf(rest[0]?.fullName ?? "")).toBe(before);
  });
});

describe("a portrait of somebody who declined", () => {
  it("is said to be left out, with its row", async () => {
    const { trainees } = await roster();
    const [first, ...others] = course.trainees.slice(3) as [FixtureTrainee, ...FixtureTrainee[]];
    const id = trainees.find(({ fullName }) => fullName === first.fullName)?.id as TraineeId;
    await database.db.transaction().execute((trx) => erasePerson(trx, id, new Date()));
    const list = [{ ...first, portrait: smallJpeg() }, ...others];
    await writeFile(join(folder, "ds4.xlsx"), await buildRosterXlsx({ ...course, trainees: list }));
    const { text } = await run("ds4.xlsx", {});
    expect(text).toMatch(new RegExp(`B6\\s+Ảnh của ${first.fullName} không được nhận`));
  });
});

describe("a front the chart does not show", () => {
  it("at its left is answered, turns the drawing, and stays with the version through import and undo", async () => {
    const rows = [0, 1].map((r) => texts(...[1, 2, 3, 4, 5].map((c) => String(r * 5 + c))));
    const table = [banner("SƠ ĐỒ", 5), banner("Phòng 301 nhà A", 5), ...rows];
    await writeFile(join(folder, "so-do.xlsx"), await writeXlsx([{ name: "Sơ đồ", table }]));
    const open = await run("so-do.xlsx", { confirm: true });
    for (const flag of ["--viewpoint", "--front top | bottom | left | right", "--seats-per-desk"]) {
      expect(open.asked).toContain(flag);
    }
    const answers = { viewpoint: "teacher", front: "left", seatsPerDesk: "1", asShown: true } as const;
    expect(await run("so-do.xlsx", { ...answers, confirm: true })).toMatchObject({ ok: true });
    const { id, campusId } = await theCourse();
    const room = (await findRoom(database.db, campusId, "301A")) as RoomId;
    const now = async () => {
      const chart = await chartAt(database.db, id, room, new Date());
      if (chart === null) throw new Error("no chart");
      const { front, viewpoint, seatsPerDesk } = await chartSource(database.db, chart.id);
      return {
        version: chart.version,
        size: [chart.rowCount, chart.columnCount],
        front,
        viewpoint,
        seatsPerDesk,
      };
    };
    const first = { size: [5, 2], front: "left", viewpoint: "teacher", seatsPerDesk: 1 };
    expect(await now()).toEqual({ version: 1, ...first });
    await run("so-do.xlsx", { ...answers, front: "right", seatsPerDesk: "2", confirm: true });
    expect(await now()).toEqual({ version: 2, ...first, front: "right", seatsPerDesk: 2 });
    await undo("chart", { course: "K12", confirm: true }, env());
    expect(await now()).toEqual({ version: 3, ...first });
  });
});
