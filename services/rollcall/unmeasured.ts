import type { MarkVerdict, StrangerVerdict } from "../types.ts";
import type { Calibration } from "./calibration.ts";

/** Part of every mark's decision version. */
export const unmeasuredConstants = {
  /** Of a proposal nobody measured. */
  CONFIDENCE: 0.5,
};
const { CONFIDENCE } = unmeasuredConstants;

/** What rests on a pack nobody measured is a proposal: a person decides on every trainee the cameras could look at. */
export function unlessMeasured<T extends MarkVerdict>(
  { unmeasured, pack }: Calibration,
  { marks, strangers }: { marks: T[]; strangers: StrangerVerdict[] },
): { marks: T[]; strangers: StrangerVerdict[] } {
  if (unmeasured !== true) return { marks, strangers };
  const proposed = marks.map((mark) => {
    if (mark.outcome === "not-observable") return mark;
    const reasons = [{ code: "pack-unmeasured", params: { pack } }, ...mark.reasons];
    return {
      ...mark,
      outcome: "review" as const,
      seating: "unknown" as const,
      confidence: CONFIDENCE,
      reasons,
    };
  });
  return { marks: proposed, strangers: strangers.map(nobodyKnown) };
}

function nobodyKnown(seen: StrangerVerdict): StrangerVerdict {
  const { identity: _identity, ...stranger } = seen;
  const kind = stranger.kind === "other-course" ? "stranger" : stranger.kind;
  const reasons = (stranger.reasons ?? []).filter(({ code }) => code !== "sits-for-absentee");
  return { ...stranger, kind, proxyFor: null, reasons };
}
