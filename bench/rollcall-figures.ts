import type { MarkOutcome, SeatRef } from "../services/types.ts";
import type { TraineeTruth } from "./rollcall-class.ts";
import { sameSeat } from "./rollcall-class.ts";

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
  /** Seats whose faces are 20 px wide or more: where the targets are set. */
  from20: Figures;
  byWidth: Record<string, Figures>;
  byGroup: Record<string, Figures>;
  byRoom: Record<string, Figures>;
}

type Tally = Record<Measure, { count: number; of: number }>;

/** Counts one variant's errors as sessions come in. */
export class Tallies {
  private readonly cells = new Map<string, Tally>();

  add(room: string, truth: TraineeTruth, said: Said): void {
    const keys = [
      "all",
      ...(truth.widthPx >= 19.5 ? ["from20"] : []),
      `width/${widthBand(truth.widthPx)}`,
      `group/${truth.group}`,
      `room/${room}`,
    ];
    for (const key of keys) {
      const cell = this.cells.get(key) ?? emptyTally();
      this.cells.set(key, cell);
      count(cell, truth, said);
    }
  }

  breakdown(): Breakdown {
    return {
      ...this.figures("all"),
      from20: this.figures("from20"),
      byWidth: this.under("width/"),
      byGroup: this.under("group/"),
      byRoom: this.under("room/"),
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

export function widthBand(widthPx: number): string {
  const edges = [20, 24, 32, 48, 64];
  const above = edges.findIndex((edge) => widthPx < edge - 0.5);
  if (above === 0) return "16-19";
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
