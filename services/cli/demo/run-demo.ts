import { resolve } from "node:path";
import type { Course } from "../../../db/queries/courses.ts";
import type { JobName } from "../../../workers/queue.ts";
import { runFlow } from "../../../workers/run-flow.ts";
import { compareWithTruth, type SessionFigures } from "./compare-with-truth.ts";
import { openDemo, type Demo } from "./open-demo.ts";
import type { DemoFigures } from "./print-figures.ts";
import { showProgress, type Progress } from "../progress.ts";
import { sendChart, sendDocuments, sendLeave } from "./send-documents.ts";
import { tellTime, type StoryEvent } from "./tell-time.ts";
import { writeReports } from "./write-reports.ts";
import { writeTour } from "./write-tour.ts";

export interface DemoOptions {
  seed: number;
  withStream: boolean;
}

export interface DemoResult {
  figures: DemoFigures;
  sessions: SessionFigures[];
  tour: string;
  demo: Demo;
}

const hourMs = 60 * 60_000;

/** Two weeks of one course, from the unit's papers to both reports; the caller closes `demo`. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const startedAt = performance.now();
  const stages: Record<string, number> = {};
  const timed: Timed = async (stage, work) => {
    const from = performance.now();
    const result = await work();
    stages[stage] = (stages[stage] ?? 0) + (performance.now() - from) / 1000;
    return result;
  };
  const demo = await timed("start", () => openDemo(options.seed, options.withStream));
  try {
    return await tellDemo(demo, timed, stages, startedAt);
  } catch (error) {
    await demo.close({ keepFolder: true });
    throw error;
  }
}

type Timed = <T>(stage: string, work: () => Promise<T>) => Promise<T>;

async function tellDemo(
  demo: Demo,
  timed: Timed,
  stages: Record<string, number>,
  startedAt: number,
): Promise<DemoResult> {
  const course = await timed("documents", () => sendDocuments(demo));
  const progress = showProgress(storyWords, jobsExpected(demo));
  await runFlow(demo.ctx, demo.stores.queue, {
    horizonMs: 0,
    onJob: (name, milliseconds) => count(stages, progress, name, milliseconds),
  });
  await timed("two weeks", () => tellTime(demo, storyEvents(demo, course), lastInstant(demo)));
  progress.stop();
  const outDir = resolve("out");
  const reports = await timed("write out", () => writeReports(demo, course, outDir));
  const sessions = await compareWithTruth(demo, course);
  const tour = await timed("write out", () => writeTour(demo, course, sessions, reports, outDir));
  const seconds = (performance.now() - startedAt) / 1000;
  return { figures: figuresOf(sessions, reports, seconds, stages), sessions, tour, demo };
}

const storyWords = {
  vi: "Hai tuần của một khóa học đang diễn ra trên đồng hồ tua nhanh…",
  en: "Two weeks of a course are passing on an accelerated clock…",
};

function count(
  stages: Record<string, number>,
  progress: Progress,
  name: JobName,
  milliseconds: number,
): void {
  stages[name] = (stages[name] ?? 0) + milliseconds / 1000;
  progress.step();
}

/**
 * A portrait each; plan, pre-flight, two captures, two recognitions, a close, a look at the seats and about four checks of papers and
 * log for each session; a report each exam.
 */
function jobsExpected({ story }: Demo): number {
  return story.course.trainees.length + story.sessions.length * 12 + story.exams.length;
}

function storyEvents(demo: Demo, course: Course): StoryEvent[] {
  const { story } = demo;
  const events: StoryEvent[] = story.charts.slice(1).map(({ fromSession, seats }) => ({
    at: new Date((story.sessions[fromSession]?.startsAt.getTime() ?? 0) - 3 * hourMs),
    act: async () => {
      for (const { name } of story.rooms) {
        await sendChart(demo, course, { ...story.course, seats, room: { ...story.course.room, name } });
      }
    },
  }));
  const leaveSession = story.sessions[story.leave.session];
  const leaveAt = new Date((leaveSession?.startsAt.getTime() ?? 0) - 20 * hourMs);
  return [...events, { at: leaveAt, act: () => sendLeave(demo, course) }];
}

function lastInstant({ story }: Demo): Date {
  return new Date(Math.max(...story.exams.map(({ startsAt }) => startsAt.getTime())));
}

function figuresOf(
  sessions: SessionFigures[],
  reports: string[],
  seconds: number,
  stages: Record<string, number>,
): DemoFigures {
  const sum = (of: (one: SessionFigures) => number) => sessions.reduce((total, one) => total + of(one), 0);
  return {
    sessions: sessions.length,
    roundsPlanned: sum((one) => one.roundsPlanned),
    roundsValid: sum((one) => one.roundsValid),
    marks: {
      right: sum((one) => one.right),
      wrong: sum((one) => one.wrong),
      notObservable: sum((one) => one.notObservable),
      toReview: sum((one) => one.toReview),
    },
    reports,
    seconds,
    stages,
  };
}
