import { sessionMarksOf } from "../../../db/queries/marks.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import { everyTraineeUntil, type Course } from "../../../db/queries/courses.ts";
import type { StorySession } from "../../../fixtures/campus/story.ts";
import type { SessionOutcome } from "../../types.ts";
import type { Demo } from "./open-demo.ts";

export interface MarkCounts {
  right: number;
  wrong: number;
  notObservable: number;
  /** Of `notObservable`, those handed to a person. */
  toReview: number;
}

export interface SessionFigures extends MarkCounts {
  session: Session;
  roundsPlanned: number;
  roundsValid: number;
  wrongMarks: { fullName: string; truth: "present" | "absent"; said: SessionOutcome }[];
}

/** Every mark of every session against who the story says was there. */
export async function compareWithTruth(demo: Demo, course: Course): Promise<SessionFigures[]> {
  const { ctx, story } = demo;
  const trainees = await everyTraineeUntil(ctx.db, course.id, ctx.clock.now());
  const figures: SessionFigures[] = [];
  for (const session of await sessionsOfCourse(ctx.db, course.id)) {
    const told = story.sessions.find(
      ({ startsAt }) => startsAt.getTime() === session.frame.startsAt.getTime(),
    );
    if (told === undefined) continue;
    const rounds = (await roundsOfSession(ctx.db, session.id)).filter(({ status }) => status !== "withdrawn");
    const marks = await sessionMarksOf(ctx.db, session.id);
    const counts = { right: 0, wrong: 0, notObservable: 0, toReview: 0 };
    const wrongMarks: SessionFigures["wrongMarks"] = [];
    for (const { id, ordinal, fullName } of trainees) {
      const said = marks.find(({ traineeId }) => traineeId === id)?.outcome ?? "not-observable";
      const truth = truthOf(told, ordinal);
      const verdict = compare(truth, said);
      counts[verdict] += 1;
      if (said === "review") counts.toReview += 1;
      if (verdict === "wrong") wrongMarks.push({ fullName, truth, said });
    }
    const roundsValid = rounds.filter(({ status }) => status === "recognised").length;
    figures.push({ session, roundsPlanned: rounds.length, roundsValid, ...counts, wrongMarks });
  }
  return figures;
}

/** STT n is the story's trainee n − 1. */
function truthOf(told: StorySession, ordinal: number): "present" | "absent" {
  return told.sitters.some(({ trainee }) => trainee === ordinal - 1) ? "present" : "absent";
}

function compare(truth: "present" | "absent", said: SessionOutcome): "right" | "wrong" | "notObservable" {
  if (said === "not-observable" || said === "review") return "notObservable";
  return (said === "present") === (truth === "present") ? "right" : "wrong";
}
