import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { camerasOfRoom } from "../../../db/queries/campus.ts";
import { addGap, addSnapshot } from "../../../db/queries/captures.ts";
import { chartAt, courseByCode, rosterAt, type RosterTrainee } from "../../../db/queries/courses.ts";
import { addCorrection, addMarks, addSessionMarks } from "../../../db/queries/marks.ts";
import { addPlan } from "../../../db/queries/rounds.ts";
import { addCameraView } from "../../../db/queries/views.ts";
import { latestRuleVersion } from "../../../db/queries/rules.ts";
import { sessionsOfCourse, storeFrame, type Session } from "../../../db/queries/sessions.ts";
import { buildChartXlsx } from "../../../fixtures/documents/chart-file.ts";
import { buildDecisionDocx } from "../../../fixtures/documents/decision-file.ts";
import { buildRosterXlsx } from "../../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../../fixtures/documents/sample-course.ts";
import { buildTimetableDocx } from "../../../fixtures/documents/timetable-file.ts";
import { createTestDatabase, type TestDatabase } from "../../../fixtures/servers/postgres.ts";
import { importFiles } from "../import/run-import.ts";
import type { MarkId, PackId, PlanId, RoundId, SnapshotId } from "../../types.ts";
import { explain } from "./run-explain.ts";

let folder: string;
let database: TestDatabase;
let session: Session;
let trainees: RosterTrainee[];
const markId = randomUUID() as MarkId;
const snapshotId = randomUUID() as SnapshotId;
const takenAt = new Date("2026-09-07T01:41:07Z");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-explain-"));
  database = await createTestDatabase();
  await importCourse();
  await addRound();
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

async function importCourse(): Promise<void> {
  let state = 7;
  const course = sampleCourse(() => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647);
  await mkdir(join(folder, "keys"), { mode: 0o700 });
  await writeFile(join(folder, "keys", "camera.password"), "khong-quan-trong\n");
  const login = { username: "siso", passwordFile: join(folder, "keys", "camera.password") };
  const cameras = [{ code: "C1", host: "10.0.0.5", ...login }];
  const room = { campus: "HN", code: "301A", name: "Phòng 301 nhà A", cameras };
  await writeFile(join(folder, "institution.json"), JSON.stringify({ rooms: [room] }));
  const papers = {
    "qd.docx": await buildDecisionDocx(course),
    "ds.xlsx": await buildRosterXlsx(course),
    "sodo.xlsx": await buildChartXlsx(course),
    "lich.docx": await buildTimetableDocx(course),
  };
  for (const [name, bytes] of Object.entries(papers)) await writeFile(join(folder, name), bytes);
  const { ok, closing } = await importFiles(
    Object.keys(papers).map((name) => join(folder, name)),
    {
      course: "CVC-K12",
      campus: "HN",
      unit: "BQLBD",
      dutyOfficer: "Lê Thị Trực",
      classManager: "Phạm Văn Quản",
      seatsPerDesk: "1",
      effectiveAt: "2026-08-27 09:00",
      confirm: true,
    },
    env(),
  );
  if (!ok) throw new Error(closing.vi);
}

/** One round as the jobs would leave it: a picture, a missing one, two marks, the session's outcome and a correction. */
async function addRound(): Promise<void> {
  const { db } = database;
  const course = await courseByCode(db, "CVC-K12");
  const rules = await latestRuleVersion(db);
  const roster = course && (await rosterAt(db, course.id, takenAt));
  const found = course && (await sessionsOfCourse(db, course.id))[0];
  if (!course || !rules || !roster || !found) throw new Error("the papers were not taken in");
  session = found;
  trainees = roster.trainees;
  const chart = await chartAt(db, course.id, session.roomId, takenAt);
  const camera = (await camerasOfRoom(db, session.roomId))[0];
  const [first, second] = trainees;
  if (!chart || !camera || !first || !second) throw new Error("the course is incomplete");
  const roundId = randomUUID() as RoundId;
  await addPlan(db, {
    id: randomUUID() as PlanId,
    sessionId: session.id,
    planNo: 1,
    commitment: "00",
    seedSealed: new Uint8Array(1),
    drawnFrom: { frame: storeFrame(session.frame), rules: rules.rules, from: takenAt.toISOString() } as never,
    ruleVersionId: rules.id,
    plannedAt: takenAt,
    replacesRoundId: null,
    shortfall: null,
    rounds: [{ id: roundId, ordinal: 1, half: 1, dueAt: takenAt }],
  });
  const object = {
    objectId: randomUUID(),
    sha256: "ab".repeat(32),
    bytes: 1,
    wrappedKey: new Uint8Array(1),
    commitment: "00",
    commitmentSalt: new Uint8Array(1),
  };
  const place = { sessionId: session.id, roundId, cameraId: camera.id };
  const picture = { widthPx: 1920, heightPx: 1080, route: "onvif-snapshot" as const, clockSkewMs: null };
  await addSnapshot(
    db,
    {
      id: snapshotId,
      ...place,
      burstIndex: 0,
      plainSha256: "cd".repeat(32),
      takenAt,
      ...picture,
      officerId: course.dutyOfficerId,
      ruleVersionId: rules.id,
    },
    object,
    new Date("2032-01-01T00:00:00Z"),
    takenAt,
  );
  await addGap(db, {
    id: randomUUID(),
    ...place,
    burstIndex: 1,
    reason: "frozen",
    detail: "",
    noticedAt: takenAt,
  });
  const box = { x: 573.4, y: 152, width: 33, height: 49 };
  const versions = {
    packId: "fr-1" as PackId,
    ruleVersionId: rules.id,
    rosterVersionId: roster.id,
    chartVersionId: chart.id,
    decision: null,
  };
  const seat = chart.seats.find(({ traineeId }) => traineeId === first.id);
  if (!seat) throw new Error("the chart gives the first trainee no seat");
  const doubt = { courseId: course.id, sessions: 4 };
  await addCameraView(db, {
    id: randomUUID(),
    cameraId: camera.id,
    effectiveAt: takenAt,
    widthPx: 1920,
    heightPx: 1080,
    markedSeats: [],
    seenSeats: [],
    seatSights: [{ row: seat.row, column: seat.column, visible: false, by: "machine", doubt }],
    facePerColumnPitch: 0.19,
    frontZone: null,
    source: "officer",
    confirmedBy: "Lê Thị Trực",
    refines: null,
  });
  await addMarks(
    db,
    roundId,
    1,
    versions,
    [
      {
        id: markId,
        traineeId: first.id,
        outcome: "review",
        seating: "off-seat",
        observedSeat: { row: 3, column: 2 },
        confidence: 0.62,
        reasons: [
          { code: "face-fits-two", params: { other: second.id, posterior: 0.31 } },
          { code: "given-long-ago", params: { much: 1 } },
        ],
        alternatives: [
          { traineeId: second.id, posterior: 0.31, similarity: 0.28 },
          { traineeId: null, posterior: 0.07, similarity: 0 },
        ],
        evidence: [{ snapshotId, box, similarity: 0.41 }],
      },
    ],
    takenAt,
  );
  await addSessionMarks(
    db,
    1,
    rules.id,
    [
      {
        id: randomUUID(),
        sessionId: session.id,
        traineeId: first.id,
        outcome: "present",
        machineOutcome: "review",
        seating: "off-seat",
        reasons: [{ code: "corrected-by-person", params: { by: "Lê Thị Trực", why: "xem ảnh" } }],
        markIds: [markId],
      },
    ],
    takenAt,
  );
  const correction = {
    id: randomUUID(),
    traineeId: first.id,
    roundId: null,
    outcome: "present" as const,
    withdraws: null,
  };
  const by = { madeBy: "Lê Thị Trực", why: "xem ảnh", madeAt: takenAt };
  await addCorrection(db, session.id, { ...correction, ...by });
}

async function ask(id?: string, trainee?: string, options = {}): Promise<string> {
  return explain(id, trainee, options, env());
}

describe("./siso explain", () => {
  it("says how one mark came about, in both languages, from the beginning of its id", async () => {
    const text = await ask(markId.slice(0, 9));
    const [first, second] = trainees;
    for (const words of [
      `1 ${first?.fullName}`,
      "CVC-K12 · Lớp bồi dưỡng ngạch chuyên viên chính khóa 12 năm 2026",
      "2026-09-07 sáng (morning), Phòng 301 nhà A",
      "cần người xem xét · to be reviewed (xác suất có mặt · probability of presence 62.0 %)",
      "ngồi sai chỗ · in another seat; sơ đồ · chart hàng 1 chỗ 1 (row 1 seat 1); thấy ở · seen at hàng 3 chỗ 2",
      "camera C1 chưa từng thấy ai ở chỗ này trong 4 buổi của lớp",
      `Khuôn mặt này cũng có thể là 2 ${second?.fullName} (31 %)`,
      `The face could also be 2 ${second?.fullName} (31 %)`,
      'Lý do không còn lời giải thích: given-long-ago {"much":1}',
      `2 ${second?.fullName}: 31.0 %, độ giống · similarity 0.28`,
      `ảnh · picture ${snapshotId}, camera C1, 2026-09-07 08:41:07`,
      "khung · box x y rộng cao = 573 152 33 49 px, độ giống · similarity 0.41",
      "ab".repeat(32),
      "camera C1, 2026-09-07 08:41:07: Camera gửi lại đúng ảnh cũ",
      "model pack fr-1",
      "rules version 1",
      "roster version 1, hiệu lực từ · in force from 2026-08-27 09:00:00",
      "chart version 1, hiệu lực từ · in force from 2026-08-27 09:00:00",
    ]) {
      expect(text).toContain(words);
    }
  });

  it("finds a trainee of a session by number or by name without accents", async () => {
    const name =
      trainees[0]?.fullName.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll(/đ/gi, "d") ?? "";
    for (const typed of ["1", name.toLowerCase()]) {
      const text = await ask(session.id, typed);
      expect(text).toContain("Kết luận · Outcome      có mặt · present");
      expect(text).toContain("Máy ghi · Machine       cần xem xét · to review");
      expect(text).toContain("Lê Thị Trực đã quyết định: xem ảnh");
      expect(text).toContain(markId);
    }
  });

  it("lists a session's marks and a course's sessions with their ids", async () => {
    const marks = await ask(undefined, undefined, { session: session.id.slice(0, 8) });
    expect(marks).toMatch(new RegExp(`^ *1 .*có mặt +${markId.slice(0, 8)} cần người xem xét$`, "m"));
    expect(marks).toContain("Lượt 1 · Round 1: chưa đến giờ · due\n");
    const sessions = await ask(undefined, undefined, { course: "CVC-K12" });
    expect(sessions.match(/2026-09-\d\d (sáng|chiều)/g)).toHaveLength(10);
    expect(sessions).toContain(session.id);
  });

  it.each<[string | undefined, string | undefined, object, string]>([
    [undefined, undefined, {}, "(có: CVC-K12)"],
    [undefined, undefined, { course: "CVC" }, "Không có khóa “CVC”. Có: CVC-K12."],
    ["khong-phai", undefined, {}, "không phải một mã"],
    ["00000000-0000", undefined, {}, "Không có kết quả hay buổi học nào"],
  ])("says what to type instead of %j %j %j", async (id, trainee, options, words) => {
    await expect(ask(id, trainee, options)).rejects.toThrow(words);
  });

  it("asks for the trainee, and for a clearer one", async () => {
    await expect(ask(session.id)).rejects.toThrow("Ghi thêm STT hoặc họ tên");
    await expect(ask(session.id, "400")).rejects.toThrow("Không có học viên “400”");
    await expect(ask(session.id, "Phan Phương Trang")).rejects.toThrow("Dùng STT");
  });

  it("never makes a database to look something up in", async () => {
    const elsewhere = {
      SISO_DATA: join(folder, "nowhere"),
      SISO_KEY_FILE: join(folder, "keys", "archive.key"),
    };
    await expect(explain("abcd", undefined, {}, elsewhere)).rejects.toThrow("Chưa có dữ liệu");
  });
});
