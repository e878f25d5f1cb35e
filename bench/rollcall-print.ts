import type { CourseResult } from "./rollcall-course.ts";
import type { Breakdown, Figures } from "./rollcall-figures.ts";
import { from20, measures, wrongOf } from "./rollcall-figures.ts";

type Result = Record<string, Breakdown>;

export function printTable(variants: Result): void {
  printHead("%");
  for (const [name, figures] of Object.entries(variants)) printLine(name, figures);
  printHead("% ≥ 20 px");
  for (const [name, figures] of Object.entries(variants)) printLine(name, from20(figures));
  const { ours } = variants;
  if (ours === undefined) return;
  printHead("ours");
  for (const [name, figures] of Object.entries(partsOf(ours))) printLine(`  ${name}`, figures);
}

function partsOf({ byWidth, byGroup, byRoom }: Breakdown): Record<string, Figures> {
  return { ...byWidth, ...byGroup, ...byRoom };
}

function printHead(title: string): void {
  say(`${title.padEnd(20)}${measures.map((measure) => measure.padStart(22)).join("")}`);
}

function printLine(name: string, figures: Figures): void {
  const cells = measures.map((measure) => {
    const { rate, low, high, of } = figures[measure];
    if (of === 0) return "–".padStart(22);
    return `${(rate * 100).toFixed(2)} (${(low * 100).toFixed(2)}–${(high * 100).toFixed(2)})`.padStart(22);
  });
  say(`${name.padEnd(20)}${cells.join("")}`);
}

/** How many times more errors than ours are hoped for. */
const TARGETS: Record<string, number> = {
  stockFaceApi: 20,
  rosterNearest: 5,
  seatOnly: 20,
  oursWithoutSeats: 2,
};

/** Errors of each decision as a multiple of ours, faces of 20 px and more. */
export function printRatios(variants: Result): void {
  const { ours } = variants;
  if (ours === undefined) return;
  const own = from20(ours);
  for (const [name, target] of Object.entries(TARGETS)) {
    const other = variants[name];
    if (other === undefined) continue;
    const figures = from20(other);
    const times = (withSeats: boolean): string =>
      (wrongOf(figures, withSeats).count / Math.max(1, wrongOf(own, withSeats).count)).toFixed(1);
    const none = wrongOf(own, false).count === 0 ? "; ours made none, counted as one" : "";
    say(
      `${name}: ${times(false)} × the errors of ours (wrongly present or absent), ${times(true)} × with wrong seats; target ${target} ×${none}`,
    );
  }
}

/** Where seats make the decision worse than none, anywhere; errors as above. */
export function printAgainstWithoutSeats(variants: Result, swapped: number): void {
  const { ours, oursWithoutSeats } = variants;
  if (ours === undefined || oursWithoutSeats === undefined) return;
  const without = { all: oursWithoutSeats, ...partsOf(oursWithoutSeats) };
  say(`${(swapped * 100).toFixed(0)} % swapped seats: wrongly present or absent, ours against without seats`);
  for (const [name, figures] of Object.entries({ all: ours, ...partsOf(ours) })) {
    const other = without[name as keyof typeof without];
    if (other === undefined) continue;
    const [mine, theirs] = [wrongOf(figures, false), wrongOf(other, false)];
    const worse =
      mine.count <= theirs.count ? "" : mine.low > theirs.high ? "  WORSE" : "  worse, within chance";
    say(
      `  ${name.padEnd(14)}${shareOf(mine).padStart(16)}${shareOf(theirs).padStart(16)}   to review or not observable ${openOf(figures)} against ${openOf(other)}${worse}`,
    );
  }
}

/** What is proposed for enrolment, without photos by sessions kept and beside a portrait. */
export function printProposals({ proposals, addedFaces }: CourseResult): void {
  const all = Object.entries(proposals).map(
    ([sessions, of]) => [`without photos, ${sessions} session(s)`, of] as const,
  );
  for (const [what, { precision, recall }] of [
    ...all,
    ["beside a portrait, 1 session", addedFaces] as const,
  ]) {
    const wrong = precision.of - precision.count;
    say(`proposed ${what}: right ${shareOf(precision)}, wrong ${wrong}, of the class ${shareOf(recall)}`);
  }
}

function shareOf({ count, of }: { count: number; of: number }): string {
  return `${((100 * count) / Math.max(1, of)).toFixed(2)} % (${count})`;
}

function openOf({ review, notObservable }: Figures): string {
  return `${(100 * (review.rate + notObservable.rate)).toFixed(1)} %`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
