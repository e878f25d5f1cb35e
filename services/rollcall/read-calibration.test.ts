import { expect, it } from "vitest";
import type { PackId } from "../types.ts";
import { calibrationOf } from "./packs.ts";
import { readCalibration } from "./read-calibration.ts";
import { packCalibration } from "./stored-calibration.ts";

const known = calibrationOf("fr-1" as PackId);
const gate = { sameAsOther: 0.6, leastLikeOwn: 0.3 };
const pack = { id: known.pack, embeddingLength: known.adapter?.templateMean.length ?? 0 };

it("a shipped table reads back whole when an institution's own pack takes it over", () => {
  const read = readCalibration(JSON.parse(JSON.stringify({ ...packCalibration(known), gate })), pack);
  expect(read).toMatchObject({ calibration: { covered: known.covered, gate } });
});

it("a threshold no detector score can reach is refused by its key", () => {
  const table = { ...packCalibration(known), gate, covered: { fromWidthPx: 48, belowScore: 7 } };
  const read = readCalibration(table, pack);
  expect("problems" in read && read.problems.map(({ vi }) => vi)).toEqual([
    expect.stringContaining("covered.belowScore"),
  ]);
});
