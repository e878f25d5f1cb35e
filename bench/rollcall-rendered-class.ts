import { seatPositions } from "../fixtures/scenes/camera-model.ts";
import type { FaceSource } from "../fixtures/scenes/face-source.ts";
import { LIGHTS } from "../fixtures/scenes/light.ts";
import { depthM, halfWidthM, seatRefs } from "../fixtures/scenes/room-model.ts";
import type { RoomModel } from "../fixtures/scenes/room-model.ts";
import type { HeadState, ScenePerson, SceneSpec } from "../fixtures/scenes/scene-types.ts";
import type { FacePack } from "../services/ports.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import { judgePortrait } from "../services/rollcall/enrolment.ts";
import type { CameraRound, RosterMember } from "../services/rollcall/round-input.ts";
import { defaultDecision } from "../services/rollcall/settings.ts";
import type { SeatRef, TraineeId } from "../services/types.ts";
import type { SimulatedSession } from "./rollcall-class.ts";
import type { Readers, RenderedRoom } from "./rollcall-rendered-room.ts";
import { photograph } from "./rollcall-rendered-room.ts";
import type { SeededRandom } from "./rollcall-random.ts";
import type { ClassMix, Sitter } from "./rollcall-sitting.ts";
import { planSitting, sameSeat, truthsOf } from "./rollcall-sitting.ts";
import type { StockFace } from "./rollcall-stock.ts";

export interface RenderedPeople {
  faces: FaceSource;
  trainees: readonly Person[];
  strangers: readonly { key: string }[];
}

interface Person {
  key: string;
  group: string;
}

const UNREADABLE: readonly HeadState[] = ["head-down", "mask", "hand", "turned-away"];

/** One session of one class, rendered, photographed and read; strangers are outside every roster. */
export async function renderSession(
  room: RenderedRoom,
  people: RenderedPeople,
  mix: ClassMix,
  calibration: Calibration,
  readers: Readers,
  random: SeededRandom,
): Promise<SimulatedSession> {
  const seats = seatRefs(room.model);
  const size = Math.min(seats.length, people.trainees.length, 20 + random.below(41));
  const class_ = random.shuffle(people.trainees).slice(0, size);
  const chosen = random.shuffle(seats).slice(0, size);
  const outsiders = people.strangers.map(({ key }): Person => ({ key, group: "unknown" }));
  const plan = planSitting(class_, chosen, outsiders, mix, random);
  const ids = class_.map((_, index) => `t${String(index).padStart(2, "0")}` as TraineeId);
  const enrolled = await enrol(class_, people.faces, readers, random);
  const down = new Map<Sitter<Person>, number>();
  const dark = new Set(room.cameras.filter(() => random.next() < mix.dark));
  const light = random.pick([LIGHTS.day, LIGHTS.overcast, LIGHTS.evening, LIGHTS.backlit, LIGHTS.dim]);
  const seed = random.below(1_000_000);
  const stock: StockFace[][] = [];
  const rounds: { cameras: CameraRound[] }[] = [];
  for (let round = 0; round < mix.rounds; round++) {
    const sitting = plan.map((sitter) => scenePerson(sitter, round, enrolled, people.faces, mix, random));
    for (const [index, { state }] of sitting.entries()) {
      const sitter = plan[index];
      if (sitter !== undefined && state !== "upright") down.set(sitter, (down.get(sitter) ?? 0) + 1);
    }
    const walkers = Array.from({ length: mix.walkers }, () => walker(room.model, outsiders, random));
    const faces: StockFace[] = [];
    const cameras: CameraRound[] = [];
    for (const camera of room.cameras) {
      const spec: SceneSpec = {
        room: room.model,
        camera,
        faces: people.faces,
        people: [...sitting, ...walkers],
        light,
        blur: { backDefocusPx: 0.5, motionPx: 0 },
        noise: 2.5,
        jpegQuality: 82,
        seed: seed + round,
        clothesSeed: seed,
        timeSeconds: 0,
      };
      const setting = { room, spec, round, chosen, dark: dark.has(camera), random };
      const seen = await photograph(setting, readers);
      cameras.push(seen.camera);
      faces.push(...seen.stock);
    }
    rounds.push({ cameras });
    stock.push(faces);
  }
  const widths = room.cameras
    .filter((camera) => !dark.has(camera))
    .flatMap((camera) => seatPositions(camera, room.model));
  const truth = truthsOf(
    { class_, ids, chosen, plan, dark: dark.size === room.cameras.length, rounds: mix.rounds, down },
    (seat) =>
      Math.max(...widths.filter((at) => sameSeat(at.seat, seat)).map(({ faceWidthPx }) => faceWidthPx)),
  );
  const roster = class_.map((_, index): RosterMember => {
    const template = enrolled[index]?.template;
    const seat = chosen[index] as SeatRef;
    return { traineeId: ids[index] as TraineeId, seat, templates: template === undefined ? [] : [template] };
  });
  return {
    room: room.name,
    dark: dark.size > 0,
    truth,
    stock: {
      roster: ids.map((traineeId, i) => ({ traineeId, descriptor: enrolled[i]?.descriptor ?? null })),
      rounds: stock,
    },
    input: {
      pack: readers.pack.id,
      roster,
      otherCourses: [],
      calibration,
      settings: defaultDecision,
      rounds,
    },
  };
}

interface Enrolled {
  /** Photos in a drawn order, the portrait first. */
  order: number[];
  template: RosterMember["templates"][number] | undefined;
  descriptor: Float32Array | null;
}

async function enrol(
  class_: readonly Person[],
  faces: FaceSource,
  { pack, stock }: Readers,
  random: SeededRandom,
): Promise<Enrolled[]> {
  const enrolled: Enrolled[] = [];
  for (const { key } of class_) {
    const count = faces.people.find((one) => one.key === key)?.photoCount ?? 0;
    const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
    const chosen = await portraitOf(key, order, faces, pack);
    const portrait = chosen?.photo ?? order[0] ?? 0;
    const described = await stock(await faces.photo(key, portrait));
    enrolled.push({
      order: [portrait, ...order.filter((photo) => photo !== portrait)],
      template: chosen?.template,
      descriptor: described.toSorted((a, b) => b.box.width - a.box.width)[0]?.descriptor ?? null,
    });
  }
  return enrolled;
}

/** The first photo that enrolment takes, looking only at the face the photo is of. */
async function portraitOf(key: string, order: readonly number[], faces: FaceSource, pack: FacePack) {
  for (const photo of order) {
    const seen = await pack.analyse(await faces.photo(key, photo));
    const own = faces.faceBox(key, photo);
    const face = seen.faces.find(({ box }) => Math.hypot(box.x - own.x, box.y - own.y) < own.width / 2);
    if (face !== undefined && judgePortrait([face], { others: [], own: [] }).ok)
      return { photo, template: face.embedding };
  }
  return null;
}

function scenePerson(
  { person, seat, trainee }: Sitter<Person>,
  round: number,
  enrolled: readonly Enrolled[],
  faces: FaceSource,
  mix: ClassMix,
  random: SeededRandom,
): ScenePerson {
  const order = trainee === null ? undefined : enrolled[trainee]?.order;
  const count = faces.people.find(({ key }) => key === person.key)?.photoCount ?? 1;
  // The first of a trainee's photos is the portrait.
  const photoIndex = order === undefined ? round % count : (order[1 + (round % (order.length - 1))] ?? 0);
  const state = random.next() < mix.headDown ? random.pick(UNREADABLE) : "upright";
  return {
    personKey: person.key,
    photoIndex,
    role: trainee === null ? "stranger" : "trainee",
    place: { seat: { row: seat.row, column: seat.column } },
    state,
  };
}

function walker(room: RoomModel, outsiders: readonly Person[], random: SeededRandom): ScenePerson {
  const side = random.next() < 0.5 ? -1 : 1;
  const zM = room.firstRowM + random.next() * (depthM(room) - room.firstRowM - 1);
  return {
    personKey: random.pick(outsiders).key,
    photoIndex: 0,
    role: "passer-by",
    place: { xM: side * (halfWidthM(room) - 0.45), zM, posture: "standing" },
    state: "upright",
  };
}
