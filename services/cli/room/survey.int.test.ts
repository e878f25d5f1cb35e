import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markedSeats } from "../../../fixtures/campus/rooms.ts";
import { openRoomKit, type RoomKit } from "../../../fixtures/campus/room-kit.ts";
import { pictureAt } from "../../../fixtures/campus/world.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { seatPositions } from "../../../fixtures/scenes/camera-model.ts";
import { cameraViewsAt } from "../../../db/queries/views.ts";
import type { FacePack } from "../../ports.ts";
import { isObservable } from "../../seating/survey.ts";
import { drawSurvey } from "./draw-survey.ts";
import { listRooms } from "./list-rooms.ts";
import { storeSurvey } from "./run-survey.ts";
import { seatName } from "./seat-text.ts";
import type { SurveyOptions } from "./survey-options.ts";
import { surveyRoom } from "./survey-room.ts";
import { surveyJson, surveyText } from "./survey-text.ts";

let pack: FacePack;
let kit: RoomKit;
let options: SurveyOptions;

beforeAll(async () => {
  pack = remembering(await openDrillFaces());
  kit = await openRoomKit(pack);
  const { story, faces, folder, courseCode } = kit;
  const room = story.rooms[0]!;
  const at = new Date(story.sessions[0]!.startsAt.getTime() + 30 * 60_000);
  await mkdir(join(folder, "pictures"));
  const pictures: string[] = [];
  const marks: string[] = [];
  for (const camera of room.cameras) {
    const path = join(folder, "pictures", `${camera.model.id}.jpg`);
    await writeFile(path, await pictureAt(story, faces, room, camera, at));
    pictures.push(`${camera.model.id}=${path}`);
    const corners = markedSeats(room, camera.model);
    marks.push(...corners.map(({ row, column, x, y }) => `${camera.model.id} R${row}C${column} ${x} ${y}`));
  }
  await writeFile(join(folder, "marks.txt"), `# camera chỗ x y\n${marks.join("\n")}\n`);
  options = {
    room: "P301",
    course: courseCode,
    picture: pictures,
    marks: join(folder, "marks.txt"),
    cameraAt: "front",
    out: join(folder, "out"),
  };
}, 120_000);

afterAll(async () => {
  await kit.close();
  await pack.close();
});

function typed(more: Partial<SurveyOptions>) {
  return surveyRoom(kit.ctx, { ...options, ...more });
}

/** The same pictures are surveyed again and again. */
function remembering(real: FacePack): FacePack {
  const seen = new Map<string, ReturnType<FacePack["analyse"]>>();
  return {
    ...real,
    id: real.id,
    analyse(picture) {
      const key = createHash("sha256").update(picture).digest("hex");
      const known = seen.get(key) ?? real.analyse(picture);
      seen.set(key, known);
      return known;
    },
    close: () => real.close(),
  };
}

describe("./siso room survey", () => {
  it("places every seat of both cameras where the room's geometry has it, and measures the faces", async () => {
    const survey = await surveyRoom(kit.ctx, options);
    for (const { camera, survey: found } of survey.views) {
      const model = kit.story.rooms[0]!.cameras.find(({ model: each }) => each.id === camera.code)!.model;
      const truth = seatPositions(model, kit.story.rooms[0]!.model).filter((seat) => seat.insidePicture);
      expect(found?.sizeMeasured).toBe(true);
      for (const { seat, head, faceWidthPx } of truth) {
        const placed = found!.seats.find((each) => each.row === seat.row && each.column === seat.column)!;
        expect(Math.hypot(placed.x - head.x, placed.y - head.y)).toBeLessThan(0.5 * faceWidthPx);
        expect(placed.faceWidthPx / faceWidthPx).toBeGreaterThan(0.65);
        expect(placed.faceWidthPx / faceWidthPx).toBeLessThan(1.4);
      }
    }
  });

  it("names seats no camera can observe, among them what a person says is hidden, before anything is stored", async () => {
    const hidden = ["P301-C1:R3C3", "P301-C2:R3C3", "P301-C1:R4C2"];
    const survey = await surveyRoom(kit.ctx, { ...options, hidden });
    const sights = new Map(survey.seats.map((seat) => [seatName(seat), seat]));
    expect(sights.get("R3C3")?.sight).toBe("blocked");
    expect(isObservable(sights.get("R4C2")!.sight)).toBe(true);
    expect(sights.get("R4C2")?.cameraId).toBe(survey.views[1]?.camera.id);
    expect(surveyText(survey, new Map())).toMatch(/✗ R3C3: .*đồ đạc che.*not observable/);
    expect(await cameraViewsAt(kit.ctx.db, survey.room.id, kit.ctx.clock.now())).toEqual([]);
  });

  it("draws a picture and prints JSON that says the same", async () => {
    const survey = await surveyRoom(kit.ctx, options);
    const { picture, survey: found, faces, camera } = survey.views[0]!;
    const seen = { faces, doubtful: survey.doubtful };
    const path = await drawSurvey(options.out, camera.code, picture, found!, seen);
    expect((await stat(path)).size).toBeGreaterThan(50_000);
    const json = surveyJson(survey, new Map([[camera.id, path]]), false);
    expect(json.seats).toHaveLength(survey.chart.seats.length);
    expect(json.cameras.map((each) => each.marks.length)).toEqual([8, 8]);
    expect(json.cameras[0]?.turn).toBeNull();
  });

  it("stores a version in force from now that a second survey at the same instant does not replace", async () => {
    const survey = await surveyRoom(kit.ctx, { ...options, hidden: ["P301-C1:R4C2"] });
    await storeSurvey(kit.ctx, survey, { ...options, by: "Lê Thị Trực" });
    const views = await cameraViewsAt(kit.ctx.db, survey.room.id, kit.ctx.clock.now());
    expect(views.map(({ source, confirmedBy }) => [source, confirmedBy])).toEqual([
      ["officer", "Lê Thị Trực"],
      ["officer", "Lê Thị Trực"],
    ]);
    expect(views.flatMap(({ seatSights }) => seatSights)).toEqual([
      { row: 4, column: 2, visible: false, by: "person" },
    ]);
    await expect(storeSurvey(kit.ctx, survey, options)).rejects.toMatchObject({ code: "input-invalid" });
    const kept = await surveyRoom(kit.ctx, { ...options, visible: ["P301-C1:R4C2"] });
    expect(kept.views[0]?.sights).toEqual([{ row: 4, column: 2, visible: true, by: "person" }]);
  });

  it("recognises marks read off a mirrored chart, refuses to store them, and turns them when told", async () => {
    const columns = kit.story.course.room.columnCount;
    const mirrored = (await surveyRoom(kit.ctx, options)).views.flatMap(({ camera, marks }) =>
      marks.map(({ seat, x, y }) => `${camera.code}:R${seat.row}C${columns + 1 - seat.column}=${x},${y}`),
    );
    const { marks: _marks, ...rest } = options;
    const survey = await surveyRoom(kit.ctx, { ...rest, mark: mirrored });
    expect(surveyText(survey, new Map())).toMatch(/lật trái–phải/);
    await expect(storeSurvey(kit.ctx, survey, options)).rejects.toMatchObject({ code: "input-invalid" });
    const turned = await surveyRoom(kit.ctx, { ...rest, mark: mirrored, turnMarks: true });
    expect(turned.views.map(({ survey: found }) => found?.turn.mirrored)).toEqual([false, false]);
  });

  it("says which camera, seat or file was typed wrongly", async () => {
    await expect(typed({ room: "P999" })).rejects.toThrow(/P301 \(Phòng 301/);
    await expect(typed({ camera: "P301-C9" })).rejects.toThrow(/P301-C1, P301-C2/);
    await expect(typed({ mark: ["R1C1=3,4"] })).rejects.toThrow(/P301-C1:R1C1=3,4/);
    await expect(typed({ mark: ["P301-C1:R1C1=giữa"] })).rejects.toThrow(/R1C1=412,655/);
    await expect(typed({ mark: ["P301-C1:R19C1=3,4"] })).rejects.toThrow(/hàng 19/);
    await expect(typed({ picture: ["P301-C1=/no/such.jpg"] })).rejects.toThrow(/such\.jpg/);
  });

  it("says that a camera gives no picture when none is handed in", async () => {
    const { picture: _picture, ...live } = options;
    await expect(surveyRoom(kit.ctx, live)).rejects.toMatchObject({ code: "camera-failed" });
  });
});

it("room list of a machine without data says so instead of making any", async () => {
  const env = { SISO_DATA: join(kit.folder, "nothing"), SISO_KEY_FILE: join(kit.folder, "none.key") };
  expect(await listRooms({}, env)).toMatch(/Chưa có dữ liệu/);
});
