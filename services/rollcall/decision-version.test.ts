import { expect, it } from "vitest";
import { defaultRules as rules } from "../../config/institution.ts";
import type { PackId } from "../types.ts";
import { calibrationOf } from "./packs.ts";
import { decisionDifferences, decisionVersion } from "./decision-version.ts";
import { defaultDecision } from "./settings.ts";

const pack = "fr-1" as PackId;
const calibration = calibrationOf(pack);
const now = decisionVersion(pack, rules, calibration);
const other = rules.minSightings + 1;

it("is the same for the same rules, thresholds and calibration, whatever the order of their keys", () => {
  const turned = Object.fromEntries(Object.entries(defaultDecision).toReversed()) as typeof defaultDecision;
  expect(decisionVersion(pack, { ...rules }, calibration, turned).sha256).toBe(now.sha256);
  expect(now.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(decisionDifferences(now.content, now.content)).toEqual([]);
});

it.each(Object.keys(defaultDecision) as (keyof typeof defaultDecision)[])(
  "is another one when %s changes",
  (key) => {
    const value = defaultDecision[key];
    const settings = { ...defaultDecision, [key]: typeof value === "boolean" ? !value : value + 0.001 };
    const other = decisionVersion(pack, rules, calibration, settings);
    expect(other.sha256).not.toBe(now.sha256);
    expect(decisionDifferences(now.content, other.content)).toEqual([
      `settings.${key} ${String(value)} → ${String(settings[key])}`,
    ]);
  },
);

it("is another one when the rules or the calibration change", () => {
  const strict = decisionVersion(pack, { ...rules, minSightings: other }, calibration);
  expect(decisionDifferences(now.content, strict.content)).toEqual([
    `rules.minSightings ${rules.minSightings} → ${other}`,
  ]);
  const measured = decisionVersion(pack, rules, { ...calibration, source: "measured again" });
  expect(measured.sha256).not.toBe(now.sha256);
  expect(decisionDifferences(now.content, measured.content)[0]).toMatch(
    /^calibration [0-9a-f]{12} → [0-9a-f]{12}$/,
  );
});
