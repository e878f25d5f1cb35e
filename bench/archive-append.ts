import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { v7 as timeOrderedId } from "uuid";
import type { CameraId, RoundId, RuleVersionId, SessionId, SnapshotId } from "../services/types.ts";
import type { Db } from "../db/client.ts";
import { addSnapshot, type NewSnapshot } from "../db/queries/captures.ts";
import { sequenceLog } from "../workers/archive-log/sequence-log.ts";
import { rooms } from "./archive-rows.ts";

const burst = 3;
const sessions = 50;
/** Cameras that finish at once. */
const writers = 8;

interface Part {
  sessionId: SessionId;
  roundId: RoundId;
  cameraId: CameraId;
}

/**
 * Pictures a second: rows, log lines and their places in the tree, by the very queries of a capture: a transaction for each
 * camera's burst, eight at once. The sealing of bytes is measured apart.
 */
export async function appendPictures(db: Db): Promise<number> {
  const parts = await heldSessions(db);
  const count = parts.length * burst;
  const startedAt = performance.now();
  const write = async (): Promise<void> => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await addBurst(db, part);
  };
  await Promise.all(Array.from({ length: writers }, write));
  await sequenceLog(db);
  return (count * 1000) / (performance.now() - startedAt);
}

async function addBurst(db: Db, part: Part): Promise<void> {
  const takenAt = new Date();
  const retainUntil = new Date("2040-01-01T00:00:00Z");
  await db.transaction().execute(async (trx) => {
    for (let burstIndex = 0; burstIndex < burst; burstIndex += 1) {
      const [sha256, commitment] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];
      const keys = { wrappedKey: randomBytes(69), commitmentSalt: randomBytes(32) };
      const object = { objectId: timeOrderedId(), sha256, bytes: 1_500_028, commitment, ...keys };
      const snapshot: NewSnapshot = {
        ...part,
        id: timeOrderedId() as SnapshotId,
        burstIndex,
        plainSha256: commitment,
        takenAt,
        widthPx: 2560,
        heightPx: 1440,
        route: "onvif-snapshot",
        clockSkewMs: 12,
        officerId: null,
        ruleVersionId: await rules(db),
      };
      await addSnapshot(trx, snapshot, object, retainUntil, takenAt);
    }
  });
}

const known = new WeakMap<Db, Promise<RuleVersionId>>();

function rules(db: Db): Promise<RuleVersionId> {
  const found =
    known.get(db) ??
    db
      .selectFrom("ruleVersion")
      .select("id")
      .executeTakeFirstOrThrow()
      .then(({ id }) => id);
  known.set(db, found);
  return found;
}

/** Sessions to capture in, with a plan and two rounds each; made beforehand, not measured. */
async function heldSessions(db: Db): Promise<Part[]> {
  const { rows } = await sql<Part>`
    with held as (
      insert into session (id, course_id, timetable_version_id, room_id, day, shift, topic, starts_at, ends_at, frame, status, preflight_at)
        select gen_random_uuid(), course.id, timetable_version.id, synthetic('room', n), '2039-01-03', 'morning', 'Chuyên đề',
          '2039-01-03 01:00Z', '2039-01-03 04:30Z', '{"periods": []}', 'cancelled', '2039-01-03 00:45Z'
        from generate_series(0, ${sessions - 1}::int) i, lateral (select i * 7 % ${rooms}::int as n) a
          join course on course.id = synthetic('course', n) join timetable_version on course_id = course.id
      returning id, room_id
    ), plan as (
      insert into capture_plan (id, session_id, plan_no, commitment, seed_sealed, drawn_from, rule_version_id, planned_at)
        select gen_random_uuid(), held.id, 1, '', '', '{}', rule_version.id, now() from held, rule_version returning id, session_id
    ), drawn as (
      insert into round (id, session_id, plan_id, ordinal, half, due_at, status)
        select gen_random_uuid(), session_id, id, half, half, now(), 'captured' from plan, generate_series(1, 2) half
      returning id, session_id
    )
    select drawn.session_id, drawn.id as round_id, camera.id as camera_id
    from drawn join held on held.id = drawn.session_id join camera on camera.room_id = held.room_id`.execute(
    db,
  );
  return rows;
}
