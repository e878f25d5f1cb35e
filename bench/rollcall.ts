import { parseArgs } from "node:util";
import { SisoError } from "../services/errors.ts";
import { writeFile } from "node:fs/promises";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import { calibrationOf } from "../services/rollcall/packs.ts";
import { fitCalibration } from "./rollcall-calibrate.ts";
import { defaultMix, rooms, simulateSession } from "./rollcall-class.ts";
import type { ClassMix } from "./rollcall-class.ts";
import type { Breakdown, Figures } from "./rollcall-figures.ts";
import { measures, Tallies } from "./rollcall-figures.ts";
import type { ProbePerson } from "./rollcall-probes.ts";
import { loadProbes } from "./rollcall-probes.ts";
import { seededRandom } from "./rollcall-random.ts";
import { variants } from "./rollcall-variants.ts";

/** `sessions` counts trainee-sessions. */
export interface BenchOptions {
  sessions: number;
  seed: number;
  mix: ClassMix;
  /** Calibrate on one half of the people and measure on the other, both ways; else the shipped table. */
  crossFit: boolean;
}

export interface BenchResult {
  traineeSessions: number;
  seed: number;
  variants: Record<string, Breakdown>;
  seconds: number;
}

export function benchRollcall(people: readonly ProbePerson[], options: BenchOptions): BenchResult {
  const startedAt = performance.now();
  const tallies = Object.fromEntries(Object.keys(variants).map((name) => [name, new Tallies()]));
  const parts = partsOf(people, options.crossFit);
  let traineeSessions = 0;
  for (let number = 0; traineeSessions < options.sessions; number++) {
    const part = parts[number % parts.length];
    const room = rooms[(number >> 1) % rooms.length];
    if (part === undefined || room === undefined) break;
    const random = seededRandom(`rollcall/${options.seed}/${number}`);
    const session = simulateSession(room, part, options.mix, part.calibration, random);
    traineeSessions += session.truth.length;
    for (const [name, variant] of Object.entries(variants)) {
      const said = variant(session);
      for (const [index, truth] of session.truth.entries()) {
        const answer = said[index];
        if (answer !== undefined) tallies[name]?.add(session.room, truth, answer);
      }
    }
  }
  return {
    traineeSessions,
    seed: options.seed,
    variants: Object.fromEntries(Object.entries(tallies).map(([name, tally]) => [name, tally.breakdown()])),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

interface Part {
  trainees: ProbePerson[];
  strangers: ProbePerson[];
  calibration: Calibration;
}

function half(list: readonly ProbePerson[], which: number): ProbePerson[] {
  return list.filter((_, index) => index % 2 === which);
}

function partsOf(people: readonly ProbePerson[], crossFit: boolean): Part[] {
  const known = people.filter(({ photos }) => photos.length >= 4);
  const strangers = people.filter(({ photos }) => photos.length < 4);
  if (!crossFit) return [{ trainees: known, strangers, calibration: calibrationOf(fr1Manifest.id) }];
  return [0, 1].map((which) => ({
    trainees: half(known, which),
    strangers: half(strangers, which),
    calibration: fitCalibration(fr1Manifest.id, "the other half", [
      ...half(known, 1 - which),
      ...half(strangers, 1 - which),
    ]),
  }));
}

function line(name: string, figures: Figures): void {
  const cells = measures.map((measure) => {
    const { rate, low, high } = figures[measure];
    return `${(rate * 100).toFixed(2)} (${(low * 100).toFixed(2)}–${(high * 100).toFixed(2)})`.padStart(22);
  });
  process.stdout.write(`${name.padEnd(20)}${cells.join("")}\n`);
}

function printTable(result: BenchResult): void {
  process.stdout.write(`${"%".padEnd(20)}${measures.map((measure) => measure.padStart(22)).join("")}\n`);
  for (const [name, figures] of Object.entries(result.variants)) line(name, figures);
  const ours = result.variants["ours"];
  if (ours === undefined) return;
  process.stdout.write("ours\n");
  for (const [name, figures] of Object.entries({ ...ours.byWidth, ...ours.byGroup, ...ours.byRoom }))
    line(`  ${name}`, figures);
  for (const [name, { from20 }] of Object.entries(result.variants)) line(`${name} ≥ 20 px`, from20);
}

/** `./siso bench rollcall --faces DIR`: simulated classes on the real embeddings of a folder of people. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      faces: { type: "string" },
      models: { type: "string", default: "var/models/fr-1" },
      cache: { type: "string", default: "var/bench" },
      sessions: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      swapped: { type: "string", default: String(defaultMix.swapped) },
      json: { type: "string" },
      "cross-fit": { type: "boolean", default: false },
    },
  });
  if (values.faces === undefined) throw facesNeeded();
  const pack = await loadPack(fr1Manifest, values.models);
  const people = await loadProbes(pack, values.faces, values.cache);
  await pack.close();
  const result = benchRollcall(people, {
    sessions: Number(values.sessions),
    seed: Number(values.seed),
    mix: { ...defaultMix, swapped: Number(values.swapped) },
    crossFit: values["cross-fit"],
  });
  printTable(result);
  process.stdout.write(`${result.traineeSessions} trainee-sessions, ${result.seconds.toFixed(1)} s\n`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}

function facesNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Cần --faces THƯ_MỤC có người/N.jpg (từ bốn ảnh một người) và strangers/*.jpg: mỗi lượt dùng một ảnh khác của cùng một người.",
    en: "--faces DIR is needed, with person/N.jpg (four photos a person or more) and strangers/*.jpg: each round shows another photo of a person.",
  });
}

if (process.argv[1]?.endsWith("bench/rollcall.ts")) await run(process.argv.slice(2));
