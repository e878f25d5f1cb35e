import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { jsonFile, peopleOptions } from "./options.ts";
import type { CourseOptions } from "./rollcall-course.ts";
import { benchCourse } from "./rollcall-course.ts";
import { drawClass, rooms, simulateSession } from "./rollcall-class.ts";
import type { BenchResult } from "./rollcall-figures.ts";
import { Tallies } from "./rollcall-figures.ts";
import type { Part } from "./rollcall-people.ts";
import { openPeople, partsOf } from "./rollcall-people.ts";
import { printAgainstWithoutSeats, printProposals, printRatios, printTable, say } from "./rollcall-print.ts";
import { progressOf } from "./rollcall-progress.ts";
import { seededRandom } from "./rollcall-random.ts";
import { benchRendered } from "./rollcall-rendered.ts";
import type { ClassMix } from "./rollcall-sitting.ts";
import { defaultMix } from "./rollcall-sitting.ts";
import { variants } from "./rollcall-variants.ts";
import type { VariantName } from "./rollcall-variants.ts";

export interface BenchOptions {
  /** Trainee-sessions, at least. */
  sessions: number;
  seed: number;
  mix: ClassMix;
  variants: readonly VariantName[];
}

/** Every variant on the same simulated sessions. */
export function benchRollcall(parts: readonly Part[], options: BenchOptions): BenchResult {
  const tallies = new Map(options.variants.map((name) => [name, new Tallies()]));
  const tell = progressOf("lượt học viên · trainee-sessions", options.sessions);
  let traineeSessions = 0;
  for (let number = 0; traineeSessions < options.sessions; number++) {
    const part = parts[number % parts.length];
    const room = rooms[(number >> 1) % rooms.length];
    if (part === undefined || room === undefined) break;
    const random = seededRandom(`rollcall/${options.seed}/${number}`);
    const session = simulateSession(drawClass(room, part, random), options.mix, part.calibration, random);
    traineeSessions += session.truth.length;
    tell(traineeSessions);
    for (const [name, tally] of tallies) {
      const startedAt = performance.now();
      const said = variants[name](session);
      tally.seconds += (performance.now() - startedAt) / 1000;
      for (const [index, truth] of session.truth.entries()) {
        const answer = said[index];
        if (answer !== undefined) tally.add(session.room, truth, answer);
      }
    }
  }
  const breakdowns = [...tallies].map(([name, tally]) => [name, tally.breakdown()]);
  return { traineeSessions, seed: options.seed, variants: Object.fromEntries(breakdowns) };
}

const allVariants = Object.keys(variants) as VariantName[];
/** Share of trainees in each other's seats at which seats must not do harm. */
const MANY_SWAPPED = 0.1;

export const options = {
  ...peopleOptions,
  sessions: {
    type: "string",
    default: "10000",
    about: "ít nhất bao nhiêu lượt học viên · at least so many trainee-sessions",
  },
  seed: { type: "string", default: "1", about: "hạt giống ngẫu nhiên · seed" },
  swapped: {
    type: "string",
    default: String(defaultMix.swapped),
    about: "tỷ lệ đổi chỗ · share of trainees in each other's seats",
  },
  json: jsonFile,
  "cross-fit": {
    type: "boolean",
    default: false,
    about: "hiệu chuẩn trên nửa kia của số người · calibrated on the other half of the people",
  },
  rendered: { type: "string", default: "6", about: "số buổi dựng thành ảnh · sessions rendered as pictures" },
  "rendered-json": { type: "string", about: "ghi số đo của các buổi ấy · write their figures" },
  course: {
    type: "string",
    default: "0",
    about: "số lượt học viên của cả khóa · trainee-sessions of whole courses",
  },
  "course-json": { type: "string", about: "ghi số đo của cả khóa · write their figures" },
} as const;

/** `./siso bench rollcall [--faces DIR]`: the roll call against four simpler ones, on the same classes. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const seed = Number(values.seed);
  const sessions = Number(values.sessions);
  const sources = {
    facesDir: values.faces ?? null,
    portraitsDir: values.portraits,
    modelsDir: values.models,
    cacheDir: values.cache,
  };
  const { dir, people } = await openPeople(sources);
  if (values.faces === undefined) say(WHAT_PORTRAITS_LACK);
  const parts = partsOf(people, values["cross-fit"]);
  const mix = { ...defaultMix, swapped: Number(values.swapped) };
  const result = benchRollcall(parts, { sessions, seed, mix, variants: allVariants });
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
  say(
    `${result.traineeSessions} trainee-sessions simulated on real faces read back from pictures, seed ${seed}`,
  );
  printTable(result.variants);
  printRatios(result.variants);
  for (const [name, { seconds }] of Object.entries(result.variants))
    say(`${name}: ${seconds.toFixed(1)} s of deciding`);
  const compared = benchRollcall(parts, {
    sessions,
    seed,
    mix: { ...mix, swapped: MANY_SWAPPED },
    variants: ["oursWithoutSeats", "ours"],
  });
  printAgainstWithoutSeats(compared.variants, MANY_SWAPPED);
  await courses(parts, { sessions: Number(values.course), seed, mix }, values["course-json"]);
  if (Number(values.rendered) === 0) return;
  const rendered = await benchRendered({
    dir,
    parts,
    modelsDir: values.models,
    seed,
    mix,
    sessions: Number(values.rendered),
    cacheDir: values.cache,
  });
  if (values["rendered-json"] !== undefined)
    await writeFile(values["rendered-json"], `${JSON.stringify(rendered, null, 2)}\n`);
  say(
    `${rendered.traineeSessions} trainee-sessions in ${values.rendered} rendered sessions, from pixels to marks; too few for the targets, they show that the parts fit together`,
  );
  printTable(rendered.variants);
}

/** Later sessions of a course, and what its sessions propose for enrolment. */
async function courses(
  parts: readonly Part[],
  options: CourseOptions,
  json: string | undefined,
): Promise<void> {
  if (options.sessions === 0) return;
  const result = benchCourse(parts, options);
  if (result === null) {
    say("--course: cần người có ít nhất 5 ảnh · people with at least five photos are needed");
    return;
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  say(`${result.traineeSessions} trainee-sessions of a first and of a later session, no photo in both`);
  printTable(result.variants);
  printProposals(result);
}

const WHAT_PORTRAITS_LACK = `Không có --faces: dùng ảnh chân dung của bản mô phỏng, mỗi người một ảnh, được cắt, xoay, đổi sáng, làm mờ và nén lại cho các lượt khác. Số liệu vì thế quá đẹp: không nói gì về một khuôn mặt vào ngày khác, tuổi khác, góc nhìn khác.
Without --faces: the demo's portraits, one photo a person, cropped, turned, lit, blurred and compressed anew for the other rounds. The figures are therefore too good: they say nothing of a face on another day, at another age or from another side.`;

if (process.argv[1]?.endsWith("bench/rollcall.ts")) await run(process.argv.slice(2));
