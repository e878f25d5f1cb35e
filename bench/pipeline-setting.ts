import { randomUUID } from "node:crypto";
import { join } from "node:path";
import pino from "pino";
import { readConfig } from "../config/read-config.ts";
import { thisMachine } from "../config/this-machine.ts";
import { openFaces } from "../fixtures/campus/open-faces.ts";
import { facePerColumnPitch, campusRooms, markedSeats } from "../fixtures/campus/rooms.ts";
import { traineeKey } from "../fixtures/campus/world.ts";
import { standardCamera } from "../fixtures/scenes/camera-model.ts";
import { LIGHTS } from "../fixtures/scenes/light.ts";
import { renderEmptyRoom, renderScene } from "../fixtures/scenes/render-scene.ts";
import type { SceneSpec } from "../fixtures/scenes/scene-types.ts";
import { modelsDir, portraitsDir } from "../services/cli/setup/prepare.ts";
import { decideRound } from "../services/rollcall/decide-round.ts";
import { calibrationOf } from "../services/rollcall/packs.ts";
import { occupancyOf } from "../services/rollcall/occupancy.ts";
import type { CameraRound, RosterMember, RoundDecision } from "../services/rollcall/round-input.ts";
import { defaultDecision } from "../services/rollcall/settings.ts";
import type { SealedObject } from "../services/ports.ts";
import { fitSeatPlane, seatsOnPlane } from "../services/seating/seat-plane.ts";
import type { CameraId, Embedding, RoundId, SnapshotId, TraineeId } from "../services/types.ts";
import type { Db } from "../db/client.ts";
import { addSnapshot, type NewSnapshot } from "../db/queries/captures.ts";
import { moveRound } from "../db/queries/rounds.ts";
import type { Context } from "../workers/context.ts";
import { writeRun } from "../workers/jobs/write-run.ts";
import { openContext, openStores } from "../workers/main.ts";
import { classRows, type ClassRows, type HeldRound } from "./pipeline-rows.ts";

export interface OnePicture {
  totalMs: number;
  modelMs: number;
  faces: number;
  stages: Record<string, number>;
}

export interface Pipeline {
  onePicture(): Promise<OnePicture>;
  close(): Promise<void>;
}

const people = 40;

/** The real parts a round uses, on an embedded database, with a rendered class of 40 in sight of one camera. */
export async function openPipeline(folder: string): Promise<Pipeline> {
  const env = {
    SISO_DATA: join(folder, "data"),
    SISO_KEY_FILE: join(folder, "keys", "archive.key"),
    SISO_MIN_FREE_BYTES: "0",
  };
  const log = pino({ level: "silent" });
  const config = readConfig(env, thisMachine);
  const stores = await openStores(config, log);
  const ctx = await openContext(config, stores.db, modelsDir, log);
  const scene = await classroom();
  const roster = await enrol(ctx.faces, scene.portraits, scene.seats);
  const rows = await classRows(
    ctx.db,
    roster.map(({ traineeId }) => traineeId),
  );
  const ruleVersionId = rows.rules.id;
  return {
    async onePicture() {
      const held = await rows.hold();
      const snapshotId = randomUUID() as SnapshotId;
      const stages: Record<string, number> = {};
      const startedAt = performance.now();
      let from = startedAt;
      const mark = (stage: string) => {
        const now = performance.now();
        stages[stage] = now - from;
        from = now;
      };
      const object = await ctx.archive.seal(scene.picture);
      mark("seal and fsync");
      await saveRows(ctx.db, { ...held, id: snapshotId, ruleVersionId, ...scene.size }, object);
      mark("commit its rows");
      const jpeg = await ctx.archive.open(object);
      mark("open and verify");
      const seen = await ctx.faces.analyse(jpeg);
      mark("faces");
      const differences = await ctx.seatWatch.compare(jpeg, scene.empty, scene.seats);
      mark("seats against empty");
      const camera: CameraRound = {
        cameraId: "camera" as CameraId,
        status: { ok: true },
        seats: scene.seats,
        frontZone: null,
        pictures: [
          {
            snapshotId,
            widthPx: seen.widthPx,
            heightPx: seen.heightPx,
            faces: seen.faces,
          },
        ],
        occupancy: occupancyOf([differences]),
      };
      const pack = ctx.faces.id;
      const basis = {
        pack,
        roster,
        otherCourses: [],
        calibration: calibrationOf(pack),
        settings: defaultDecision,
      };
      const decision = decideRound({ ...basis, cameras: [camera] });
      mark("decide");
      await saveMarks(ctx, held.roundId, rows, decision);
      mark("save the marks");
      const models = Object.entries(seen.timings).filter(([name]) => name.startsWith("model"));
      return {
        totalMs: performance.now() - startedAt,
        modelMs: models.reduce((sum, [, ms]) => sum + ms, 0),
        faces: seen.faces.length,
        stages,
      };
    },
    close: async () => {
      await stores.close();
      await ctx.faces.close();
    },
  };
}

type Taken = HeldRound & Pick<NewSnapshot, "id" | "ruleVersionId" | "widthPx" | "heightPx">;

/** As a capture does: the object's row, the picture's and its line. */
async function saveRows(db: Db, taken: Taken, object: SealedObject): Promise<void> {
  const at = new Date();
  const route = "onvif-snapshot" as const;
  const shot = {
    burstIndex: 0,
    plainSha256: object.commitment,
    takenAt: at,
    route,
    clockSkewMs: 0,
    officerId: null,
  };
  const retainUntil = new Date("2031-09-07T17:00:00Z");
  await db.transaction().execute((trx) => addSnapshot(trx, { ...taken, ...shot }, object, retainUntil, at));
}

/** As a recognised round does: marks, strangers, their lines, the round's new state. */
async function saveMarks(
  ctx: Context,
  roundId: RoundId,
  { setting, rules }: ClassRows,
  decision: RoundDecision,
): Promise<void> {
  const at = new Date();
  await ctx.db.transaction().execute(async (trx) => {
    await writeRun(ctx, trx, roundId, setting, rules, decision, at);
    await moveRound(trx, roundId, "captured", { status: "recognised", at });
  });
}

async function classroom() {
  const faces = await openFaces(portraitsDir, modelsDir);
  const [room] = campusRooms();
  const camera = standardCamera(room.model, {
    id: "bench",
    spot: "front-centre",
    resolution: "1080p",
    frontFacePx: 60,
  });
  const trainees = Array.from({ length: people }, (_, index) => ({
    key: traineeKey(faces, index),
    seat: { row: Math.floor(index / room.model.columns) + 1, column: (index % room.model.columns) + 1 },
  }));
  const spec: SceneSpec = {
    room: room.model,
    camera,
    faces,
    people: trainees.map(({ key, seat }) => ({
      personKey: key,
      photoIndex: 0,
      role: "trainee",
      place: { seat },
      state: "upright",
    })),
    light: LIGHTS.day,
    blur: { backDefocusPx: 0.5, motionPx: 0 },
    noise: 2.5,
    jpegQuality: 82,
    seed: 1,
    clothesSeed: 1,
    timeSeconds: 0,
  };
  const points = markedSeats(room, camera).map(({ row, column, x, y }) => ({ seat: { row, column }, x, y }));
  const plane = fitSeatPlane(points, room.model.aislesAfter);
  const faceSize = { perColumnPitch: facePerColumnPitch(room, camera) };
  return {
    picture: (await renderScene(spec)).jpeg,
    size: { widthPx: camera.widthPx, heightPx: camera.heightPx },
    empty: (await renderEmptyRoom(spec)).jpeg,
    seats: seatsOnPlane(
      plane,
      trainees.map(({ seat }) => seat),
      faceSize,
    ),
    portraits: await Promise.all(trainees.map(({ key }) => faces.photo(key, 0))),
  };
}

async function enrol(
  pack: {
    analyse(picture: Uint8Array): Promise<{ faces: { embedding: Embedding; box: { width: number } }[] }>;
  },
  portraits: Uint8Array[],
  seats: { row: number; column: number }[],
): Promise<RosterMember[]> {
  const roster: RosterMember[] = [];
  for (const [index, portrait] of portraits.entries()) {
    const { faces } = await pack.analyse(portrait);
    const [face] = faces.toSorted((a, b) => b.box.width - a.box.width);
    const templates = face === undefined ? [] : [face.embedding];
    const seat = seats[index];
    const own = seat === undefined ? null : { row: seat.row, column: seat.column };
    roster.push({ traineeId: randomUUID() as TraineeId, seat: own, templates });
  }
  return roster;
}
