import { defaultDecision } from "../services/rollcall/settings.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import type { CameraRound, ProjectedSeat } from "../services/rollcall/round-input.ts";
import type { SessionInput } from "../services/rollcall/decide-session.ts";
import type { CameraId, FaceObservation, SeatRef, SnapshotId, TraineeId } from "../services/types.ts";
import type { ProbePerson } from "./rollcall-probes.ts";
import type { SeededRandom } from "./rollcall-random.ts";

/** What happens in a class; shares are per trainee and session unless said otherwise. */
export interface ClassMix {
  absent: number;
  /** Of all trainees: somebody else sits in the absentee's seat. Half strangers, half classmates. */
  proxy: number;
  swapped: number;
  /** Per trainee and round. */
  headDown: number;
  /** Per camera and session. */
  dark: number;
  /** People who walk by, per round. */
  walkers: number;
  rounds: number;
}

export const defaultMix: ClassMix = {
  absent: 0.12,
  proxy: 0.02,
  swapped: 0.08,
  headDown: 0.05,
  dark: 0.02,
  walkers: 1,
  rounds: 2,
};

export interface Room {
  name: string;
  rows: number;
  columns: number;
  frontPx: number;
  backPx: number;
}

export const rooms: readonly Room[] = [
  { name: "small-1080p", rows: 4, columns: 6, frontPx: 90, backPx: 32 },
  { name: "medium-1080p", rows: 6, columns: 6, frontPx: 70, backPx: 24 },
  { name: "deep-1080p", rows: 7, columns: 6, frontPx: 48, backPx: 20 },
  { name: "far-1080p", rows: 8, columns: 5, frontPx: 36, backPx: 16 },
];

export interface TraineeTruth {
  traineeId: TraineeId;
  key: string;
  group: string;
  present: boolean;
  /** Where the trainee really sits; null when absent. */
  seat: SeatRef | null;
  /** Face width at the seat sat in, or at the own seat when absent. */
  widthPx: number;
  /** Rounds in which the camera worked and the face was up. */
  readableRounds: number;
  proxy: { stranger: boolean; traineeId: TraineeId | null } | null;
}

export interface SimulatedSession {
  room: string;
  dark: boolean;
  input: SessionInput;
  truth: TraineeTruth[];
}

interface Sitter {
  person: ProbePerson;
  seat: SeatRef;
  trainee: number | null;
}

/** One session of one class, drawn from `people`; strangers are everybody else. */
export function simulateSession(
  room: Room,
  people: { trainees: readonly ProbePerson[]; strangers: readonly ProbePerson[] },
  mix: ClassMix,
  calibration: Calibration,
  random: SeededRandom,
): SimulatedSession {
  const seats = seatsOf(room);
  const size = Math.min(seats.length, people.trainees.length, 20 + random.below(21));
  const class_ = random.shuffle(people.trainees).slice(0, size);
  const outsiders = [...people.strangers, ...people.trainees.filter((person) => !class_.includes(person))];
  const chosen = random.shuffle(seats).slice(0, size);
  const photoOrder = new Map(class_.map((person) => [person.key, random.shuffle([...person.photos.keys()])]));
  const plan = planSitting(class_, chosen, outsiders, mix, random);
  const dark = random.next() < mix.dark;
  const down = new Map<Sitter, number>();
  const rounds = Array.from({ length: mix.rounds }, (_, round) => ({
    cameras: [cameraRound(round, { seats, chosen, plan, outsiders, photoOrder, dark, down }, mix, random)],
  }));
  const ids = class_.map((_, index) => `t${String(index).padStart(2, "0")}` as TraineeId);
  const roster = class_.map((person, index) => {
    const template = person.photos[photoOrder.get(person.key)?.[0] ?? 0]?.full.embedding;
    const { row, column } = chosen[index] as ProjectedSeat;
    return {
      traineeId: ids[index] as TraineeId,
      seat: { row, column },
      templates: template === undefined ? [] : [template],
    };
  });
  const truth = class_.map((person, index): TraineeTruth => {
    const sitting = plan.find((sitter) => sitter.trainee === index);
    const own = chosen[index] as ProjectedSeat;
    const at = sitting === undefined ? own : (seats.find((seat) => sameSeat(seat, sitting.seat)) ?? own);
    const other = plan.find((sitter) => sameSeat(sitter.seat, own) && sitter !== sitting);
    const absent = sitting === undefined;
    return {
      traineeId: ids[index] as TraineeId,
      key: person.key,
      group: person.group,
      present: !absent,
      seat: sitting?.seat ?? null,
      widthPx: at.faceWidthPx,
      readableRounds: sitting === undefined || dark ? 0 : mix.rounds - (down.get(sitting) ?? 0),
      proxy:
        absent && other !== undefined
          ? {
              stranger: other.trainee === null,
              traineeId: other.trainee === null ? null : (ids[other.trainee] ?? null),
            }
          : null,
    };
  });
  const pack = class_[0]?.photos[0]?.full.embedding.pack;
  if (pack === undefined) throw new RangeError("a class of nobody");
  return {
    room: room.name,
    dark,
    truth,
    input: { pack, roster, otherCourses: [], calibration, settings: defaultDecision, rounds },
  };
}

function planSitting(
  class_: readonly ProbePerson[],
  chosen: readonly SeatRef[],
  outsiders: readonly ProbePerson[],
  mix: ClassMix,
  random: SeededRandom,
): Sitter[] {
  const here = class_.map(() => random.next() >= mix.absent);
  const seatOf = class_.map((_, index) => chosen[index] as SeatRef);
  const movers = random.shuffle(
    [...here.keys()].filter((index) => here[index] && random.next() < mix.swapped),
  );
  for (let i = 0; i + 1 < movers.length; i += 2) {
    const [a, b] = [movers[i] as number, movers[i + 1] as number];
    [seatOf[a], seatOf[b]] = [seatOf[b] as SeatRef, seatOf[a] as SeatRef];
  }
  const sitters: Sitter[] = [];
  const away = [...here.keys()].filter((index) => !here[index]);
  const classmates = random.shuffle(
    [...here.keys()].filter((index) => here[index] && !movers.includes(index)),
  );
  for (const index of away) {
    if (random.next() >= mix.proxy / mix.absent) continue;
    if (random.next() < 0.5) {
      sitters.push({ person: random.pick(outsiders), seat: chosen[index] as SeatRef, trainee: null });
    } else {
      const classmate = classmates.pop();
      if (classmate !== undefined) seatOf[classmate] = chosen[index] as SeatRef;
    }
  }
  for (const [index, person] of class_.entries()) {
    if (here[index]) sitters.push({ person, seat: seatOf[index] as SeatRef, trainee: index });
  }
  return sitters;
}

interface Setting {
  seats: readonly ProjectedSeat[];
  chosen: readonly ProjectedSeat[];
  plan: readonly Sitter[];
  outsiders: readonly ProbePerson[];
  photoOrder: Map<string, number[]>;
  dark: boolean;
  down: Map<Sitter, number>;
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
    place(sitter.person, photo ?? 0, seat, lean, shots, random);
  }
  for (let i = 0; i < mix.walkers; i++) {
    const person = random.pick(setting.outsiders);
    const near = random.pick(setting.seats);
    const lean = { x: 2.6 + 0.3 * random.gauss(), y: -0.5 };
    place(person, random.below(person.photos.length), near, lean, shots, random);
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
      widthPx: 1920,
      heightPx: 1080,
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
  random: SeededRandom,
): void {
  const probes = person.photos[photo]?.probes ?? [];
  const probe = [...probes].sort(
    (a, b) =>
      Math.abs(Math.log(a.widthPx / seat.faceWidthPx)) - Math.abs(Math.log(b.widthPx / seat.faceWidthPx)),
  )[0];
  for (const [shot, face] of (probe?.burst ?? []).entries()) {
    const width = face.box.width;
    const x = seat.x + (lean.x + 0.04 * random.gauss()) * seat.faceWidthPx - width / 2;
    const y = seat.y + (lean.y + 0.04 * random.gauss()) * seat.faceWidthPx - width / 2;
    shots[shot]?.push({ ...face, box: { x, y, width, height: face.box.height } });
  }
}

function seatsOf(room: Room): ProjectedSeat[] {
  const seats: ProjectedSeat[] = [];
  let y = 900;
  for (let row = 1; row <= room.rows; row++) {
    // Width falls with distance: its inverse grows by the same amount from row to row.
    const share = (row - 1) / (room.rows - 1);
    const faceWidthPx = 1 / ((1 - share) / room.frontPx + share / room.backPx);
    for (let column = 1; column <= room.columns; column++) {
      const x = 960 + (column - (room.columns + 1) / 2) * 5 * faceWidthPx;
      seats.push({ row, column, x, y, sigmaPx: 0.2 * faceWidthPx, faceWidthPx });
    }
    y -= 2 * faceWidthPx;
  }
  return seats;
}

export function sameSeat(a: SeatRef, b: SeatRef): boolean {
  return a.row === b.row && a.column === b.column;
}
