import type { Exam } from "./milestones.ts";

type Time = Pick<Exam, "kind" | "startsAt">;

export interface ExamChanges<E extends Exam> {
  added: Time[];
  moved: { exam: E; startsAt: Date }[];
}

/**
 * What a typed list of exams changes. Of each kind, what has the same time is the same exam; of the rest the first known is
 * paired with the first typed and counts as moved. A mid-course exam that has begun is history and moves no more; there is one
 * final (N Đ7.1), so a second time for it is always a postponement. An exam that is not typed stays: calling one off is not
 * said by leaving it out.
 */
export function examChanges<E extends Exam>(
  known: readonly E[],
  typed: readonly Time[],
  now: Date,
): ExamChanges<E> {
  const kinds = ["mid", "final"] as const;
  const changes = kinds.map((kind) => {
    const had = inOrder(known.filter((exam) => exam.kind === kind));
    const said = inOrder(typed.filter((exam) => exam.kind === kind));
    const free = had.filter(
      (exam) => (kind === "final" || exam.startsAt > now) && !said.some(sameTime(exam)),
    );
    const fresh = said.filter((exam) => !had.some(sameTime(exam)));
    return {
      moved: fresh.flatMap(({ startsAt }, index) => {
        const exam = free[index];
        return exam ? [{ exam, startsAt }] : [];
      }),
      added: fresh.slice(free.length),
    };
  });
  return {
    added: changes.flatMap(({ added }) => added),
    moved: changes.flatMap(({ moved }) => moved),
  };
}

function inOrder<T extends Time>(exams: readonly T[]): T[] {
  return exams.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

function sameTime(exam: Time): (other: Time) => boolean {
  return (other) => other.startsAt.getTime() === exam.startsAt.getTime();
}
