import type { Db } from "../db/client.ts";
import { logsToSign } from "../db/queries/log-checkpoints.ts";
import { collectionsToEnd } from "../db/queries/collections.ts";
import { mailsToRead } from "../db/queries/mail.ts";
import { mailsToSend } from "../db/queries/outbox.ts";
import { copiesDue } from "../db/queries/copies.ts";
import { fixityDue } from "../db/queries/fixity.ts";
import { portraitsToJudge } from "../db/queries/people.ts";
import { coursesToCheck } from "../db/queries/readiness.ts";
import { reportsToBuild } from "../db/queries/reports.ts";
import { sessionsToReview } from "../db/queries/room-review.ts";
import { roundsToCapture, roundsToRecognise } from "../db/queries/rounds.ts";
import { sessionsToClose, sessionsToPlan, sessionsToPreflight, type Due } from "../db/queries/sessions.ts";
import type { CourseId, ReportId, RoundId, SessionId } from "../services/types.ts";
import type { Context } from "./context.ts";
import { buildReport } from "./jobs/build-report.ts";
import { captureRound } from "./jobs/capture-round.ts";
import { checkpointLog } from "./jobs/checkpoint-log.ts";
import { checkCourse } from "./jobs/check-course.ts";
import { checkFixity } from "./jobs/check-fixity.ts";
import { closeSession } from "./jobs/close-session.ts";
import { endFaceCollection } from "./jobs/end-collection.ts";
import { copyObjects } from "./jobs/copy-objects.ts";
import { judgePortrait } from "./jobs/judge-portrait.ts";
import { planSession } from "./jobs/plan-session.ts";
import { preflight } from "./jobs/preflight.ts";
import { readMail } from "./jobs/read-mail.ts";
import { recogniseRound } from "./jobs/recognise-round.ts";
import { reviewRoom } from "./jobs/review-room.ts";
import { sendMail } from "./jobs/send-mail.ts";
import type { JobName } from "./queue.ts";

/** One step of the pipeline: which rows wait for it, and what is done with one of them. */
interface Stage {
  /** Unfinished rows due at `until` at the latest; `now` for what cannot be known ahead. */
  due(db: Db, now: Date, until: Date): Promise<Due[]>;
  /** Load, decide, save; safe to run twice. */
  run(ctx: Context, rowId: string): Promise<void>;
  /** Stages whose rows this one may have made due. */
  next: JobName[];
}

/**
 * The whole pipeline in order. Documents are taken in by `confirm-import.ts`; from there a snapshot's way is
 * plan → (empty room) → capture → recognise → close → report; what was sealed is copied to the second store and read back in
 * time. Mail that units send is read and answered beside it, and takes nothing in. A job name without a stage does not compile.
 */
export const flow: Record<JobName, Stage> = {
  "judge-portrait": {
    due: (db) => portraitsToJudge(db),
    run: judgePortrait,
    next: [],
  },
  "plan-session": {
    due: sessionsToPlan,
    run: (ctx, id) => planSession(ctx, id as SessionId),
    next: ["capture-round"],
  },
  preflight: {
    due: sessionsToPreflight,
    run: (ctx, id) => preflight(ctx, id as SessionId),
    next: [],
  },
  "capture-round": {
    due: (db, _now, until) => roundsToCapture(db, until),
    run: (ctx, id) => captureRound(ctx, id as RoundId),
    next: ["recognise-round", "close-session", "copy-objects"],
  },
  "recognise-round": {
    due: (db, now) => roundsToRecognise(db, now),
    run: (ctx, id) => recogniseRound(ctx, id as RoundId),
    next: ["close-session"],
  },
  "close-session": {
    due: (db, _now, until) => sessionsToClose(db, until),
    run: (ctx, id) => closeSession(ctx, id as SessionId),
    next: ["build-report", "review-room"],
  },
  "review-room": {
    due: (db, now) => sessionsToReview(db, now),
    run: (ctx, id) => reviewRoom(ctx, id as SessionId),
    next: [],
  },
  "end-collection": {
    due: (db, _now, until) => collectionsToEnd(db, until),
    run: endFaceCollection,
    next: [],
  },
  "build-report": {
    due: (db, now) => reportsToBuild(db, now),
    run: (ctx, id) => buildReport(ctx, id as ReportId),
    next: ["checkpoint-log"],
  },
  "checkpoint-log": {
    due: (db, now) => logsToSign(db, now),
    run: (ctx) => checkpointLog(ctx),
    next: ["copy-objects"],
  },
  "copy-objects": {
    due: (db) => copiesDue(db),
    run: (ctx) => copyObjects(ctx),
    next: [],
  },
  "check-fixity": {
    due: (db, now) => fixityDue(db, now),
    run: checkFixity,
    next: [],
  },
  "check-course": {
    due: (db, now) => coursesToCheck(db, now),
    run: (ctx, id) => checkCourse(ctx, id as CourseId),
    next: ["send-mail"],
  },
  "read-mail": {
    due: (db, now) => mailsToRead(db, now),
    run: readMail,
    next: ["send-mail"],
  },
  "send-mail": {
    due: (db, now) => mailsToSend(db, now),
    run: sendMail,
    next: [],
  },
};
