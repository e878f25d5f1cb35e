import {
  evidenceCorrections,
  evidenceIdentities,
  evidenceMarks,
  evidenceRules,
  evidenceSessionMarks,
  evidenceSnapshots,
  facesIn,
  type EvidenceSnapshot,
} from "../../../db/queries/evidence-export.ts";
import { courseById, type Course } from "../../../db/queries/courses.ts";
import { approverFacts } from "../../../db/queries/disposals.ts";
import { keepingFacts } from "../../../db/queries/holds.ts";
import { linesAbout, placed, type LogLine } from "../../../db/queries/log.ts";
import { evidenceOnline } from "../../../db/queries/online-files.ts";
import { plansOfSession } from "../../../db/queries/rounds.ts";
import { readFrame, sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { Db } from "../../../db/client.ts";
import { planStatement } from "../../timetable/commitment.ts";
import type { RuleVersionId } from "../../types.ts";
import { sequenceLog } from "../../../workers/archive-log/sequence-log.ts";
import type { EvidenceScope } from "./scope.ts";

export type EvidenceMark = Awaited<ReturnType<typeof evidenceMarks>>[number];
export type EvidenceOutcome = Awaited<ReturnType<typeof evidenceSessionMarks>>[number];
export type EvidenceIdentity = Awaited<ReturnType<typeof evidenceIdentities>>[number];
export type EvidenceCorrection = Awaited<ReturnType<typeof evidenceCorrections>>[number];
export type EvidenceFace = Awaited<ReturnType<typeof facesIn>>[number];

/** Everything a bundle tells, before it is written; no picture is opened yet. */
export interface Evidence {
  scope: EvidenceScope;
  course: Course;
  sessions: Session[];
  lines: LogLine[];
  marks: EvidenceMark[];
  outcomes: EvidenceOutcome[];
  corrections: EvidenceCorrection[];
  /** What online sessions were counted from; left out of one trainee's bundle, being about everybody. */
  online: Awaited<ReturnType<typeof evidenceOnline>>;
  identities: EvidenceIdentity[];
  rules: Awaited<ReturnType<typeof evidenceRules>>;
  /** Who approved a destruction, held or extended a course, with the salts the log binds them by. */
  keeping: object[];
  /** Canonical JSON of revealed plans, by id. */
  plans: Map<string, string>;
  snapshots: EvidenceSnapshot[];
  faces: EvidenceFace[];
}

/** As of one instant, whatever is captured meanwhile; every line of it has its place in the tree. */
export async function gatherEvidence(db: Db, scope: EvidenceScope): Promise<Evidence> {
  const evidence = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((trx) => collectEvidence(trx, scope));
  await sequenceLog(db);
  return { ...evidence, lines: await placed(db, evidence.lines) };
}

/** Of a trainee only that trainee's facts are told; of the others no more than the ids in the log's lines. */
async function collectEvidence(db: Db, scope: EvidenceScope): Promise<Evidence> {
  const course = await courseById(db, scope.courseId);
  const all = await sessionsOfCourse(db, scope.courseId);
  const within = "sessionId" in scope ? all.filter(({ id }) => id === scope.sessionId) : all;
  const ids = within.map(({ id }) => id);
  const own = "traineeId" in scope ? scope.traineeId : null;
  const wanted = (traineeId: string): boolean => own === null || traineeId === own;
  const marks = (await evidenceMarks(db, ids)).filter(
    ({ fact }) => wanted(fact.trainee) && (scope.kind !== "mark" || fact.mark === scope.markId),
  );
  const outcomes = (await evidenceSessionMarks(db, ids)).filter(({ trainee }) => wanted(trainee));
  const judged = new Set([
    ...marks.map(({ sessionId }) => sessionId),
    ...outcomes.map(({ session }) => session),
  ]);
  const sessions = own === null ? within : within.filter(({ id }) => judged.has(id));
  const sessionIds = sessions.map(({ id }) => id);
  const corrections = (await evidenceCorrections(db, sessionIds)).filter(({ traineeId }) =>
    wanted(traineeId),
  );
  const trainees = new Set([
    ...marks.map(({ fact }) => fact.trainee),
    ...outcomes.map(({ trainee }) => trainee),
  ]);
  const rules = new Set<RuleVersionId>([
    ...marks.map(({ fact }) => fact.rules),
    ...outcomes.map((outcome) => outcome.rules),
  ]);
  const lines = await linesAbout(db, [...sessionIds, course.id, ...(own === null ? [] : [own]), ...rules]);
  const rounds = new Set(marks.map(({ fact }) => fact.round));
  const snapshots = (await evidenceSnapshots(db, sessionIds)).filter(
    ({ roundId }) => own === null || (roundId !== null && rounds.has(roundId)),
  );
  return {
    scope,
    course,
    sessions,
    lines,
    marks,
    outcomes,
    corrections,
    online: own === null ? await evidenceOnline(db, sessionIds) : [],
    identities: await evidenceIdentities(db, [...trainees]),
    rules: await evidenceRules(db, [...rules]),
    keeping: [
      ...(await approverFacts(db, disposalsIn(lines))),
      ...(scope.kind === "course" ? await keepingFacts(db, course.id) : []),
    ],
    plans: await revealedPlans(db, sessions),
    snapshots,
    faces: await facesIn(
      db,
      snapshots.map(({ id }) => id),
    ),
  };
}

function disposalsIn(lines: readonly LogLine[]): string[] {
  const deletions = lines.filter(({ line }) => line.includes('"event":"deletion"'));
  return [
    ...new Set(deletions.flatMap(({ line }) => (JSON.parse(line) as { disposal?: string }).disposal ?? [])),
  ];
}

async function revealedPlans(db: Db, sessions: readonly Session[]): Promise<Map<string, string>> {
  const statements = new Map<string, string>();
  for (const { id } of sessions) {
    for (const plan of await plansOfSession(db, id)) {
      if (plan.revealedSeed === null) continue;
      const { drawnFrom } = plan;
      const statement = planStatement({
        ...drawnFrom,
        sessionId: id,
        frame: readFrame(drawnFrom.frame),
        from: new Date(drawnFrom.from),
        alreadyValid: drawnFrom.alreadyValid.map(({ half, dueAt }) => ({ half, dueAt: new Date(dueAt) })),
        seed: new Uint8Array(plan.revealedSeed),
      });
      statements.set(plan.id, statement);
    }
  }
  return statements;
}
