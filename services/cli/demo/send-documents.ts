import sharp from "sharp";
import { buildChartXlsx } from "../../../fixtures/documents/chart-file.ts";
import type { FixtureCourse } from "../../../fixtures/documents/course.ts";
import { buildDecisionDocx } from "../../../fixtures/documents/decision-file.ts";
import { buildRosterXlsx } from "../../../fixtures/documents/roster-file.ts";
import { buildTimetableDocx } from "../../../fixtures/documents/timetable-file.ts";
import { openFaces } from "../../../fixtures/campus/open-faces.ts";
import { traineeKey } from "../../../fixtures/campus/world.ts";
import { findRoom } from "../../../db/queries/campus.ts";
import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { approveLeave } from "../../../workers/imports/approve-leave.ts";
import { confirmChart } from "../../../workers/imports/confirm-chart.ts";
import { confirmDecision } from "../../../workers/imports/confirm-decision.ts";
import { confirmRoster } from "../../../workers/imports/confirm-roster.ts";
import { confirmTimetable } from "../../../workers/imports/confirm-timetable.ts";
import { readFiles, type ReadFile } from "../../../workers/imports/read-files.ts";
import { createDocumentReader } from "../../readers/document-reader.ts";
import { SisoError } from "../../errors.ts";
import type { Box, DocumentKind, RoomId } from "../../types.ts";
import { modelsDir, portraitsDir } from "../setup/prepare.ts";
import type { Demo } from "./open-demo.ts";

const zone = "Asia/Ho_Chi_Minh";
const portraitPx = 480;
const reader = createDocumentReader();

/** The unit's four files, written as real documents and read back through the real importers. */
export async function sendDocuments(demo: Demo): Promise<Course> {
  const { ctx, story } = demo;
  const plain = story.course;
  const course = await withPortraits(plain);
  const confirmation = confirmed(demo);
  const decision = await read("quyet-dinh-mo-lop.docx", await buildDecisionDocx(plain), "decision");
  const setup = {
    code: "CVC-K12",
    campusCode: "HN",
    unitCode: "BQLBD",
    dutyOfficer: "Lê Thị Trực",
    classManager: "Phạm Văn Quản",
    exams: story.exams,
  };
  const opened = await confirmDecision(ctx, decision, setup, confirmation);
  const roster = await read("danh-sach-hoc-vien.xlsx", await buildRosterXlsx(course), "roster");
  await confirmRoster(ctx, opened, zone, roster, confirmation);
  for (const room of story.rooms)
    await sendChart(demo, opened, { ...plain, room: { ...plain.room, name: room.name } });
  const timetable = await read(
    "lich-hoc.docx",
    await buildTimetableDocx(plain, "row-per-session"),
    "timetable",
  );
  await confirmTimetable(ctx, opened, zone, timetable, confirmation);
  return opened;
}

/** A chart for one room, in force from the clock's instant on. */
export async function sendChart(demo: Demo, course: Course, drawn: FixtureCourse): Promise<void> {
  const fileName = `so-do-${drawn.room.name.replaceAll(/\D+/g, "")}.xlsx`;
  const file = await read(fileName, await buildChartXlsx(drawn), "chart");
  const roomId = (await findRoom(demo.ctx.db, course.campusId, drawn.room.name)) as RoomId;
  const answers = { front: "top", viewpoint: "teacher", seatsPerDesk: 2 } as const;
  await confirmChart(demo.ctx, course, zone, file, { roomId, answers }, confirmed(demo));
}

/** The request came in certified and the leadership agreed (L11, L12). */
export async function sendLeave(demo: Demo, course: Course): Promise<void> {
  const { leave, sessions } = demo.story;
  const session = sessions[leave.session];
  const roster = await rosterAt(demo.ctx.db, course.id, demo.clock.now());
  const trainee = roster?.trainees.find(({ ordinal }) => ordinal === leave.trainee + 1);
  if (session === undefined || trainee === undefined) return;
  await approveLeave(demo.ctx, course, zone, {
    traineeId: trainee.id,
    intervals: [{ startsAt: session.startsAt, endsAt: session.endsAt }],
    number: "07/ĐXN",
    reason: "Việc gia đình",
    attachment: {
      fileName: "don-xin-nghi.txt",
      bytes: Buffer.from(`Đơn xin nghỉ học của ${trainee.fullName}, có xác nhận của cơ quan.`, "utf8"),
    },
    decidedBy: "Trưởng ban Quản lý bồi dưỡng",
  });
}

function confirmed(demo: Demo) {
  const effectiveAt = demo.clock.now();
  return { confirmedBy: "Lê Thị Trực", receivedFrom: "Ban Quản lý bồi dưỡng", effectiveAt };
}

async function read<K extends DocumentKind>(fileName: string, bytes: Uint8Array, kind: K) {
  const [file] = await readFiles(reader, [{ fileName, bytes }]);
  if (file?.kind === kind) return file as Extract<ReadFile, { kind: K }>;
  const [problem] = file?.kind === null ? file.problems : [];
  throw new SisoError("file-refused", {
    vi: `${fileName}: ${problem?.why.vi ?? `được hiểu là ${file?.kind ?? "không rõ"}, không phải ${kind}`}`,
    en: `${fileName}: ${problem?.why.en ?? `understood as ${file?.kind ?? "nothing"}, not ${kind}`}`,
  });
}

/** A 3×4 portrait a trainee, as units send them: the face fills about half of its width. */
async function withPortraits(course: FixtureCourse): Promise<FixtureCourse> {
  const faces = await openFaces(portraitsDir, modelsDir);
  const trainees = await Promise.all(
    course.trainees.map(async (trainee, index) => {
      const key = traineeKey(faces, index);
      const bytes = await portrait(await faces.photo(key, 0), faces.faceBox(key, 0));
      return { ...trainee, portrait: { bytes, mediaType: "image/jpeg" } };
    }),
  );
  return { ...course, trainees };
}

async function portrait(photo: Uint8Array, face: Box): Promise<Uint8Array> {
  const upright = await sharp(photo).autoOrient().toBuffer({ resolveWithObject: true });
  const { width, height } = upright.info;
  const left = Math.max(0, Math.round(face.x - 0.6 * face.width));
  const top = Math.max(0, Math.round(face.y - 0.6 * face.width));
  const crop = {
    left,
    top,
    width: Math.min(width - left, Math.round(2.2 * face.width)),
    height: Math.min(height - top, Math.round(2.9 * face.width)),
  };
  const cropped = sharp(upright.data).extract(crop).resize({ width: portraitPx, withoutEnlargement: true });
  return new Uint8Array(await cropped.jpeg({ quality: 90 }).toBuffer());
}
