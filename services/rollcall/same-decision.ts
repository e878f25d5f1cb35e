import type { MarkVerdict } from "../types.ts";
import type { RoundDecision } from "./round-input.ts";
import { seatKey } from "./seats.ts";

/** What makes a round's decision another one; probabilities and boxes may differ in their last digits. */
export function sameDecision(left: RoundDecision, right: RoundDecision): boolean {
  return (
    equalLists(left.marks.map(markKey), right.marks.map(markKey)) &&
    equalLists(left.strangers.map(strangerKey), right.strangers.map(strangerKey))
  );
}

export function sameMark(left: MarkVerdict, right: MarkVerdict): boolean {
  return markKey(left) === markKey(right);
}

function markKey(mark: MarkVerdict): string {
  const { traineeId, outcome, seating, observedSeat, reasons, evidence } = mark;
  const seat = seating === "off-seat" && observedSeat !== null ? seatKey(observedSeat) : "";
  const codes = reasons.map(({ code }) => code).filter((code) => code !== "recomputed");
  const shown = evidence.length > 0 ? "shown" : "unshown";
  return [traineeId, outcome, seating, seat, ...codes, shown].join(" ");
}

function strangerKey({ kind, proxyFor, identity }: RoundDecision["strangers"][number]): string {
  return [kind, proxyFor ?? "", identity?.traineeId ?? ""].join(" ");
}

function equalLists(left: readonly string[], right: readonly string[]): boolean {
  const sorted = right.toSorted();
  return left.length === right.length && left.toSorted().every((key, at) => key === sorted[at]);
}
