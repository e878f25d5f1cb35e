import { judgePortrait } from "../services/rollcall/enrolment.ts";
import { defaultDecision } from "../services/rollcall/settings.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import type { CameraRound, ProjectedSeat } from "../services/rollcall/round-input.ts";
import type { SessionInput } from "../services/rollcall/decide-session.ts";
import type { CameraId, FaceObservation, SnapshotId, TraineeId } from "../services/types.ts";
import type { ProbePerson, ProbePhoto } from "./rollcall-probes.ts";
import type { SeededRandom } from "./rollcall-random.ts";
import type { ClassMix, Sitter, TraineeTruth } from "./rollcall-sitting.ts";
import { planSitting, sameSeat, seatNear, truthsOf } from "./rollcall-sitting.ts";
import type { StockFace, StockMember } from "./rollcall-stock.ts";

export interface Room {
  name: string;
  rows: number;
  columns: number;
  frontPx: number;
  backPx: number;
  /** Stock face-api sees the whole frame at one size whatever the camera gives. */
  picture: "1080p" | "4K";
}

export const rooms: readonly Room[] = [
  { name: "small-1080p", rows: 4, columns: 6, frontPx: 90, backPx: 32, picture: "1080p" },
  { name: "medium-1080p", rows: 6, columns: 6, frontPx: 70, backPx: 24, picture: "1080p" },
  { name: "deep-1080p", rows: 7, columns: 6, frontPx: 48, backPx: 20, picture: "1080p" },
  { name: "far-1080p", rows: 8, columns: 5, frontPx: 36, backPx: 16, picture: "1080p" },
  { name: "hall-4k", rows: 10, columns: 6, frontPx: 90, backPx: 28, picture: "4K" },
];

export interface SimulatedSession {
  room: string;
  dark: boolean;
  input: SessionInput;
  truth: TraineeTruth[];
  /** What stock face-api finds in the same pictures. */
  stock: { roster: StockMember[]; rounds: StockFace[][] };
}

/** A class with its chart and portraits. */
export interface DrawnClass {
  room: Room;
  seats: readonly ProjectedSeat[];
  trainees: readonly ProbePerson[];
  ids: readonly TraineeId[];
  /** Seat of each trainee. */
  chosen: readonly ProjectedSeat[];
  /** Strangers are everybody else. */
  outsiders: readonly ProbePerson[];
  /** Each trainee's photos, the portrait first. */
  photoOrder: ReadonlyMap<string, number[]>;
}

export function drawClass(
  room: Room,
  people: { trainees: readonly ProbePerson[]; strangers: readonly ProbePerson[] },
  random: SeededRandom,
): DrawnClass {
  const seats = seatsOf(room);
  const size = Math.min(seats.length, people.trainees.length, 20 + random.below(41));
  const trainees = random.shuffle(people.trainees).slice(0, size);
  const outsiders = [...people.strangers, ...people.trainees.filter((person) => !trainees.includes(person))];
  const chosen = random.shuffle(seats).slice(0, size);
  const photoOrder = new Map(trainees.map((person) => [person.key, portraitFirst(person, random)]));
  const ids = trainees.map((_, index) => `t${String(index).padStart(2, "0")}` as TraineeId);
  return { room, seats, trainees, ids, chosen, outsiders, photoOrder };
}

/** One session of one class; the faces of the `nth` (0-based) are other photos than those of the sessions before. */
export function simulateSession(
  class_: DrawnClass,
  mix: ClassMix,
  calibration: Calibration,
  random: SeededRandom,
  nth = 0,
): SimulatedSession {
  const { room, seats, trainees, ids, chosen, outsiders } = class_;
  const plan = planSitting(trainees, chosen, outsiders, mix, random);
  const dark = random.next() < mix.dark;
  const down = new Map<Sitter<ProbePerson>, number>();
  const stockRounds: StockFace[][] = [];
  const rounds = Array.from({ length: mix.rounds }, (_, round) => {
    const stock: StockFace[] = [];
    stockRounds.push(stock);
    const setting = { ...class_, plan, dark, down, stock };
    return { cameras: [cameraRound(nth * mix.rounds + round, setting, mix, random)] };
  });
  const truth = truthsOf({ class_: trainees, ids, chosen, plan, dark, rounds: mix.rounds, down }, (seat) => {
    return seats.find((candidate) => sameSeat(candidate, seat))?.faceWidthPx ?? 0;
  });
  const roster = trainees.map((person, index) => {
    const template = portraitOf(class_, person)?.full.embedding;
    const { row, column } = chosen[index] as ProjectedSeat;
    return {
      traineeId: ids[index] as TraineeId,
      seat: { row, column },
      templates: template === undefined ? [] : [template],
    };
  });
  const stockRoster = trainees.map((person, index) => ({
    traineeId: ids[index] ?? "",
    descriptor: portraitOf(class_, person)?.stock?.full ?? null,
  }));
  const pack = trainees[0]?.photos[0]?.full.embedding.pack;
  if (pack === undefined) throw new RangeError("a class of nobody");
  return {
    room: room.name,
    dark,
    truth,
    stock: { roster: stockRoster, rounds: stockRounds },
    input: { pack, roster, otherCourses: [], calibration, settings: defaultDecision, rounds },
  };
}

function portraitOf({ photoOrder }: DrawnClass, person: ProbePerson): ProbePhoto | undefined {
  return person.photos[photoOrder.get(person.key)?.[0] ?? 0];
}

/** Photos in a drawn order, the first that enrolment would take as a portrait at the head. */
function portraitFirst(person: ProbePerson, random: SeededRandom): number[] {
  const order = random.shuffle([...person.photos.keys()]);
  const portrait = order.find((at) => {
    const full = person.photos[at]?.full;
    return full !== undefined && judgePortrait([full], { others: [], own: [] }).ok;
  });
  return portrait === undefined ? order : [portrait, ...order.filter((at) => at !== portrait)];
}

interface Setting extends DrawnClass {
  stock: StockFace[];
  plan: readonly Sitter<ProbePerson>[];
  dark: boolean;
  down: Map<Sitter<ProbePerson>, number>;
}

function cameraRound(round: number, setting: Setting, mix: ClassMix, random: SeededRandom): CameraRound {
  const shots: FaceObservation[][] = [[], [], []];
  const taken = new Map<ProjectedSeat, boolean>();
  for (const sitter of setting.plan) {
    const seat = setting.seats.find((candidate) => sameSeat(candidate, sitter.seat));
    if (seat === undefined) continue;
    taken.set(seat, true);
    if (random.next() < mix.headDown) {
      setting.down.set(sitter, (setting.down.get(sitter) ?? 0) + 1);
      continue;
    }
    const order = setting.photoOrder.get(sitter.person.key) ?? [...sitter.person.photos.keys()];
    // The first of a trainee's photos is the portrait; an outsider has no portrait here.
    const photo =
      sitter.trainee === null ? order[round % order.length] : order[1 + (round % (order.length - 1))];
    const lean = { x: 0.3 * random.gauss(), y: 0.2 * random.gauss() };
    place(sitter.person, photo ?? 0, seat, lean, shots, setting, random);
  }
  for (let i = 0; i < mix.walkers; i++) {
    const person = random.pick(setting.outsiders);
    const near = random.pick(setting.seats);
    const lean = { x: 2.6 + 0.3 * random.gauss(), y: -0.5 };
    place(person, random.below(person.photos.length), near, lean, shots, setting, random);
  }
  const occupancy = setting.chosen.map((seat) => ({
    row: seat.row,
    column: seat.column,
    probability: 1 / (1 + Math.exp(-((taken.has(seat) ? 4 : -4) + 1.5 * random.gauss()))),
  }));
  const cameraId = "c1" as CameraId;
  if (setting.dark) {
    return {
      cameraId,
      status: { ok: false, reason: "unreachable" },
      seats: [...setting.seats],
      pictures: [],
      frontZone: null,
      occupancy: [],
    };
  }
  return {
    cameraId,
    status: { ok: true },
    seats: [...setting.seats],
    pictures: shots.map((faces, shot) => ({
      snapshotId: `r${round}-${shot}` as SnapshotId,
      widthPx: PICTURE_WIDTH[setting.room.picture],
      heightPx: (PICTURE_WIDTH[setting.room.picture] * 9) / 16,
      faces,
    })),
    frontZone: null,
    occupancy,
  };
}

/** Puts a burst's faces at a seat, `lean` face widths beside it. */
function place(
  person: ProbePerson,
  photo: number,
  seat: ProjectedSeat,
  lean: { x: number; y: number },
  shots: FaceObservation[][],
  { room, seats, dark, stock }: Setting,
  random: SeededRandom,
): void {
  const probe = ofWidth(person.photos[photo]?.probes ?? [], seat.faceWidthPx);
  for (const [shot, face] of (probe?.burst ?? []).entries()) {
    const width = face.box.width;
    const x = seat.x + (lean.x + 0.04 * random.gauss()) * seat.faceWidthPx - width / 2;
    const y = seat.y + (lean.y + 0.04 * random.gauss()) * seat.faceWidthPx - width / 2;
    shots[shot]?.push({ ...face, box: { x, y, width, height: face.box.height } });
  }
  if (dark) return;
  const seen = person.photos[photo]?.stock?.byWidth ?? [];
  // Its detector shrinks every frame to 512 px: a face of a 4K picture is found as one half as wide in a 1080p picture would be.
  const found = ofWidth(seen, seat.faceWidthPx / (room.picture === "4K" ? 2 : 1))?.burst ?? [];
  const described = ofWidth(seen, seat.faceWidthPx)?.burst ?? [];
  for (const [shot, small] of found.entries()) {
    const descriptor = small === null ? null : (described[shot] ?? small);
    if (descriptor === null) continue;
    const x = seat.x + lean.x * seat.faceWidthPx;
    const y = seat.y + lean.y * seat.faceWidthPx;
    stock.push({ seat: seatNear(seats, x, y), descriptor });
  }
}

function ofWidth<T extends { widthPx: number }>(all: readonly T[], widthPx: number): T | undefined {
  const off = (one: T): number => Math.abs(Math.log(one.widthPx / widthPx));
  return all.toSorted((a, b) => off(a) - off(b))[0];
}

const PICTURE_WIDTH = { "1080p": 1920, "4K": 3840 } as const;

function seatsOf(room: Room): ProjectedSeat[] {
  const seats: ProjectedSeat[] = [];
  const pictureWidth = PICTURE_WIDTH[room.picture];
  let y = (pictureWidth * 900) / 1920;
  for (let row = 1; row <= room.rows; row++) {
    // Width falls with distance: its inverse grows by the same amount from row to row.
    const share = (row - 1) / (room.rows - 1);
    const faceWidthPx = 1 / ((1 - share) / room.frontPx + share / room.backPx);
    for (let column = 1; column <= room.columns; column++) {
      const x = pictureWidth / 2 + (column - (room.columns + 1) / 2) * 5 * faceWidthPx;
      seats.push({ row, column, x, y, sigmaPx: 0.2 * faceWidthPx, faceWidthPx });
    }
    y -= 2 * faceWidthPx;
  }
  return seats;
}
