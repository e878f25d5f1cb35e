-- Why: the whole flow needs its nouns before anything can run. PostgreSQL is the truth; the queue only rings the bell.
-- Instants are timestamptz (UTC); days are `date` in the campus's zone. Work is a row with a status and a due time.

create table campus (
  id uuid primary key,
  code text not null unique,
  name text not null,
  time_zone text not null
);

create table unit (
  id uuid primary key,
  code text not null unique,
  name text not null,
  campus_id uuid references campus,
  email text
);

create table officer (
  id uuid primary key,
  full_name text not null,
  role text not null check (role in ('it-officer', 'class-manager', 'leader', 'system')),
  email text,
  unique (full_name, role)
);

create table room (
  id uuid primary key,
  campus_id uuid not null references campus,
  code text not null,
  name text not null,
  unique (campus_id, code)
);

create table camera (
  id uuid primary key,
  room_id uuid not null references room,
  code text not null,
  host text not null,
  port integer not null check (port between 1 and 65535),
  secure boolean not null default false,
  username text not null,
  -- Sealed by the vault with the camera's id as context; never readable from the database alone.
  password_sealed bytea not null,
  preset_token text,
  unique (room_id, code)
);

-- Where the room's seats are in a camera's picture, from an instant on.
create table camera_view (
  id uuid primary key,
  camera_id uuid not null references camera,
  effective_at timestamptz not null,
  width_px integer not null,
  height_px integer not null,
  -- [{"row": 1, "column": 1, "x": 120.5, "y": 380.0}, …]: four or more marked seats.
  marked_seats jsonb not null,
  -- Width of a sitter's face as a share of the distance between neighbouring seats, in the picture.
  face_per_column_pitch real not null,
  front_zone jsonb,
  unique (camera_id, effective_at)
);

create table rule_version (
  id uuid primary key,
  version integer not null unique,
  effective_at timestamptz not null,
  approved_by text not null,
  approved_on date not null,
  rules jsonb not null
);

create table course (
  id uuid primary key,
  campus_id uuid not null references campus,
  unit_id uuid not null references unit,
  code text not null unique,
  name text not null,
  decision_number text,
  decision_date date,
  starts_on date not null,
  ends_on date not null,
  duty_officer_id uuid references officer,
  class_manager_id uuid references officer,
  check (ends_on >= starts_on)
);

create table exam (
  id uuid primary key,
  course_id uuid not null references course,
  kind text not null check (kind in ('mid', 'final')),
  starts_at timestamptz not null,
  unique (course_id, kind, starts_at)
);

-- The original bytes are in the archive; the same file twice for a course is one document.
create table document (
  id uuid primary key,
  course_id uuid not null references course,
  kind text not null check (kind in ('roster', 'chart', 'timetable', 'decision', 'leave')),
  file_name text not null,
  sha256 text not null,
  object_id uuid not null,
  received_at timestamptz not null,
  received_from text not null,
  unique (course_id, kind, sha256)
);

create table trainee (
  id uuid primary key,
  course_id uuid not null references course,
  full_name text not null,
  match_key text not null,
  birth_date date,
  birth_year integer,
  workplace text,
  position text
);

create table roster_version (
  id uuid primary key,
  course_id uuid not null references course,
  document_id uuid not null references document,
  version integer not null,
  effective_at timestamptz not null,
  confirmed_by text not null,
  created_at timestamptz not null,
  unique (course_id, version)
);

create table roster_entry (
  roster_version_id uuid not null references roster_version,
  trainee_id uuid not null references trainee,
  ordinal integer not null,
  primary key (roster_version_id, trainee_id),
  unique (roster_version_id, ordinal)
);

create table chart_version (
  id uuid primary key,
  course_id uuid not null references course,
  room_id uuid not null references room,
  document_id uuid not null references document,
  version integer not null,
  effective_at timestamptz not null,
  viewpoint text not null check (viewpoint in ('teacher', 'class')),
  front text not null check (front in ('top', 'bottom')),
  row_count integer not null,
  column_count integer not null,
  -- Seat columns with an aisle between them and the next.
  aisles_after integer[] not null,
  confirmed_by text not null,
  created_at timestamptz not null,
  unique (course_id, room_id, version)
);

create table chart_seat (
  chart_version_id uuid not null references chart_version,
  seat_row integer not null,
  seat_column integer not null,
  trainee_id uuid references trainee,
  primary key (chart_version_id, seat_row, seat_column),
  unique (chart_version_id, trainee_id)
);

create table timetable_version (
  id uuid primary key,
  course_id uuid not null references course,
  document_id uuid not null references document,
  version integer not null,
  effective_at timestamptz not null,
  confirmed_by text not null,
  created_at timestamptz not null,
  unique (course_id, version)
);

create table session (
  id uuid primary key,
  course_id uuid not null references course,
  timetable_version_id uuid not null references timetable_version,
  room_id uuid not null references room,
  day date not null,
  shift text not null check (shift in ('morning', 'afternoon', 'evening')),
  topic text not null,
  lecturer text,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- services/types.ts SessionFrame, instants as ISO strings.
  frame jsonb not null,
  status text not null check (status in ('scheduled', 'cancelled', 'closed')),
  preflight_at timestamptz not null,
  preflight_done_at timestamptz,
  closed_at timestamptz,
  check (ends_at > starts_at)
);
-- One living session per course, day and shift; a cancelled one leaves room for its replacement.
create unique index session_identity on session (course_id, day, shift) where status <> 'cancelled';
create index session_by_start on session (starts_at) where status = 'scheduled';

-- The seed is secret until the session is over; the commitment says it was drawn before.
create table capture_plan (
  id uuid primary key,
  session_id uuid not null references session,
  plan_no integer not null,
  commitment text not null,
  seed_sealed bytea not null,
  -- What the instants were drawn from, so that anybody can recompute them: frame, rules, from.
  drawn_from jsonb not null,
  rule_version_id uuid not null references rule_version,
  planned_at timestamptz not null,
  superseded_at timestamptz,
  -- A round that failed or was missed gets a replacement drawn by a plan of its own.
  replaces_round_id uuid,
  revealed_seed bytea,
  revealed_at timestamptz,
  -- Set when fewer rounds than the rules want could be planned.
  shortfall jsonb,
  unique (session_id, plan_no)
);
create unique index capture_plan_in_force on capture_plan (session_id)
  where superseded_at is null and replaces_round_id is null;
create unique index capture_plan_replaces_once on capture_plan (replaces_round_id);

create table round (
  id uuid primary key,
  session_id uuid not null references session,
  plan_id uuid not null references capture_plan,
  ordinal integer not null,
  half integer not null check (half in (1, 2)),
  due_at timestamptz not null,
  -- due → captured → recognised; or failed (re-planned), missed (nobody was running), withdrawn (re-planned before its time).
  status text not null check (status in ('due', 'captured', 'recognised', 'failed', 'missed', 'withdrawn')),
  captured_at timestamptz,
  recognised_at timestamptz,
  reason jsonb,
  unique (plan_id, ordinal)
);
alter table capture_plan add foreign key (replaces_round_id) references round;
create index round_unfinished on round (due_at) where status in ('due', 'captured');
create index round_by_session on round (session_id);

create table archive_object (
  object_id uuid primary key,
  sha256 text not null unique,
  bytes bigint not null,
  wrapped_key bytea not null,
  commitment text not null,
  commitment_salt bytea not null,
  -- From this instant destruction may be proposed; never earlier (N Đ6).
  retain_until timestamptz not null,
  stored_at timestamptz not null
);
alter table document add foreign key (object_id) references archive_object;

create table snapshot (
  id uuid primary key,
  session_id uuid not null references session,
  -- Null for a pre-flight picture of the room before the session.
  round_id uuid references round,
  camera_id uuid not null references camera,
  burst_index integer not null,
  object_id uuid not null unique references archive_object,
  -- SHA-256 of the picture as received; notices a frozen camera.
  plain_sha256 text not null,
  taken_at timestamptz not null,
  width_px integer not null,
  height_px integer not null,
  route text not null check (route in ('onvif-snapshot', 'rtsp', 'upload')),
  clock_skew_ms integer,
  officer_id uuid references officer,
  rule_version_id uuid not null references rule_version
);
create unique index snapshot_once on snapshot (round_id, camera_id, burst_index) where round_id is not null;
create unique index snapshot_preflight_once on snapshot (session_id, camera_id, burst_index) where round_id is null;
create index snapshot_by_camera on snapshot (camera_id, taken_at desc);

-- A missing picture is an event too.
create table gap (
  id uuid primary key,
  session_id uuid not null references session,
  round_id uuid references round,
  camera_id uuid not null references camera,
  burst_index integer not null,
  reason text not null,
  detail text not null,
  noticed_at timestamptz not null
);
create unique index gap_once on gap (round_id, camera_id, burst_index) where round_id is not null;
create unique index gap_preflight_once on gap (session_id, camera_id, burst_index) where round_id is null;

-- A face is a place in a picture and how well it shows; no embedding of it is kept.
create table face (
  id uuid primary key,
  snapshot_id uuid not null references snapshot,
  x real not null,
  y real not null,
  width real not null,
  height real not null,
  score real not null,
  quality jsonb not null,
  pack_id text not null
);
create index face_by_snapshot on face (snapshot_id);

-- A photograph to enrol from; judged once by the quality gate.
create table portrait (
  id uuid primary key,
  trainee_id uuid not null references trainee,
  object_id uuid not null unique references archive_object,
  plain_sha256 text not null,
  source text not null check (source in ('roster-portrait', 'folder', 'session')),
  received_at timestamptz not null,
  confirmed_by text not null,
  judged_at timestamptz,
  -- Why the gate refused it, in reason codes; null when it became a template.
  refusal jsonb,
  unique (trainee_id, plain_sha256)
);
create index portrait_to_judge on portrait (received_at) where judged_at is null;

-- Erasing a person's key erases every template sealed under it.
create table person_key (
  trainee_id uuid primary key references trainee,
  key_sealed bytea,
  destroyed_at timestamptz
);

create table template (
  id uuid primary key,
  trainee_id uuid not null references trainee,
  pack_id text not null,
  portrait_id uuid not null references portrait,
  vector_sealed bytea not null,
  quality jsonb not null,
  enrolled_at timestamptz not null,
  unique (portrait_id, pack_id)
);
create index template_by_trainee on template (trainee_id, pack_id);

create table mark (
  id uuid primary key,
  round_id uuid not null references round,
  trainee_id uuid not null references trainee,
  -- 1 for the first recognition; a replay adds the next number and changes nothing.
  run integer not null,
  outcome text not null check (outcome in ('present', 'absent', 'not-observable', 'review')),
  seating text not null check (seating in ('own-seat', 'off-seat', 'unknown')),
  observed_seat jsonb,
  confidence real not null,
  reasons jsonb not null,
  alternatives jsonb not null,
  evidence jsonb not null,
  pack_id text not null,
  rule_version_id uuid not null references rule_version,
  roster_version_id uuid not null references roster_version,
  chart_version_id uuid references chart_version,
  made_at timestamptz not null,
  unique (round_id, trainee_id, run)
);
create index mark_by_trainee on mark (trainee_id);

create table stranger (
  id uuid primary key,
  round_id uuid not null references round,
  snapshot_id uuid not null references snapshot,
  run integer not null,
  kind text not null check (kind in ('stranger', 'other-course', 'front-zone')),
  box jsonb not null,
  near_seat jsonb,
  -- The absent owner of the seat this face sits in.
  proxy_for uuid references trainee,
  -- Who it is, when a trainee of another course: {"traineeId", "courseId", "similarity"}.
  identity jsonb,
  reasons jsonb not null
);
create index stranger_by_round on stranger (round_id);

create table leave_request (
  id uuid primary key,
  trainee_id uuid not null references trainee,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text not null,
  document_id uuid references document,
  status text not null check (status in ('requested', 'approved', 'refused')),
  decided_by text,
  decided_at timestamptz,
  check (ends_at > starts_at),
  -- L Đ9.9: no approval without the certified request attached.
  check (status <> 'approved' or (document_id is not null and decided_by is not null))
);

create table correction (
  id uuid primary key,
  session_id uuid not null references session,
  -- Null when the person decides on the whole session.
  round_id uuid references round,
  trainee_id uuid not null references trainee,
  outcome text not null check (outcome in ('present', 'absent', 'excused', 'not-observable', 'review')),
  made_by text not null,
  why text not null check (length(trim(why)) > 0),
  made_at timestamptz not null
);

create table session_mark (
  id uuid primary key,
  session_id uuid not null references session,
  trainee_id uuid not null references trainee,
  run integer not null,
  outcome text not null check (outcome in ('present', 'absent', 'excused', 'not-observable', 'review')),
  -- What the machine said when a person's correction or a leave decided otherwise.
  machine_outcome text not null,
  seating text not null check (seating in ('own-seat', 'off-seat', 'unknown')),
  reasons jsonb not null,
  mark_ids uuid[] not null,
  rule_version_id uuid not null references rule_version,
  made_at timestamptz not null,
  unique (session_id, trainee_id, run)
);
create index session_mark_by_trainee on session_mark (trainee_id);

create table report (
  id uuid primary key,
  course_id uuid not null references course,
  exam_id uuid not null references exam,
  kind text not null check (kind in ('mid', 'final')),
  version integer not null,
  due_at timestamptz not null,
  status text not null check (status in ('due', 'draft', 'superseded')),
  data_cut_at timestamptz,
  figures jsonb,
  built_at timestamptz,
  unique (exam_id, version)
);
create index report_due on report (due_at) where status = 'due';

create table report_file (
  report_id uuid not null references report,
  format text not null check (format in ('docx', 'xlsx')),
  object_id uuid not null references archive_object,
  -- SHA-256 of the file as given out; never re-rendered to check.
  sha256 text not null,
  file_name text not null,
  primary key (report_id, format)
);

-- A standing trouble somebody must see: camera down, disk low, round missed.
create table alarm (
  id uuid primary key,
  code text not null,
  subject text not null,
  detail jsonb not null,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create unique index alarm_open on alarm (code, subject) where closed_at is null;

-- One line per event, without names; the tree and its checkpoints stand on it.
create table archive_log (
  seq bigint generated always as identity primary key,
  at timestamptz not null,
  line text not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are evidence: they are only ever added', tg_table_name;
end $$;

create trigger mark_is_evidence before update or delete on mark for each row execute function refuse_change();
create trigger session_mark_is_evidence before update or delete on session_mark for each row execute function refuse_change();
create trigger correction_is_evidence before update or delete on correction for each row execute function refuse_change();
create trigger snapshot_is_evidence before update or delete on snapshot for each row execute function refuse_change();
create trigger gap_is_evidence before update or delete on gap for each row execute function refuse_change();
create trigger archive_log_is_evidence before update or delete on archive_log for each row execute function refuse_change();
