import type { ColumnType } from "kysely";
import type { LocalDate, Rules, SeatRef, TraineeId } from "../services/types.ts";

/** Shapes of jsonb columns whose domain type holds something JSON cannot: instants are ISO strings here. */

/** Read as `T`; written as the text `json()` makes, because the driver would send a JS array as a PostgreSQL array. */
export type JsonColumn<T> = ColumnType<T, Json<T>, Json<T>>;
declare const stored: unique symbol;
/** JSON text of a `T`. */
export type Json<T> = (T extends null ? null : never) | (string & { readonly [stored]: Exclude<T, null> });

export function json<T>(value: T): Json<T> {
  if (value === null) return null as Json<T>;
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "string" ? storable(each) : each,
  ) as Json<T>;
}

/** PostgreSQL takes neither NUL nor, in jsonb, half a surrogate pair; both come in from outside and become U+FFFD. */
export function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

export interface StoredInterval {
  startsAt: string;
  endsAt: string;
}

export interface StoredFrame extends StoredInterval {
  periods: StoredInterval[];
  break: StoredInterval | null;
}

/** Everything a plan's instants were drawn from but its seed: `PlanInput` of services/timetable, instants as ISO strings. */
export interface StoredDraw {
  frame: StoredFrame;
  rules: Rules;
  from: string;
  planNo: number;
  alreadyValid: { half: 1 | 2; dueAt: string }[];
  preferHalf: 1 | 2 | null;
}

export interface StoredAlternative {
  traineeId: TraineeId | null;
  posterior: number;
  similarity: number;
}

/** What one version of the roster says of a trainee. */
export interface ListedTrainee {
  fullName: string;
  matchKey: string;
  birthDate: LocalDate | null;
  birthYear: number | null;
  workplace: string | null;
  position: string | null;
}

export interface MarkedSeat extends SeatRef {
  x: number;
  y: number;
}

/** How much of the time a face was at the chart seat of a trainee, 0…1. */
export interface SeatOwner {
  traineeId: TraineeId;
  share: number;
}
