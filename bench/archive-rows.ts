import type { Client } from "pg";
import { fold } from "../services/evidence/merkle.ts";
import type { Db } from "../db/client.ts";
import { addNodes, storedNodes, treeSize, type TreeNode } from "../db/queries/log-tree.ts";

/**
 * A synthetic academy: 286 rooms of two cameras; courses of 40 trainees and 30 sessions follow one another in each room, all
 * rooms at once; 14 pictures a session (the empty room, then two bursts of three by each camera). 10 million pictures are five
 * years of it. Rows are in the order in which they would have come. Marks are there for one course in sixteen.
 */
export const rooms = 286;
export const picturesPerSession = 14;
const sessionsPerCourse = 30;
const sessionsPerStatement = 20_000;

/** Tables that grow with the pictures; what hangs on them is taken off while they are loaded, and put on again as it was. */
const grown = [
  "course",
  "trainee",
  "session",
  "capture_plan",
  "round",
  "archive_object",
  "snapshot",
  "mark",
  "archive_log",
  "log_leaf",
];

/** What everything else refers to. */
async function prepareRows(client: Client): Promise<void> {
  await client.query(`
    create function synthetic(kind text, n bigint) returns uuid language sql immutable as $$ select md5(kind || n)::uuid $$;
    -- As the archive makes them: 48 bits of milliseconds, then chance.
    create function synthetic_v7(kind text, n bigint, at timestamptz) returns uuid language sql immutable as $$
      select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(hash, 3) || 'a' || right(hash, 15))::uuid
      from md5(kind || n) hash $$;
    insert into campus values (synthetic('campus', 0), 'HN', 'Hà Nội', 'Asia/Ho_Chi_Minh');
    insert into unit (id, code, name) values (synthetic('unit', 0), 'BD', 'Ban Quản lý bồi dưỡng');
    insert into officer (id, full_name, role) values (synthetic('officer', 0), 'Cán bộ phụ trách', 'it-officer');
    insert into rule_version values (synthetic('rules', 0), 1, '2027-01-01', 'Giám đốc', '2027-01-01', '{}');
    insert into room select synthetic('room', n), synthetic('campus', 0), 'P' || n, 'Phòng ' || n from generate_series(0, ${rooms - 1}) n;
    insert into camera (id, room_id, code, host, port, username, password_sealed)
      select synthetic('camera', n), synthetic('room', n / 2), case n % 2 when 0 then 'C1' else 'C2' end, '127.0.0.1', 80, 'siso', ''
      from generate_series(0, ${2 * rooms - 1}) n;
    insert into archive_object select synthetic('paper', 0), repeat('0', 64), 1, '\\x01', '', '', '2033-01-01', '2027-01-01';
  `);
}

/** Whole sessions, at least `pictures` pictures, into a migrated database without rows. */
export async function loadRows(client: Client, db: Db, pictures: number): Promise<void> {
  const sessions = Math.ceil(pictures / picturesPerSession);
  await prepareRows(client);
  const putBack = await takeOff(client);
  await loadCourses(client, Math.ceil(sessions / rooms / sessionsPerCourse));
  for (let from = 0; from < sessions; from += sessionsPerStatement)
    await loadSessions(client, from, Math.min(sessions, from + sessionsPerStatement));
  for (const statement of putBack) await client.query(statement);
  for (const level of [8, 16, 24]) await addNodesOf(db, level, await treeSize(db));
  // As the service runs: vacuuming is done with.
  for (const table of [...grown, "log_node"]) await client.query(`vacuum analyze ${table}`);
}

/** Constraints, indexes and user triggers of the grown tables; foreign keys come back in force for new rows only. */
async function takeOff(client: Client): Promise<string[]> {
  await client.query("set maintenance_work_mem = '384MB'; set work_mem = '64MB'; set statement_timeout = 0");
  const { rows: keys } = await client.query<{
    table: string;
    name: string;
    type: string;
    definition: string;
  }>(
    `
    select conrelid::regclass::text as table, quote_ident(conname) as name, contype as type, pg_get_constraintdef(oid) as definition
    from pg_constraint where connamespace = 'public'::regnamespace
      and (contype = 'f' or contype in ('p', 'u') and conrelid::regclass::text = any($1))
    order by contype = 'f' desc, contype = 'p', 1, 2`,
    [grown],
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select quote_ident(indexname) as name, indexdef as definition from pg_indexes where schemaname = 'public' and tablename = any($1)`,
    [grown],
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  for (const table of grown)
    await client.query(`alter table ${table} disable trigger user, set (autovacuum_enabled = false)`);
  return [
    ...keys
      .toReversed()
      .filter(({ type }) => type !== "f")
      .map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
    ...indexes.map(({ definition }) => definition),
    ...keys
      .filter(({ type }) => type === "f")
      .map(
        ({ table, name, definition }) =>
          `alter table ${table} add constraint ${name} ${definition} not valid`,
      ),
    ...grown.map((table) => `alter table ${table} enable trigger user, reset (autovacuum_enabled)`),
  ];
}

/** Courses of whole blocks: one in each room. */
async function loadCourses(client: Client, blocks: number): Promise<void> {
  const each = `from generate_series(0::bigint, ${blocks * rooms - 1}::bigint) c`;
  const starts = `date '2027-01-04' + 21 * (c / ${rooms})::int`;
  await client.query(`
    insert into course (id, campus_id, unit_id, code, name, starts_on, ends_on)
      select synthetic('course', c), synthetic('campus', 0), synthetic('unit', 0), 'K' || c, 'Lớp ' || c, ${starts}, ${starts} + 18 ${each};
    insert into document select synthetic('document', c), synthetic('course', c), 'roster', 'ds.docx', repeat('0', 64),
      synthetic('paper', 0), ${starts}, 'mail' ${each};
    insert into timetable_version select synthetic('timetable', c), synthetic('course', c), synthetic('document', c), 1, ${starts}, 'x', ${starts} ${each};
    insert into roster_version select synthetic('roster', c), synthetic('course', c), synthetic('document', c), 1, ${starts}, 'x', ${starts} ${each};
    insert into trainee (id, course_id, full_name, match_key)
      select synthetic('trainee', c * 40 + t), synthetic('course', c), 'Học viên ' || t, 'hoc vien ' || t ${each}, generate_series(0, 39) t`);
}

/** Sessions with all their pictures, places in the log, and marks. */
async function loadSessions(client: Client, from: number, to: number): Promise<void> {
  const course = `((s / ${rooms * sessionsPerCourse}) * ${rooms} + s % ${rooms})`;
  const held = `((s / ${rooms}) % ${sessionsPerCourse})::int`;
  await client.query("begin");
  await client.query(`create temporary table held on commit drop as
    select s, synthetic('session', s) as id, ${course} as c, synthetic('course', ${course}) as course_id, s % ${rooms} as room,
      day, shift, starts_at, starts_at + interval '210 minutes' as ends_at, (starts_on + interval '5 years')::timestamptz as retain_until
    from generate_series(${from}::bigint, ${to - 1}::bigint) s,
      lateral (select date '2027-01-04' + 21 * (s / ${rooms * sessionsPerCourse})::int as starts_on) a,
      lateral (select starts_on + ${held} / 2 % 5 + 7 * (${held} / 10) as day, case ${held} % 2 when 0 then 'morning' else 'afternoon' end as shift) b,
      lateral (select day + case shift when 'morning' then time '01:00' else time '06:30' end as starts_at) d`);
  await client.query(`
    insert into session (id, course_id, timetable_version_id, room_id, day, shift, topic, starts_at, ends_at, frame, status, preflight_at, closed_at)
      select id, course_id, synthetic('timetable', c), synthetic('room', room), day, shift, 'Chuyên đề', starts_at, ends_at,
        '{"periods": []}', 'closed', starts_at - interval '15 minutes', ends_at from held;
    insert into capture_plan (id, session_id, plan_no, commitment, seed_sealed, drawn_from, rule_version_id, planned_at)
      select synthetic('plan', s), id, 1, '', '', '{}', synthetic('rules', 0), starts_at - interval '1 day' from held;
    insert into round (id, session_id, plan_id, ordinal, half, due_at, status, captured_at, recognised_at)
      select synthetic('round', 2 * s + n), id, synthetic('plan', s), n + 1, n + 1, starts_at + (1 + n) * interval '1 hour', 'recognised',
        starts_at, starts_at from held, generate_series(0, 1) n`);
  await client.query(pictures);
  await client.query(marks);
  await client.query("commit");
}

/** Picture p of session s: 0 and 1 of the empty room, then by round, camera and burst. */
const pictures = `
  -- A camera's burst is one transaction, and so its rows lie together; between a room's rounds lie those of all other rooms.
  with picture as materialized (
    select synthetic_v7('picture', n, taken_at) as id, synthetic_v7('object', n, taken_at) as object_id, held.id as session_id,
      case when p >= 2 then synthetic('round', 2 * s + (p - 2) / 6) end as round_id,
      synthetic('camera', 2 * room + camera) as camera_id, case when p < 2 then 0 else (p - 2) % 3 end as burst,
      encode(sha256(convert_to('object ' || n, 'UTF8')), 'hex') as sha256,
      md5('commitment ' || n) || md5('plain ' || n) as commitment, retain_until, taken_at
    from held, generate_series(0, ${picturesPerSession - 1}) p, lateral (select s * ${picturesPerSession} + p as n) a,
      lateral (select case when p < 2 then p else (p - 2) % 6 / 3 end as camera) b,
      lateral (select starts_at + case when p < 2 then interval '-15 minutes' else (1 + (p - 2) / 6) * interval '1 hour' end
        + ((p - 2) % 3) * interval '3 seconds' + s % ${rooms} * interval '11 milliseconds' as taken_at) c
    order by s / ${rooms}, (p + 4) / 6, s, p
  ), object as (
    insert into archive_object (object_id, sha256, bytes, wrapped_key, commitment, commitment_salt, retain_until, stored_at)
    select object_id, sha256, 1500028, decode(repeat(left(commitment, 46), 3), 'hex'), commitment, decode(commitment, 'hex'), retain_until, taken_at from picture
  ), snapshot as (
    insert into snapshot select id, session_id, round_id, camera_id, burst, object_id, commitment, taken_at, 2560, 1440, 'onvif-snapshot',
      12, synthetic('officer', 0), synthetic('rules', 0) from picture
  ), line as (
    insert into archive_log (at, about, line) select taken_at, session_id, '{"at":"' || utc(taken_at) || '","burst":' || burst || ',"camera":"' || camera_id
      || '","commitment":"' || commitment || '","event":"snapshot","object":"' || object_id || '","officer":"' || synthetic('officer', 0)
      || '","retainUntil":"' || utc(retain_until) || '","round":' || coalesce('"' || round_id || '"', 'null') || ',"route":"onvif-snapshot","rules":"'
      || synthetic('rules', 0) || '","session":"' || session_id || '","sha256":"' || sha256 || '","snapshot":"' || id || '","takenAt":"' || utc(taken_at) || '"}'
    from picture returning seq, line
  )
  insert into log_leaf (leaf_index, seq, hash)
  select coalesce((select max(leaf_index) + 1 from log_leaf), 0) + row_number() over (order by seq) - 1, seq,
    sha256('\\x00'::bytea || convert_to(line, 'UTF8')) from line`.replaceAll(
  /utc\((\w+)\)/g,
  (_, column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
);

const marks = `
  insert into mark (id, round_id, trainee_id, run, outcome, seating, confidence, reasons, alternatives, evidence, pack_id,
      rule_version_id, roster_version_id, made_at)
    select synthetic('mark', (2 * s + n) * 40 + t), synthetic('round', 2 * s + n), synthetic('trainee', c * 40 + t), 1, 'present', 'own-seat', 0.99,
      '[{"code": "recognised", "params": {}}]', '[]', '[]', 'fr-1', synthetic('rules', 0), synthetic('roster', c), starts_at
    from held, generate_series(0, 1) n, generate_series(0, 39) t where c % 16 = 0`;

async function addNodesOf(db: Db, level: number, size: number): Promise<void> {
  const width = 256;
  const last = Math.floor(size / 2 ** level);
  for (let first = 0; first < last; first += width) {
    const count = Math.min(width, last - first);
    const range = { level: level - 8, first: first * width, last: (first + count) * width - 1 };
    const children = (await storedNodes(db, [range])).toSorted((a, b) => a.index - b.index);
    const nodes: TreeNode[] = Array.from({ length: count }, (_, n) => ({
      level,
      index: first + n,
      hash: fold(children.slice(n * width, (n + 1) * width).map(({ hash }) => hash)),
    }));
    await addNodes(db, nodes);
  }
}
