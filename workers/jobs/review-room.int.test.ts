import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { openDrillFaces } from "../../fixtures/drill/drill-faces.ts";
import {
  drillAbsentee,
  drillCourse,
  drillEndsAt,
  drillSessions,
  drillTrainees,
  session as sessionOf,
} from "../../fixtures/drill/drill-course.ts";
import { sendPapers, sendTimetable } from "../../fixtures/drill/drill-papers.ts";
import { walk } from "../../fixtures/drill/walk.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { findRoom } from "../../db/queries/campus.ts";
import { sessionsOfCourse } from "../../db/queries/sessions.ts";
import { cameraViewsAt } from "../../db/queries/views.ts";
import { saveJudgement } from "../../services/cli/room/judge-seats.ts";
import { saveTurn } from "../../services/cli/room/turn-chart.ts";
import { chartAt } from "../../db/queries/courses.ts";
import type { FacePack } from "../../services/ports.ts";
import { doubtsOf } from "../../services/seating/seat-sights.ts";
import { neverSeenMarks } from "../../db/queries/never-seen.ts";
import { marksOfSession } from "../../db/queries/marks.ts";
import { neverSeenSeats } from "../../services/cli/room/never-seen.ts";
import type { RoomId, SeatSight } from "../../services/types.ts";
import { reviewRoom } from "./review-room.ts";
import { sessionSetting } from "./room-views.ts";

const proven = (sights: readonly SeatSight[]) =>
  sights.filter(({ by, visible }) => by === "machine" && visible).length;

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
      expect(proven(view.seatSights)).toBe(drillTrainees - 1);
      expect(doubtsOf(view.seatSights)).toEqual([
        {
          ...emptySeat,
          visible: false,
          by: "machine",
          doubt: { courseId: course.id, sessions: drillSessions.length },
        },
      ]);
    }
    const asked = (await openAlarms(drill.ctx.db)).filter(({ code }) => code === "seat-never-seen");
    expect(asked.map(({ detail }) => detail["seats"])).toEqual(["R2C3", "R2C3"]);
  });

  it("the seat is then in doubt, for sessions from now on only", async () => {
    const [first] = await sessionsOfCourse(drill.ctx.db, course.id);
    const doubts = async (startsAt: Date) => {
      const setting = await sessionSetting(drill.ctx.db, { ...first!, frame: { ...first!.frame, startsAt } });
      expect(setting.cameras.map(({ seats }) => seats.length)).toEqual([drillTrainees, drillTrainees]);
      return setting.cameras.flatMap(({ seats }) =>
        seats.flatMap(({ row, column, neverSeenSessions }) =>
          neverSeenSessions === undefined ? [] : [`R${row}C${column} ${neverSeenSessions}`],
        ),
      );
    };
    expect(await doubts(first!.frame.startsAt)).toEqual([]);
    expect(await doubts(drill.clock.now())).toEqual(["R2C3 2", "R2C3 2"]);
  });

  it("a third session with nobody there leaves that seat to a person, the proven ones empty, and counts on", async () => {
    const third = sessionOf("2026-09-09", "evening", "18:00", 3);
    await sendTimetable(drill.ctx, course, [...drillSessions, third]);
    await walk(drill.ctx, drill.clock, new Date("2026-09-09T23:30:00+07:00"));
    const held = (await sessionsOfCourse(drill.ctx.db, course.id))[2];
    const seat = drillCourse().seats[drillAbsentee - 1];
    expect(seat).toMatchObject(emptySeat);
    const marks = await marksOfSession(drill.ctx.db, held!.id);
    const doubted = marks.filter(({ reasons }) => reasons.some(({ code }) => code === "seat-never-seen"));
    expect(marks.filter(({ outcome }) => outcome === "absent")).toHaveLength(2 * (drillTrainees - 1));
    expect(doubted.map(({ outcome, reasons }) => [outcome, reasons])).toEqual(
      [1, 2].map(() => ["review", [{ code: "seat-never-seen", params: { sessions: 2 } }]]),
    );
    expect(await neverSeenMarks(drill.ctx.db, course.id)).toEqual([
      { sessionId: held!.id, traineeId: doubted[0]?.traineeId, sessions: 2 },
    ]);
    const [view] = await cameraViewsAt(drill.ctx.db, roomId, drill.clock.now());
    expect(doubtsOf(view!.seatSights)[0]?.doubt?.sessions).toBe(3);
    const named = await neverSeenSeats(drill.ctx.db, roomId, view!.seatSights, drill.clock.now());
    expect(named).toMatchObject([{ seat: "R2C3", course: course.code, sessions: 3 }]);
    expect(named[0]?.trainee).toMatch(/^6 /);
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
    expect(views.map(({ seatSights }) => proven(seatSights))).toEqual([drillTrainees - 1, drillTrainees - 1]);
    const word = { ...emptySeat, visible: true, by: "person" as const };
    const judged = views.filter(({ seatSights }) => doubtsOf(seatSights).length === 0);
    expect(judged.map(({ seatSights }) => seatSights[0])).toEqual([word]);
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
