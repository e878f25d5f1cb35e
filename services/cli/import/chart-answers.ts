import type { ChartFile } from "../../../workers/imports/read-files.ts";
import { understandChart } from "../../intake/chart.ts";
import { chartQuestions } from "../../intake/chart-words.ts";
import { problem } from "../../intake/problems.ts";
import { toCanonicalSeats, type ChartAnswers } from "../../intake/seat-frame.ts";
import { SisoError } from "../../errors.ts";
import type { ChartReading, ChartSeat, ReadingProblem } from "../../types.ts";
import type { ImportOptions } from "./options.ts";

/** The drawing read with the front a person says it has: one at a side turns it. */
export function withFront(file: ChartFile, { front }: ImportOptions): ChartFile {
  if (front === undefined || front === file.reading.value.front) return file;
  return { ...file, reading: understandChart(file.document, front) };
}

/** The chart with what was typed in place of what it does not say; a typed answer overrides the drawing's. */
export function answered(chart: ChartReading, options: ImportOptions): ChartReading {
  return {
    ...chart,
    viewpoint: options.viewpoint ?? chart.viewpoint,
    front: options.front ?? chart.front,
    seatsPerDesk: options.seatsPerDesk ? (Number(options.seatsPerDesk) as 1 | 2) : chart.seatsPerDesk,
  };
}

/** Null while one of the three is open. */
export function answersOf(chart: ChartReading, options: ImportOptions): ChartAnswers | null {
  const { viewpoint, front, seatsPerDesk } = answered(chart, options);
  return viewpoint && front && seatsPerDesk ? { viewpoint, front, seatsPerDesk } : null;
}

/** The three questions still open after what was typed, each with the option that answers it. */
export function openQuestions(file: ChartFile, options: ImportOptions): ReadingProblem[] {
  const chart = answered(file.reading.value, options);
  const settled = { ...chart, viewpoint: "teacher", front: "top", seatsPerDesk: 1 } as const;
  const keys = (Object.keys(flags) as (keyof typeof flags)[]).filter((key) => chart[key] === null);
  const open = keys.flatMap((key) =>
    chartQuestions(file.fileName, { ...settled, [key]: null }).map(withFlag(flags[key])),
  );
  return [...open, ...contradiction(file, options)];
}

function withFlag(flag: string) {
  return (question: ReadingProblem): ReadingProblem => ({
    ...question,
    fix: {
      vi: `${question.fix.vi} Trả lời bằng ${flag}.`,
      en: `${question.fix.en} Answer with ${flag}.`,
    },
  });
}

/** What the reading found apart from the three questions, which `openQuestions` asks. */
export function answeredProblems(file: ChartFile): ReadingProblem[] {
  const questions = new Set(chartQuestions(file.fileName, file.reading.value).map(({ why }) => why.vi));
  return file.reading.problems.filter(({ why }) => !questions.has(why.vi));
}

const flags = {
  viewpoint: "--viewpoint teacher | class",
  front: "--front top | bottom | left | right",
  seatsPerDesk: "--seats-per-desk 1 | 2",
};

/** The seats in the room's own frame; null while a question is open or an answer contradicts the drawing. */
export function roomSeats({ reading }: ChartFile, options: ImportOptions): ChartSeat[] | null {
  const answers = answersOf(reading.value, options);
  const seats = answers && turned(reading.value, answers);
  return Array.isArray(seats) ? seats : null;
}

function contradiction({ fileName, reading }: ChartFile, options: ImportOptions): ReadingProblem[] {
  const answers = answersOf(reading.value, options);
  const seats = answers && turned(reading.value, answers);
  if (!(seats instanceof SisoError)) return [];
  const flag = answers?.seatsPerDesk === 1 ? "--seats-per-desk 2" : "--front top | bottom";
  return [problem("ask", fileName, seats.words, { vi: `Dùng ${flag}.`, en: `Use ${flag}.` })];
}

function turned(chart: ChartReading, answers: ChartAnswers): ChartSeat[] | SisoError {
  try {
    return toCanonicalSeats(chart, answers);
  } catch (error) {
    if (error instanceof SisoError) return error;
    throw error;
  }
}
