import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical-json.ts";
import type { DecisionContent, PackId, Rules } from "../types.ts";
import { decisionConstants } from "./decision-constants.ts";
import type { Calibration } from "./calibration.ts";
import { defaultDecision, type DecisionSettings } from "./settings.ts";

export interface DecisionVersion {
  /** Hex SHA-256 of the content's canonical JSON. */
  sha256: string;
  content: DecisionContent;
}

/** What marks are decided with now: changing any of it makes another version. */
export function decisionVersion(
  pack: PackId,
  rules: Rules,
  calibration: Calibration,
  settings: DecisionSettings = defaultDecision,
  constants: NonNullable<DecisionContent["constants"]> = decisionConstants,
): DecisionVersion {
  const hash = calibrationHash(calibration);
  const content = { pack, rules, settings: { ...settings }, constants, calibration: hash };
  return { sha256: createHash("sha256").update(canonicalJson(content), "utf8").digest("hex"), content };
}

const hashes = new WeakMap<Calibration, string>();

function calibrationHash(calibration: Calibration): string {
  const known = hashes.get(calibration);
  if (known !== undefined) return known;
  const sha256 = createHash("sha256").update(canonicalJson(calibration), "utf8").digest("hex");
  hashes.set(calibration, sha256);
  return sha256;
}

/** Dotted names of what differs, with both values; a calibration by the beginning of its hash. */
export function decisionDifferences(before: DecisionContent, after: DecisionContent): string[] {
  const [old, now] = [flat(before), flat(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return names
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `${name} ${old.get(name) ?? "–"} → ${now.get(name) ?? "–"}`);
}

function flat({ pack, rules, settings, constants = {}, calibration }: DecisionContent): Map<string, string> {
  return new Map([
    ["pack", pack],
    ["calibration", calibration.slice(0, 12)],
    ...named("rules", rules),
    ...named("settings", settings),
    ...Object.entries(constants).flatMap(([part, values]) => named(`constants.${part}`, values)),
  ]);
}

function named(prefix: string, values: object): [string, string][] {
  return Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, canonicalJson(value)]);
}
