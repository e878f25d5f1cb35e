import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { openDrillFaces } from "../../fixtures/drill/drill-faces.ts";
import { drillEndsAt } from "../../fixtures/drill/drill-course.ts";
import { sendPapers } from "../../fixtures/drill/drill-papers.ts";
import { walk } from "../../fixtures/drill/walk.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { findRoom } from "../../db/queries/campus.ts";
import { sessionsOfCourse } from "../../db/queries/sessions.ts";
import { cameraViewsAt } from "../../db/queries/views.ts";
import { saveJudgement } from "../../services/cli/room/judge-seats.ts";
import { saveTurn } from "../../services/cli/room/turn-chart.ts";
import { chartAt } from "../../db/queries/courses.ts";
import type { FacePack } from "../../services/ports.ts";
import type { RoomId } from "../../services/types.ts";
import { reviewRoom } from "./review-room.ts";
import { sessionSetting } from "./room-views.ts";

const emptySeat = { row: 2, column: 3 };
let faces: FacePack;
let drill: Drill;
let course: Awaited<ReturnType<typeof sendPapers>>;
let roomId: RoomId;

beforeAll(async () => {
  faces = await openDrillFaces();
  drill = await openDrill(faces);
  course = await sendPapers(drill.ctx);
  roomId = (await findRoom(drill.ctx.db, course.campusId, "Phòng 101")) as RoomId;
  await walk(drill.ctx, drill.clock, drillEndsAt);
}, 180_000);

afterAll(async () => {
  await drill.close();
  await faces.close();
});

describe("after two sessions in which nobody was ever seen at a seat", () => {
  it("a machine's version says so, the marks stay the person's, and somebody is asked to look", async () => {
    const views = await cameraViewsAt(drill.ctx.db, roomId, drill.clock.now());
    for (const view of views) {
      expect(view.source).toBe("machine");
      expect(view.markedSeats).toHaveLength(6);
      expect(view.seatSights).toEqual([{ ...emptySeat, visible: false, by: "machine" }]);
    }
    const asked = (await openAlarms(drill.ctx.db)).filter(({ code }) => code === "seat-never-seen");
    expect(asked.map(({ detail }) => detail["seats"])).toEqual(["R2C3", "R2C3"]);
  });

  it("the seat is then not one to be empty, for sessions from now on only", async () => {
    const [first] = await sessionsOfCourse(drill.ctx.db, course.id);
    const seats = async (startsAt: Date) => {
      const setting = await sessionSetting(drill.ctx.db, { ...first!, frame: { ...first!.frame, startsAt } });
      return setting.cameras.map((camera) => [camera.seats.length, camera.placed.length]);
    };
    expect(await seats(first!.frame.startsAt)).toEqual([
      [6, 6],
      [6, 6],
    ]);
    expect(await seats(drill.clock.now())).toEqual([
      [5, 6],
      [5, 6],
    ]);
  });

  it("a person's word that it is visible stands, also when the machine looks again", async () => {
    const said = { room: "P101", visible: ["R2C3"], confirm: true, by: "Lê Thị Trực" };
    drill.clock.advanceTo(new Date(drill.clock.now().getTime() + 1000));
    await saveJudgement(drill.ctx, { ...said, camera: "P101-C1" });
    const [, second] = await sessionsOfCourse(drill.ctx.db, course.id);
    await drill.ctx.db
      .updateTable("session")
      .set({ roomReviewedAt: null })
      .where("id", "=", second!.id)
      .execute();
    drill.clock.advanceTo(new Date(drill.clock.now().getTime() + 1000));
    await reviewRoom(drill.ctx, second!.id);
    const views = await cameraViewsAt(drill.ctx.db, roomId, drill.clock.now());
    expect(
      views.flatMap(({ seatSights }) => seatSights.map(({ visible, by }) => `${by} ${visible}`)),
    ).toEqual(expect.arrayContaining(["person true", "machine false"]));
  });

  it("running twice writes nothing more", async () => {
    const [, second] = await sessionsOfCourse(drill.ctx.db, course.id);
    const count = async () => (await drill.ctx.db.selectFrom("cameraView").select("id").execute()).length;
    const before = await count();
    await reviewRoom(drill.ctx, second!.id);
    expect(await count()).toBe(before);
  });
});

it("room turn stores the mirrored chart as the next version, everybody in the mirrored seat", async () => {
  const before = await chartAt(drill.ctx.db, course.id, roomId, drill.clock.now());
  const words = await saveTurn(drill.ctx, {
    course: course.code,
    room: "P101",
    as: "mirrored",
    confirm: true,
  });
  expect(words).toMatch(/phiên bản 2/);
  const after = await chartAt(drill.ctx.db, course.id, roomId, drill.clock.now());
  expect(after?.version).toBe(2);
  for (const seat of before!.seats) {
    const moved = after!.seats.find(({ traineeId }) => traineeId === seat.traineeId);
    expect(moved).toMatchObject({ row: seat.row, column: 4 - seat.column });
  }
});
