import { afterAll, beforeAll, expect, test } from "vitest";
import { drillCourse, drillSessions, drillTrainees } from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { sendChart, sendPapers, sendRoster, sendTimetable } from "../../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../../fixtures/drill/open-drill.ts";
import { findRoom } from "../../../db/queries/campus.ts";
import { chartAt, rosterAt, type Course } from "../../../db/queries/courses.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import type { VersionedKind } from "../../../db/queries/versions.ts";
import type { FacePack } from "../../ports.ts";
import type { RoomId } from "../../types.ts";
import { goBack, type UndoOptions } from "./run-undo.ts";

let faces: FacePack;
let drill: Drill;
let course: Course;
const drawn = drillCourse();

beforeAll(async () => {
  faces = await openDrillFaces();
  drill = await openDrill(faces);
  course = await sendPapers(drill.ctx);
});
afterAll(async () => {
  await drill.close();
  await faces.close();
});

const now = () => drill.clock.now();
const undo = (kind: VersionedKind, options: Partial<UndoOptions> = {}, to: number | null = null) =>
  goBack(drill.ctx, kind, { course: "DT-K1", by: "Lê Thị Trực", ...options }, to);
const roster = async () => (await rosterAt(drill.ctx.db, course.id, now()))?.trainees;
async function seats() {
  const room = (await findRoom(drill.ctx.db, course.campusId, drawn.room.name)) as RoomId;
  return (await chartAt(drill.ctx.db, course.id, room, now()))?.seats;
}
const days = async () => (await sessionsOfCourse(drill.ctx.db, course.id)).map(({ day }) => day);

test("the first version has nothing before it, and an unknown course or room is named", async () => {
  await expect(undo("chart")).rejects.toThrow("Trước phiên bản 1");
  await expect(undo("chart", { room: "Phòng 999" })).rejects.toThrow("Chọn phòng bằng --room");
  await expect(undo("roster", { course: "DT-K2" })).rejects.toThrow("Có: DT-K1");
});

test("a chart sent by mistake is undone and the undoing undone, each as a version of its own", async () => {
  const before = await seats();
  const turned = drawn.seats.map((seat, i) => ({ ...seat, trainee: (i + 1) % drillTrainees }));
  await sendChart(drill.ctx, course, { ...drawn, seats: turned });
  const wrong = await seats();
  expect(wrong).not.toEqual(before);
  const preview = await undo("chart");
  expect(preview).toContain(`${drillTrainees} học viên đổi chỗ`);
  expect(await seats()).toEqual(wrong);
  expect(await undo("chart", { confirm: true })).toContain("phiên bản 3 có hiệu lực");
  expect(await seats()).toEqual(before);
  await undo("chart", { confirm: true });
  expect(await seats()).toEqual(wrong);
  await undo("chart", { confirm: true }, 1);
  expect(await seats()).toEqual(before);
});

test("a roster comes back with its people, their ids and their spelling", async () => {
  const before = await roster();
  const [first, ...rest] = drawn.trainees;
  if (first === undefined) throw new Error("the drill has trainees");
  const respelt = rest.map((trainee) => ({ ...trainee, workplace: "Sở Tài chính" }));
  await sendRoster(drill.ctx, course, { ...drawn, trainees: respelt });
  expect(await roster()).toHaveLength(drillTrainees - 1);
  expect(await undo("roster")).toContain(`+ 1 ${first.fullName}`);
  await undo("roster", { confirm: true });
  expect(await roster()).toEqual(before);
});

test("a timetable's dropped session is held after all", async () => {
  const before = await days();
  await sendTimetable(drill.ctx, course, drillSessions.slice(0, 1));
  expect(await days()).toEqual(before.slice(0, 1));
  expect(await undo("timetable")).toContain("thêm 1");
  await undo("timetable", { confirm: true });
  expect(await days()).toEqual(before);
});
