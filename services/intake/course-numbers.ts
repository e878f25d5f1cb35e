import type { RosterEntry } from "../types.ts";

/** Does the numbering begin again at 1 under each unit, each time counting on by one? */
export function restartsNumbering(entries: readonly RosterEntry[]): boolean {
  const numbers = entries.map(({ ordinal }) => ordinal);
  const restarts = numbers.filter((number) => number === 1).length;
  return restarts > 1 && numbers.every((number, i) => number === 1 || number === (numbers[i - 1] ?? 0) + 1);
}

/**
 * The entries with the number each trainee has in the course: as printed; counted through the whole list where it restarts
 * per unit; the row's place where none is printed. Numbers may still collide when the list misnumbers; that is asked about.
 */
export function inCourseNumbers(entries: readonly RosterEntry[]): (RosterEntry & { ordinal: number })[] {
  const counted = restartsNumbering(entries);
  return entries.map((entry, i) => ({ ...entry, ordinal: counted ? i + 1 : (entry.ordinal ?? i + 1) }));
}
