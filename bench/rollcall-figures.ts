import type { MarkOutcome, SeatRef } from "../services/types.ts";
import type { TraineeTruth } from "./rollcall-sitting.ts";
import { sameSeat } from "./rollcall-sitting.ts";

/** What a variant says of one trainee's session. */
export interface Said {
  outcome: MarkOutcome;
  seat: SeatRef | null;
  /** Whether the borrowed seat was pointed out, with the right sitter. */
  proxyNamed: boolean;
  /** Reason codes, for whoever looks into an error. */
  why?: string;
}

export interface Figure {
  rate: number;
  low: number;
  high: number;
  count: number;
  of: number;
}

export const measures = [
  "wronglyPresent",
  "wronglyAbsent",
  "wrongSeat",
  "review",
  "notObservable",
  "proxiesNamed",
] as const;
export type Measure = (typeof measures)[number];
export type Figures = Record<Measure, Figure>;

export interface Breakdown extends Figures {
  byWidth: Record<string, Figures>;
  byGroup: Record<string, Figures>;
  byRoom: Record<string, Figures>;
  /** Spent on deciding; finding and reading the faces, which all but the seat alone need, is not in it. */
  seconds: number;
}

type Tally = Record<Measure, { count: number; of: number }>;

/** What `--json` writes. */
export interface BenchResult {
  traineeSessions: number;
  seed: number;
  variants: Record<string, Breakdown>;
}

/** Counts one variant's errors as sessions come in. */
export class Tallies {
  private readonly cells = new Map<string, Tally>();
  seconds = 0;

  add(room: string, truth: TraineeTruth, said: Said): void {
    const keys = ["all", `width/${widthBand(truth.widthPx)}`, `group/${truth.group}`, `room/${room}`];
    for (const key of keys) {
      const cell = this.cells.get(key) ?? emptyTally();
      this.cells.set(key, cell);
      count(cell, truth, said);
    }
  }

  breakdown(): Breakdown {
    return {
      ...this.figures("all"),
      byWidth: this.under("width/"),
      byGroup: this.under("group/"),
      byRoom: this.under("room/"),
      seconds: this.seconds,
    };
  }

  private under(prefix: string): Record<string, Figures> {
    const keys = [...this.cells.keys()].filter((key) => key.startsWith(prefix)).sort();
    return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), this.figures(key)]));
  }

  private figures(key: string): Figures {
    const cell = this.cells.get(key) ?? emptyTally();
    return Object.fromEntries(
      measures.map((measure) => [measure, wilson(cell[measure].count, cell[measure].of)]),
    ) as Figures;
  }
}

/** Seats whose faces are 20 px wide or more: where the targets are set. */
export function from20({ byWidth }: Breakdown): Figures {
  const bands = Object.entries(byWidth).filter(([band]) => band !== NARROWEST);
  const sum = (measure: Measure, part: "count" | "of"): number =>
    bands.reduce((total, [, figures]) => total + figures[measure][part], 0);
  return Object.fromEntries(
    measures.map((measure) => [measure, wilson(sum(measure, "count"), sum(measure, "of"))]),
  ) as Figures;
}

/** Marks that are wrong: a trainee marked present or absent who was not, and, if asked for, present at another seat. */
export function wrongOf({ wronglyPresent, wronglyAbsent, wrongSeat }: Figures, withSeats: boolean): Figure {
  const seats = withSeats ? wrongSeat.count : 0;
  return wilson(wronglyPresent.count + wronglyAbsent.count + seats, wronglyPresent.of);
}

const NARROWEST = "16-19";

export function widthBand(widthPx: number): string {
  const edges = [20, 24, 32, 48, 64];
  const above = edges.findIndex((edge) => widthPx < edge - 0.5);
  if (above === 0) return NARROWEST;
  if (above < 0) return "64-90";
  return `${edges[above - 1]}-${(edges[above] ?? 0) - 1}`;
}

function count(cell: Tally, truth: TraineeTruth, said: Said): void {
  const add = (measure: Measure, hit: boolean): void => {
    cell[measure].of += 1;
    if (hit) cell[measure].count += 1;
  };
  add("wronglyPresent", said.outcome === "present" && !truth.present);
  add("wronglyAbsent", said.outcome === "absent" && truth.present);
  add("review", said.outcome === "review");
  add("notObservable", said.outcome === "not-observable");
  if (truth.seat !== null && said.outcome === "present" && said.seat !== null) {
    add("wrongSeat", !sameSeat(said.seat, truth.seat));
  }
  if (truth.proxy !== null) add("proxiesNamed", said.proxyNamed);
}

function emptyTally(): Tally {
  return Object.fromEntries(measures.map((measure) => [measure, { count: 0, of: 0 }])) as Tally;
}

/** Wilson's 95 % interval of a share (Wilson, JASA 22, 1927). */
export function wilson(count: number, of: number): Figure {
  if (of === 0) return { rate: 0, low: 0, high: 1, count, of };
  const z = 1.959964;
  const rate = count / of;
  const centre = rate + (z * z) / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return {
    rate,
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
    count,
    of,
  };
}
