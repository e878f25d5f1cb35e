import type { SeatRef, TraineeId } from "../services/types.ts";
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

export interface Sitter<P> {
  person: P;
  seat: SeatRef;
  /** Index in the class; null for a stranger. */
  trainee: number | null;
}

/** Who sits where. */
export function planSitting<P>(
  class_: readonly P[],
  chosen: readonly SeatRef[],
  outsiders: readonly P[],
  mix: ClassMix,
  random: SeededRandom,
): Sitter<P>[] {
  const here = class_.map(() => random.next() >= mix.absent);
  const seatOf = class_.map((_, index) => chosen[index] as SeatRef);
  const movers = random.shuffle(
    [...here.keys()].filter((index) => here[index] && random.next() < mix.swapped),
  );
  for (let i = 0; i + 1 < movers.length; i += 2) {
    const [a, b] = [movers[i] as number, movers[i + 1] as number];
    [seatOf[a], seatOf[b]] = [seatOf[b] as SeatRef, seatOf[a] as SeatRef];
  }
  const sitters: Sitter<P>[] = [];
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

/** What really happened to each of the class. */
export function truthsOf<P extends { key: string; group: string }>(
  session: {
    class_: readonly P[];
    ids: readonly TraineeId[];
    chosen: readonly SeatRef[];
    plan: readonly Sitter<P>[];
    dark: boolean;
    rounds: number;
    /** Rounds in which a sitter's face could not be seen. */
    down: ReadonlyMap<Sitter<P>, number>;
  },
  widthAt: (seat: SeatRef) => number,
): TraineeTruth[] {
  const { class_, ids, chosen, plan, down } = session;
  return class_.map(({ key, group }, index) => {
    const sitting = plan.find((sitter) => sitter.trainee === index);
    const own = chosen[index] as SeatRef;
    const other = plan.find((sitter) => sameSeat(sitter.seat, own) && sitter !== sitting);
    const proxy = sitting === undefined ? other : undefined;
    return {
      traineeId: ids[index] as TraineeId,
      key,
      group,
      present: sitting !== undefined,
      seat: sitting?.seat ?? null,
      widthPx: widthAt(sitting?.seat ?? own),
      readableRounds: sitting === undefined || session.dark ? 0 : session.rounds - (down.get(sitting) ?? 0),
      proxy:
        proxy === undefined
          ? null
          : {
              stranger: proxy.trainee === null,
              traineeId: proxy.trainee === null ? null : (ids[proxy.trainee] ?? null),
            },
    };
  });
}

/** The seat whose face is expected within one and a half face widths of the point, if any. */
export function seatNear(
  seats: readonly (SeatRef & { x: number; y: number; faceWidthPx: number })[],
  x: number,
  y: number,
): SeatRef | null {
  const near = seats
    .map((seat) => ({ seat, away: Math.hypot(seat.x - x, seat.y - y) / seat.faceWidthPx }))
    .sort((a, b) => a.away - b.away)[0];
  return near === undefined || near.away > 1.5 ? null : { row: near.seat.row, column: near.seat.column };
}

export function sameSeat(a: SeatRef, b: SeatRef): boolean {
  return a.row === b.row && a.column === b.column;
}
