import type { CourseId, SeatRef, SeatSight } from "../types.ts";

/** A person said that this camera does not see the seat: nothing it shows there counts. */
export function isHidden(seat: SeatRef, sights: readonly SeatSight[]): boolean {
  return sights.some((sight) => sight.by === "person" && !sight.visible && isSameSeat(sight, seat));
}

/** A person said that this camera sees the seat, or it showed a recognised trainee there once. */
export function isProven(seat: SeatRef, sights: readonly SeatSight[]): boolean {
  return sights.some((sight) => sight.visible && isSameSeat(sight, seat));
}

/** Part of every mark's decision version. */
export const sightConstants = {
  /** A doubt of an older version does not say how many sessions it rests on: two, the least there can be. */
  LEAST_SESSIONS: 2,
};
const { LEAST_SESSIONS } = sightConstants;

/** In how many sessions of a course nobody was ever seen at a seat that nobody has judged; null where there is no doubt. */
export function sessionsUnseen(
  seat: SeatRef,
  sights: readonly SeatSight[],
  courseId: CourseId,
): number | null {
  const own = sights.filter((sight) => isSameSeat(sight, seat));
  if (own.some(({ by, visible }) => by === "person" || visible)) return null;
  const doubt = own.find((sight) => sight.doubt === undefined || sight.doubt.courseId === courseId);
  return doubt === undefined ? null : (doubt.doubt?.sessions ?? LEAST_SESSIONS);
}

/** Seats at which nobody was ever seen, whichever the course. */
export function doubtsOf(sights: readonly SeatSight[]): SeatSight[] {
  return sights.filter(({ by, visible }) => by === "machine" && !visible);
}

export function isSameSeat(one: SeatRef, other: SeatRef): boolean {
  return one.row === other.row && one.column === other.column;
}
