-- Made by db/generate.ts from db/migrations; read it, do not edit it.

create table alarm (
  id uuid not null,
  code text not null,
  subject text not null,
  detail jsonb not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint alarm_pkey PRIMARY KEY (id)
);

create table analysis (
  snapshot_id uuid not null,
  pack_id text not null,
  seat_differences jsonb,
  analysed_at timestamp with time zone not null,
  constraint analysis_pkey PRIMARY KEY (snapshot_id, pack_id),
  constraint analysis_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES model_pack(id),
  constraint analysis_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
);

create table archive_access (
  id uuid not null,
  kind text not null,
  made_by text not null,
  purpose text not null,
  scope jsonb not null,
  salt bytea not null,
  made_at timestamp with time zone not null,
  constraint archive_access_pkey PRIMARY KEY (id),
  constraint archive_access_kind_check CHECK ((kind = ANY (ARRAY['view'::text, 'export'::text]))),
  constraint archive_access_purpose_check CHECK ((length(TRIM(BOTH FROM purpose)) > 0))
);

create table archive_log (
  seq bigint generated always as identity not null,
  at timestamp with time zone not null,
  line text not null,
  about uuid,
  constraint archive_log_pkey PRIMARY KEY (seq)
);

create table archive_object (
  object_id uuid not null,
  sha256 text not null,
  bytes bigint not null,
  wrapped_key bytea not null,
  commitment text not null,
  commitment_salt bytea not null,
  retain_until timestamp with time zone not null,
  stored_at timestamp with time zone not null,
  second_kept_until timestamp with time zone,
  destroyed_at timestamp with time zone,
  constraint archive_object_pkey PRIMARY KEY (object_id),
  constraint archive_object_key_until_destroyed CHECK (((destroyed_at IS NULL) = (length(wrapped_key) > 0)))
);

create table archive_place (
  only_one boolean default true not null,
  archive_id uuid not null,
  second_place text,
  noted_at timestamp with time zone not null,
  constraint archive_place_pkey PRIMARY KEY (only_one),
  constraint archive_place_only_one_check CHECK (only_one)
);

create table archive_trouble (
  id uuid not null,
  sha256 text not null,
  object_id uuid,
  store text not null,
  kind text not null,
  found_at timestamp with time zone not null,
  repaired_at timestamp with time zone,
  constraint archive_trouble_pkey PRIMARY KEY (id),
  constraint archive_trouble_kind_check CHECK ((kind = ANY (ARRAY['missing'::text, 'altered'::text, 'without-row'::text, 'unlisted'::text, 'named-twice'::text]))),
  constraint archive_trouble_store_check CHECK ((store = ANY (ARRAY['first'::text, 'second'::text]))),
  constraint archive_trouble_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id)
);

create table camera (
  id uuid not null,
  room_id uuid not null,
  code text not null,
  host text not null,
  port integer not null,
  secure boolean default false not null,
  username text not null,
  password_sealed bytea not null,
  preset_token text,
  constraint camera_pkey PRIMARY KEY (id),
  constraint camera_room_id_code_key UNIQUE (room_id, code),
  constraint camera_port_check CHECK (((port >= 1) AND (port <= 65535))),
  constraint camera_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id)
);

create table camera_view (
  id uuid not null,
  camera_id uuid not null,
  effective_at timestamp with time zone not null,
  width_px integer not null,
  height_px integer not null,
  marked_seats jsonb not null,
  face_per_column_pitch real not null,
  front_zone jsonb,
  source text default 'institution'::text not null,
  confirmed_by text,
  refines uuid,
  seen_seats jsonb not null,
  seat_sights jsonb not null,
  constraint camera_view_pkey PRIMARY KEY (id),
  constraint camera_view_camera_id_effective_at_key UNIQUE (camera_id, effective_at),
  constraint camera_view_machine_refines CHECK (((source = 'machine'::text) = (refines IS NOT NULL))),
  constraint camera_view_source_check CHECK ((source = ANY (ARRAY['institution'::text, 'officer'::text, 'machine'::text]))),
  constraint camera_view_camera_id_fkey FOREIGN KEY (camera_id) REFERENCES camera(id),
  constraint camera_view_refines_fkey FOREIGN KEY (refines) REFERENCES camera_view(id)
);

create table campus (
  id uuid not null,
  code text not null,
  name text not null,
  time_zone text not null,
  constraint campus_pkey PRIMARY KEY (id),
  constraint campus_code_key UNIQUE (code)
);

create table cannot_link (
  trainee_id uuid not null,
  kept_person_id uuid not null,
  said_by text not null,
  said_at timestamp with time zone not null,
  constraint cannot_link_pkey PRIMARY KEY (trainee_id, kept_person_id),
  constraint cannot_link_kept_person_id_fkey FOREIGN KEY (kept_person_id) REFERENCES kept_person(id) ON DELETE CASCADE,
  constraint cannot_link_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table capture_plan (
  id uuid not null,
  session_id uuid not null,
  plan_no integer not null,
  commitment text not null,
  seed_sealed bytea not null,
  drawn_from jsonb not null,
  rule_version_id uuid not null,
  planned_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  replaces_round_id uuid,
  revealed_seed bytea,
  revealed_at timestamp with time zone,
  shortfall jsonb,
  constraint capture_plan_pkey PRIMARY KEY (id),
  constraint capture_plan_session_id_plan_no_key UNIQUE (session_id, plan_no),
  constraint capture_plan_replaces_round_id_fkey FOREIGN KEY (replaces_round_id) REFERENCES round(id),
  constraint capture_plan_rule_version_id_fkey FOREIGN KEY (rule_version_id) REFERENCES rule_version(id),
  constraint capture_plan_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table chart_seat (
  chart_version_id uuid not null,
  seat_row integer not null,
  seat_column integer not null,
  trainee_id uuid,
  constraint chart_seat_pkey PRIMARY KEY (chart_version_id, seat_row, seat_column),
  constraint chart_seat_chart_version_id_trainee_id_key UNIQUE (chart_version_id, trainee_id),
  constraint chart_seat_chart_version_id_fkey FOREIGN KEY (chart_version_id) REFERENCES chart_version(id),
  constraint chart_seat_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table chart_version (
  id uuid not null,
  course_id uuid not null,
  room_id uuid not null,
  document_id uuid not null,
  version integer not null,
  effective_at timestamp with time zone not null,
  viewpoint text not null,
  front text not null,
  row_count integer not null,
  column_count integer not null,
  aisles_after integer[] not null,
  confirmed_by text not null,
  created_at timestamp with time zone not null,
  seats_per_desk integer,
  constraint chart_version_pkey PRIMARY KEY (id),
  constraint chart_version_course_id_room_id_version_key UNIQUE (course_id, room_id, version),
  constraint chart_version_front_check CHECK ((front = ANY (ARRAY['top'::text, 'bottom'::text, 'left'::text, 'right'::text]))),
  constraint chart_version_seats_per_desk_check CHECK ((seats_per_desk = ANY (ARRAY[1, 2]))),
  constraint chart_version_viewpoint_check CHECK ((viewpoint = ANY (ARRAY['teacher'::text, 'class'::text]))),
  constraint chart_version_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint chart_version_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id),
  constraint chart_version_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id)
);

create table clock_day (
  day date not null,
  seen_at timestamp with time zone not null,
  constraint clock_day_pkey PRIMARY KEY (day)
);

create table consent_withdrawal (
  id uuid not null,
  trainee_id uuid not null,
  made_by text not null,
  why text not null,
  made_at timestamp with time zone not null,
  salt bytea not null,
  constraint consent_withdrawal_pkey PRIMARY KEY (id),
  constraint consent_withdrawal_why_check CHECK ((length(TRIM(BOTH FROM why)) > 0)),
  constraint consent_withdrawal_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table correction (
  id uuid not null,
  session_id uuid not null,
  round_id uuid,
  trainee_id uuid not null,
  outcome text,
  made_by text not null,
  why text not null,
  made_at timestamp with time zone not null,
  salt bytea,
  withdraws uuid,
  seq bigint generated always as identity not null,
  constraint correction_pkey PRIMARY KEY (id),
  constraint correction_withdraws_key UNIQUE (withdraws),
  constraint correction_decides_or_withdraws CHECK (((outcome IS NULL) = (withdraws IS NOT NULL))),
  constraint correction_outcome_check CHECK ((outcome = ANY (ARRAY['present'::text, 'absent'::text, 'excused'::text, 'not-observable'::text, 'review'::text]))),
  constraint correction_why_check CHECK ((length(TRIM(BOTH FROM why)) > 0)),
  constraint correction_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id),
  constraint correction_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id),
  constraint correction_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id),
  constraint correction_withdraws_fkey FOREIGN KEY (withdraws) REFERENCES correction(id)
);

create table course (
  id uuid not null,
  campus_id uuid not null,
  unit_id uuid not null,
  code text not null,
  name text not null,
  decision_number text,
  decision_date date,
  starts_on date not null,
  ends_on date not null,
  duty_officer_id uuid,
  class_manager_id uuid,
  place text,
  typed_fields text[] default '{}'::text[] not null,
  typed_by text,
  constraint course_pkey PRIMARY KEY (id),
  constraint course_code_key UNIQUE (code),
  constraint course_check CHECK ((ends_on >= starts_on)),
  constraint course_typed_has_author CHECK (((cardinality(typed_fields) = 0) OR (typed_by IS NOT NULL))),
  constraint course_campus_id_fkey FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint course_class_manager_id_fkey FOREIGN KEY (class_manager_id) REFERENCES officer(id),
  constraint course_duty_officer_id_fkey FOREIGN KEY (duty_officer_id) REFERENCES officer(id),
  constraint course_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id)
);

create table course_check (
  course_id uuid not null,
  checked_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  constraint course_check_pkey PRIMARY KEY (course_id),
  constraint course_check_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table course_reminder (
  course_id uuid not null,
  item text not null,
  days_before integer not null,
  made_at timestamp with time zone not null,
  part text default ''::text not null,
  constraint course_reminder_pkey PRIMARY KEY (course_id, item, part, days_before),
  constraint course_reminder_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table course_retention (
  id uuid not null,
  course_id uuid not null,
  class_name text not null,
  years integer,
  decided_by text not null,
  minute_number text not null,
  decided_at timestamp with time zone not null,
  salt bytea,
  constraint course_retention_pkey PRIMARY KEY (id),
  constraint course_retention_class_name_check CHECK ((length(TRIM(BOTH FROM class_name)) > 0)),
  constraint course_retention_decided_by_check CHECK ((length(TRIM(BOTH FROM decided_by)) > 0)),
  constraint course_retention_minute_number_check CHECK ((length(TRIM(BOTH FROM minute_number)) > 0)),
  constraint course_retention_years_check CHECK (((years >= 1) AND (years <= 200))),
  constraint course_retention_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table decision_version (
  sha256 text not null,
  content jsonb not null,
  first_used_at timestamp with time zone not null,
  constraint decision_version_pkey PRIMARY KEY (sha256),
  constraint decision_version_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

create table device_share (
  id uuid not null,
  course_id uuid not null,
  one_id uuid not null,
  other_id uuid not null,
  from_at timestamp with time zone not null,
  declared_by text not null,
  declared_at timestamp with time zone not null,
  until_at timestamp with time zone,
  ended_by text,
  salt bytea not null,
  constraint device_share_pkey PRIMARY KEY (id),
  constraint device_share_check CHECK ((one_id <> other_id)),
  constraint device_share_check1 CHECK ((until_at > from_at)),
  constraint device_share_check2 CHECK (((until_at IS NULL) = (ended_by IS NULL))),
  constraint device_share_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint device_share_one_id_fkey FOREIGN KEY (one_id) REFERENCES trainee(id),
  constraint device_share_other_id_fkey FOREIGN KEY (other_id) REFERENCES trainee(id)
);

create table disposal (
  id uuid not null,
  proposed_at timestamp with time zone not null,
  list_sha256 text not null,
  objects integer not null,
  bytes bigint not null,
  status text not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  minutes_object_id uuid,
  salt bytea,
  constraint disposal_pkey PRIMARY KEY (id),
  constraint disposal_status_check CHECK ((status = ANY (ARRAY['proposed'::text, 'running'::text, 'done'::text, 'withdrawn'::text]))),
  constraint disposal_minutes_object_id_fkey FOREIGN KEY (minutes_object_id) REFERENCES archive_object(object_id)
);

create table disposal_approval (
  disposal_id uuid not null,
  approver text not null,
  approver_key text not null,
  minute_number text not null,
  list_sha256 text not null,
  approved_at timestamp with time zone not null,
  constraint disposal_approval_pkey PRIMARY KEY (disposal_id, approver_key),
  constraint disposal_approval_approver_check CHECK ((length(TRIM(BOTH FROM approver)) > 0)),
  constraint disposal_approval_minute_number_check CHECK ((length(TRIM(BOTH FROM minute_number)) > 0)),
  constraint disposal_approval_disposal_id_fkey FOREIGN KEY (disposal_id) REFERENCES disposal(id)
);

create table disposal_item (
  disposal_id uuid not null,
  object_id uuid not null,
  course_id uuid not null,
  kind text not null,
  sha256 text not null,
  bytes bigint not null,
  retain_until timestamp with time zone not null,
  constraint disposal_item_pkey PRIMARY KEY (disposal_id, object_id),
  constraint disposal_item_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint disposal_item_disposal_id_fkey FOREIGN KEY (disposal_id) REFERENCES disposal(id),
  constraint disposal_item_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id)
);

create table document (
  id uuid not null,
  course_id uuid not null,
  kind text not null,
  file_name text not null,
  sha256 text not null,
  object_id uuid not null,
  received_at timestamp with time zone not null,
  received_from text not null,
  constraint document_pkey PRIMARY KEY (id),
  constraint document_course_id_kind_sha256_key UNIQUE (course_id, kind, sha256),
  constraint document_kind_check CHECK ((kind = ANY (ARRAY['roster'::text, 'chart'::text, 'timetable'::text, 'decision'::text, 'leave'::text, 'online-attendance'::text]))),
  constraint document_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint document_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id)
);

create table exam (
  id uuid not null,
  course_id uuid not null,
  kind text not null,
  starts_at timestamp with time zone not null,
  constraint exam_pkey PRIMARY KEY (id),
  constraint exam_course_id_kind_starts_at_key UNIQUE (course_id, kind, starts_at),
  constraint exam_kind_check CHECK ((kind = ANY (ARRAY['mid'::text, 'final'::text]))),
  constraint exam_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table face (
  id uuid not null,
  snapshot_id uuid not null,
  x real not null,
  y real not null,
  width real not null,
  height real not null,
  score real not null,
  quality jsonb not null,
  pack_id text not null,
  landmarks jsonb not null,
  constraint face_pkey PRIMARY KEY (id),
  constraint face_id_pack_id_key UNIQUE (id, pack_id),
  constraint face_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id),
  constraint face_snapshot_id_pack_id_fkey FOREIGN KEY (snapshot_id, pack_id) REFERENCES analysis(snapshot_id, pack_id)
);

create table face_collection (
  id uuid not null,
  course_id uuid not null,
  basis text not null,
  opened_by text not null,
  opened_at timestamp with time zone not null,
  closes_at timestamp with time zone not null,
  sessions_wanted integer not null,
  key_sealed bytea,
  ended_at timestamp with time zone,
  sessions_kept integer default 0 not null,
  constraint face_collection_pkey PRIMARY KEY (id),
  constraint face_collection_basis_check CHECK ((length(TRIM(BOTH FROM basis)) > 0)),
  constraint face_collection_check CHECK ((closes_at > opened_at)),
  constraint face_collection_check1 CHECK (((key_sealed IS NULL) = (ended_at IS NOT NULL))),
  constraint face_collection_sessions_kept_check CHECK ((sessions_kept >= 0)),
  constraint face_collection_sessions_wanted_check CHECK (((sessions_wanted >= 1) AND (sessions_wanted <= 12))),
  constraint face_collection_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table fixity_folder (
  shard integer not null,
  first_read_at timestamp with time zone,
  second_read_at timestamp with time zone,
  second_owed boolean default false not null,
  constraint fixity_folder_pkey PRIMARY KEY (shard),
  constraint fixity_folder_shard_check CHECK (((shard >= 0) AND (shard <= 255)))
);

create table fixity_run (
  id uuid not null,
  kind text not null,
  due_at timestamp with time zone not null,
  from_shard integer not null,
  shards integer,
  shards_done integer default 0 not null,
  objects integer default 0 not null,
  bytes bigint default 0 not null,
  troubles integer default 0 not null,
  repaired integer default 0 not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  second_left_out integer default 0 not null,
  constraint fixity_run_pkey PRIMARY KEY (id),
  constraint fixity_run_from_shard_check CHECK (((from_shard >= 0) AND (from_shard <= 255))),
  constraint fixity_run_kind_check CHECK ((kind = ANY (ARRAY['share'::text, 'all'::text]))),
  constraint fixity_run_shards_check CHECK (((shards >= 1) AND (shards <= 256)))
);

create table gap (
  id uuid not null,
  session_id uuid not null,
  round_id uuid,
  camera_id uuid not null,
  burst_index integer not null,
  reason text not null,
  detail text not null,
  noticed_at timestamp with time zone not null,
  constraint gap_pkey PRIMARY KEY (id),
  constraint gap_camera_id_fkey FOREIGN KEY (camera_id) REFERENCES camera(id),
  constraint gap_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id),
  constraint gap_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table kept_person (
  id uuid not null,
  collection_id uuid not null,
  session_id uuid not null,
  pack_id text not null,
  vector_sealed bytea not null,
  effective_px real not null,
  rounds integer not null,
  seat_owners jsonb not null,
  evidence jsonb not null,
  quality jsonb not null,
  trainee_id uuid,
  constraint kept_person_pkey PRIMARY KEY (id),
  constraint kept_person_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES face_collection(id),
  constraint kept_person_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES model_pack(id),
  constraint kept_person_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id),
  constraint kept_person_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table late_input (
  course_id uuid not null,
  item text not null,
  part text not null,
  unit_id uuid not null,
  deadline timestamp with time zone not null,
  article text not null,
  noted_at timestamp with time zone not null,
  arrived_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  constraint late_input_pkey PRIMARY KEY (course_id, item, part),
  constraint late_input_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint late_input_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id)
);

create table leave_request (
  id uuid not null,
  trainee_id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  reason text not null,
  document_id uuid,
  status text not null,
  decided_by text,
  decided_at timestamp with time zone,
  constraint leave_request_pkey PRIMARY KEY (id),
  constraint leave_request_check CHECK ((ends_at > starts_at)),
  constraint leave_request_check1 CHECK (((status <> 'approved'::text) OR ((document_id IS NOT NULL) AND (decided_by IS NOT NULL)))),
  constraint leave_request_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'approved'::text, 'refused'::text]))),
  constraint leave_request_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id),
  constraint leave_request_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table leave_withdrawal (
  id uuid not null,
  leave_id uuid not null,
  made_by text not null,
  why text not null,
  made_at timestamp with time zone not null,
  salt bytea not null,
  constraint leave_withdrawal_pkey PRIMARY KEY (id),
  constraint leave_withdrawal_leave_id_key UNIQUE (leave_id),
  constraint leave_withdrawal_why_check CHECK ((length(TRIM(BOTH FROM why)) > 0)),
  constraint leave_withdrawal_leave_id_fkey FOREIGN KEY (leave_id) REFERENCES leave_request(id)
);

create table legal_hold (
  id uuid not null,
  course_id uuid not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamp with time zone not null,
  lifted_by text,
  lifted_why text,
  lifted_at timestamp with time zone,
  salt bytea,
  lift_salt bytea,
  constraint legal_hold_pkey PRIMARY KEY (id),
  constraint legal_hold_check CHECK ((((lifted_at IS NULL) = (lifted_by IS NULL)) AND ((lifted_at IS NULL) = (lifted_why IS NULL)))),
  constraint legal_hold_placed_by_check CHECK ((length(TRIM(BOTH FROM placed_by)) > 0)),
  constraint legal_hold_reason_check CHECK ((length(TRIM(BOTH FROM reason)) > 0)),
  constraint legal_hold_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table log_checkpoint (
  id uuid not null,
  size bigint not null,
  root bytea not null,
  made_at timestamp with time zone not null,
  reason text not null,
  verifier_key text not null,
  note text not null,
  token_due_at timestamp with time zone,
  token_attempts integer default 0 not null,
  constraint log_checkpoint_pkey PRIMARY KEY (id),
  constraint log_checkpoint_reason_check CHECK ((reason = ANY (ARRAY['daily'::text, 'report'::text, 'export'::text, 'rotation'::text, 'asked'::text]))),
  constraint log_checkpoint_root_check CHECK ((octet_length(root) = 32)),
  constraint log_checkpoint_verifier_key_fkey FOREIGN KEY (verifier_key) REFERENCES log_key(verifier_key)
);

create table log_identity (
  id uuid not null,
  only_one boolean default true not null,
  created_at timestamp with time zone not null,
  constraint log_identity_pkey PRIMARY KEY (id),
  constraint log_identity_only_one_key UNIQUE (only_one),
  constraint log_identity_only_one_check CHECK (only_one)
);

create table log_key (
  verifier_key text not null,
  from_size bigint not null,
  since timestamp with time zone not null,
  rotation_note text,
  constraint log_key_pkey PRIMARY KEY (verifier_key)
);

create table log_leaf (
  leaf_index bigint not null,
  seq bigint not null,
  hash bytea not null,
  constraint log_leaf_pkey PRIMARY KEY (leaf_index),
  constraint log_leaf_seq_key UNIQUE (seq),
  constraint log_leaf_hash_check CHECK ((octet_length(hash) = 32)),
  constraint log_leaf_leaf_index_check CHECK ((leaf_index >= 0)),
  constraint log_leaf_seq_fkey FOREIGN KEY (seq) REFERENCES archive_log(seq)
);

create table log_node (
  level smallint not null,
  node_index bigint not null,
  hash bytea not null,
  constraint log_node_pkey PRIMARY KEY (level, node_index),
  constraint log_node_hash_check CHECK ((octet_length(hash) = 32)),
  constraint log_node_level_check CHECK ((level = ANY (ARRAY[8, 16, 24, 32])))
);

create table log_pending (
  seq bigint not null,
  constraint log_pending_pkey PRIMARY KEY (seq)
);

create table log_token (
  checkpoint_id uuid not null,
  response bytea not null,
  stamped_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  constraint log_token_pkey PRIMARY KEY (checkpoint_id),
  constraint log_token_checkpoint_id_fkey FOREIGN KEY (checkpoint_id) REFERENCES log_checkpoint(id)
);

create table mail (
  id uuid not null,
  message_id text not null,
  content_sha256 text not null,
  object_id uuid not null,
  bytes integer not null,
  kept text not null,
  taken_at timestamp with time zone not null,
  status text not null,
  from_address text,
  from_name text,
  subject text,
  sent_at timestamp with time zone,
  unit_id uuid,
  authentication jsonb,
  reason jsonb,
  course_hint text,
  read_at timestamp with time zone,
  released_by text,
  released_at timestamp with time zone,
  release_why text,
  arrived_at timestamp with time zone,
  unanswered boolean default false not null,
  attempts integer default 0 not null,
  next_try_at timestamp with time zone not null,
  last_error text,
  constraint mail_pkey PRIMARY KEY (id),
  constraint mail_message_id_content_sha256_key UNIQUE (message_id, content_sha256),
  constraint mail_check CHECK (((released_at IS NULL) OR ((released_by IS NOT NULL) AND (length(TRIM(BOTH FROM release_why)) > 0)))),
  constraint mail_kept_check CHECK ((kept = ANY (ARRAY['whole'::text, 'head'::text]))),
  constraint mail_status_check CHECK ((status = ANY (ARRAY['fetched'::text, 'quarantined'::text, 'read'::text]))),
  constraint mail_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id),
  constraint mail_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id)
);

create table mail_attachment (
  mail_id uuid not null,
  "position" integer not null,
  file_name text not null,
  sha256 text not null,
  bytes integer not null,
  inline boolean not null,
  kind text,
  rows_in integer not null,
  understood integer not null,
  reported integer not null,
  problems jsonb not null,
  taken_course_id uuid,
  taken_by text,
  taken_at timestamp with time zone,
  constraint mail_attachment_pkey PRIMARY KEY (mail_id, "position"),
  constraint mail_attachment_kind_check CHECK ((kind = ANY (ARRAY['roster'::text, 'chart'::text, 'timetable'::text, 'decision'::text, 'online-attendance'::text]))),
  constraint mail_attachment_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES mail(id),
  constraint mail_attachment_taken_course_id_fkey FOREIGN KEY (taken_course_id) REFERENCES course(id)
);

create table mail_pending (
  id uuid not null,
  mailbox text not null,
  uid_validity text not null,
  uid bigint not null,
  seen_at timestamp with time zone not null,
  unanswered boolean not null,
  attempts integer default 0 not null,
  next_try_at timestamp with time zone not null,
  last_error text,
  given_up_at timestamp with time zone,
  from_address text,
  subject text,
  arrived_at timestamp with time zone,
  constraint mail_pending_pkey PRIMARY KEY (id),
  constraint mail_pending_mailbox_uid_validity_uid_key UNIQUE (mailbox, uid_validity, uid)
);

create table mail_place (
  mailbox text not null,
  uid_validity text not null,
  uid bigint not null,
  mail_id uuid not null,
  flagged_at timestamp with time zone,
  constraint mail_place_pkey PRIMARY KEY (mailbox, uid_validity, uid),
  constraint mail_place_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES mail(id)
);

create table mailbox_watch (
  mailbox text not null,
  uid_validity text not null,
  account text not null,
  from_uid bigint not null,
  began_at timestamp with time zone not null,
  noted_at timestamp with time zone not null,
  earlier integer not null,
  constraint mailbox_watch_pkey PRIMARY KEY (mailbox, uid_validity)
);

create table mark (
  id uuid not null,
  round_id uuid not null,
  trainee_id uuid not null,
  run integer not null,
  outcome text not null,
  seating text not null,
  observed_seat jsonb,
  confidence real not null,
  reasons jsonb not null,
  alternatives jsonb not null,
  evidence jsonb not null,
  pack_id text not null,
  rule_version_id uuid not null,
  roster_version_id uuid not null,
  chart_version_id uuid,
  made_at timestamp with time zone not null,
  decision text,
  constraint mark_pkey PRIMARY KEY (id),
  constraint mark_round_id_trainee_id_run_key UNIQUE (round_id, trainee_id, run),
  constraint mark_outcome_check CHECK ((outcome = ANY (ARRAY['present'::text, 'absent'::text, 'not-observable'::text, 'review'::text]))),
  constraint mark_seating_check CHECK ((seating = ANY (ARRAY['own-seat'::text, 'off-seat'::text, 'unknown'::text]))),
  constraint mark_chart_version_id_fkey FOREIGN KEY (chart_version_id) REFERENCES chart_version(id),
  constraint mark_decision_fkey FOREIGN KEY (decision) REFERENCES decision_version(sha256),
  constraint mark_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES model_pack(id),
  constraint mark_roster_version_id_fkey FOREIGN KEY (roster_version_id) REFERENCES roster_version(id),
  constraint mark_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id),
  constraint mark_rule_version_id_fkey FOREIGN KEY (rule_version_id) REFERENCES rule_version(id),
  constraint mark_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table model_pack (
  id text not null,
  fingerprint text,
  constraint model_pack_pkey PRIMARY KEY (id),
  constraint model_pack_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text))
);

create table officer (
  id uuid not null,
  full_name text not null,
  role text not null,
  email text,
  constraint officer_pkey PRIMARY KEY (id),
  constraint officer_full_name_role_key UNIQUE (full_name, role),
  constraint officer_role_check CHECK ((role = ANY (ARRAY['it-officer'::text, 'class-manager'::text, 'leader'::text, 'system'::text])))
);

create table online_account (
  course_id uuid not null,
  account text not null,
  trainee_id uuid not null,
  source text not null,
  said_by text not null,
  said_at timestamp with time zone not null,
  constraint online_account_pkey PRIMARY KEY (course_id, account),
  constraint online_account_source_check CHECK ((source = ANY (ARRAY['roster'::text, 'person'::text]))),
  constraint online_account_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint online_account_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table online_link (
  id uuid not null,
  course_id uuid not null,
  version integer not null,
  url text,
  why text,
  set_by text not null,
  set_at timestamp with time zone not null,
  salt bytea not null,
  constraint online_link_pkey PRIMARY KEY (id),
  constraint online_link_course_id_version_key UNIQUE (course_id, version),
  constraint online_link_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table online_person (
  sheet_id uuid not null,
  "position" integer not null,
  shown_name text not null,
  standing text not null,
  trainee_ids uuid[] not null,
  candidate_ids uuid[] not null,
  stays jsonb not null,
  away_seconds integer not null,
  unread_rows integer not null,
  constraint online_person_pkey PRIMARY KEY (sheet_id, "position"),
  constraint online_person_standing_check CHECK ((standing = ANY (ARRAY['trainee'::text, 'staff'::text, 'guest'::text, 'unclear'::text, 'unknown'::text]))),
  constraint online_person_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES online_sheet(id)
);

create table online_session (
  id uuid not null,
  seq bigint generated always as identity not null,
  session_id uuid not null,
  online boolean not null,
  why text not null,
  said_by text not null,
  said_at timestamp with time zone not null,
  salt bytea not null,
  constraint online_session_pkey PRIMARY KEY (id),
  constraint online_session_why_check CHECK ((length(TRIM(BOTH FROM why)) > 0)),
  constraint online_session_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table online_sheet (
  id uuid not null,
  session_id uuid not null,
  document_id uuid not null,
  title text,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  incomplete boolean not null,
  confirmed_by text not null,
  confirmed_at timestamp with time zone not null,
  salt bytea not null,
  constraint online_sheet_pkey PRIMARY KEY (id),
  constraint online_sheet_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id),
  constraint online_sheet_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table online_version (
  id uuid not null,
  session_id uuid not null,
  version integer not null,
  sheet_ids uuid[] not null,
  made_by text not null,
  made_at timestamp with time zone not null,
  constraint online_version_pkey PRIMARY KEY (id),
  constraint online_version_session_id_version_key UNIQUE (session_id, version),
  constraint online_version_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table outbox (
  id uuid not null,
  purpose text not null,
  about text not null,
  recipient text not null,
  message_id text not null,
  in_reply_to text[] not null,
  subject text not null,
  body text not null,
  created_at timestamp with time zone not null,
  next_try_at timestamp with time zone not null,
  attempts integer default 0 not null,
  last_error text,
  sent_at timestamp with time zone,
  given_up_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_message_id_key UNIQUE (message_id),
  constraint outbox_purpose_about_recipient_key UNIQUE (purpose, about, recipient),
  constraint outbox_check CHECK (((sent_at IS NULL) OR (given_up_at IS NULL))),
  constraint outbox_purpose_check CHECK ((purpose = ANY (ARRAY['mail-reply'::text, 'reminder'::text, 'report'::text, 'checkpoint'::text])))
);

create table outbox_file (
  outbox_id uuid not null,
  "position" integer not null,
  object_id uuid not null,
  file_name text not null,
  media_type text not null,
  constraint outbox_file_pkey PRIMARY KEY (outbox_id, "position"),
  constraint outbox_file_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id),
  constraint outbox_file_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES outbox(id)
);

create table paper_reading (
  document_id uuid not null,
  part text not null,
  rows_in integer not null,
  understood integer not null,
  reported integer not null,
  problems jsonb not null,
  constraint paper_reading_pkey PRIMARY KEY (document_id, part),
  constraint paper_reading_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
);

create table person_key (
  trainee_id uuid not null,
  key_sealed bytea,
  destroyed_at timestamp with time zone,
  noted_at timestamp with time zone,
  constraint person_key_pkey PRIMARY KEY (trainee_id),
  constraint person_key_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table portrait (
  id uuid not null,
  trainee_id uuid not null,
  object_id uuid not null,
  plain_sha256 text not null,
  source text not null,
  received_at timestamp with time zone not null,
  confirmed_by text not null,
  judged_at timestamp with time zone,
  refusal jsonb,
  accepted_by text,
  accepted_why text,
  constraint portrait_pkey PRIMARY KEY (id),
  constraint portrait_object_id_key UNIQUE (object_id),
  constraint portrait_trainee_id_plain_sha256_key UNIQUE (trainee_id, plain_sha256),
  constraint portrait_acceptance_has_reason CHECK ((((accepted_by IS NULL) = (accepted_why IS NULL)) AND ((accepted_why IS NULL) OR (length(TRIM(BOTH FROM accepted_why)) > 0)))),
  constraint portrait_source_check CHECK ((source = ANY (ARRAY['roster-portrait'::text, 'folder'::text, 'session'::text]))),
  constraint portrait_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id),
  constraint portrait_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table probe_embedding (
  face_id uuid not null,
  session_id uuid not null,
  vector_sealed bytea not null,
  pack_id text not null,
  constraint probe_embedding_pkey PRIMARY KEY (face_id),
  constraint probe_embedding_face_id_pack_id_fkey FOREIGN KEY (face_id, pack_id) REFERENCES face(id, pack_id),
  constraint probe_embedding_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table report (
  id uuid not null,
  course_id uuid not null,
  exam_id uuid not null,
  kind text not null,
  version integer not null,
  due_at timestamp with time zone not null,
  status text not null,
  data_cut_at timestamp with time zone,
  figures jsonb,
  built_at timestamp with time zone,
  exam_starts_at timestamp with time zone,
  constraint report_pkey PRIMARY KEY (id),
  constraint report_exam_id_version_key UNIQUE (exam_id, version),
  constraint report_kind_check CHECK ((kind = ANY (ARRAY['mid'::text, 'final'::text]))),
  constraint report_status_check CHECK ((status = ANY (ARRAY['due'::text, 'draft'::text, 'superseded'::text]))),
  constraint report_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint report_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES exam(id)
);

create table report_file (
  report_id uuid not null,
  format text not null,
  object_id uuid not null,
  sha256 text not null,
  file_name text not null,
  constraint report_file_pkey PRIMARY KEY (report_id, format),
  constraint report_file_format_check CHECK ((format = ANY (ARRAY['docx'::text, 'xlsx'::text]))),
  constraint report_file_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id),
  constraint report_file_report_id_fkey FOREIGN KEY (report_id) REFERENCES report(id)
);

create table room (
  id uuid not null,
  campus_id uuid not null,
  code text not null,
  name text not null,
  online boolean default false not null,
  constraint room_pkey PRIMARY KEY (id),
  constraint room_campus_id_code_key UNIQUE (campus_id, code),
  constraint room_campus_id_fkey FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table roster_entry (
  roster_version_id uuid not null,
  trainee_id uuid not null,
  ordinal integer not null,
  listed jsonb not null,
  answered text,
  constraint roster_entry_pkey PRIMARY KEY (roster_version_id, trainee_id),
  constraint roster_entry_roster_version_id_ordinal_key UNIQUE (roster_version_id, ordinal),
  constraint roster_entry_answered_check CHECK ((answered = ANY (ARRAY['same'::text, 'new'::text]))),
  constraint roster_entry_roster_version_id_fkey FOREIGN KEY (roster_version_id) REFERENCES roster_version(id),
  constraint roster_entry_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table roster_version (
  id uuid not null,
  course_id uuid not null,
  document_id uuid not null,
  version integer not null,
  effective_at timestamp with time zone not null,
  confirmed_by text not null,
  created_at timestamp with time zone not null,
  constraint roster_version_pkey PRIMARY KEY (id),
  constraint roster_version_course_id_version_key UNIQUE (course_id, version),
  constraint roster_version_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint roster_version_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
);

create table round (
  id uuid not null,
  session_id uuid not null,
  plan_id uuid not null,
  ordinal integer not null,
  half integer not null,
  due_at timestamp with time zone not null,
  status text not null,
  captured_at timestamp with time zone,
  recognised_at timestamp with time zone,
  reason jsonb,
  constraint round_pkey PRIMARY KEY (id),
  constraint round_plan_id_ordinal_key UNIQUE (plan_id, ordinal),
  constraint round_half_check CHECK ((half = ANY (ARRAY[1, 2]))),
  constraint round_status_check CHECK ((status = ANY (ARRAY['due'::text, 'captured'::text, 'recognised'::text, 'failed'::text, 'missed'::text, 'withdrawn'::text]))),
  constraint round_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES capture_plan(id),
  constraint round_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table round_run (
  round_id uuid not null,
  run integer not null,
  made_at timestamp with time zone not null,
  constraint round_run_pkey PRIMARY KEY (round_id, run),
  constraint round_run_run_check CHECK ((run > 0)),
  constraint round_run_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id)
);

create table rule_version (
  id uuid not null,
  version integer not null,
  effective_at timestamp with time zone not null,
  approved_by text not null,
  approved_on date not null,
  rules jsonb not null,
  constraint rule_version_pkey PRIMARY KEY (id),
  constraint rule_version_version_key UNIQUE (version)
);

create table session (
  id uuid not null,
  course_id uuid not null,
  timetable_version_id uuid not null,
  room_id uuid not null,
  day date not null,
  shift text not null,
  topic text not null,
  lecturer text,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  frame jsonb not null,
  status text not null,
  preflight_at timestamp with time zone not null,
  preflight_done_at timestamp with time zone,
  closed_at timestamp with time zone,
  room_reviewed_at timestamp with time zone,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_check CHECK ((ends_at > starts_at)),
  constraint session_shift_check CHECK ((shift = ANY (ARRAY['morning'::text, 'afternoon'::text, 'evening'::text]))),
  constraint session_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'cancelled'::text, 'closed'::text]))),
  constraint session_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint session_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id),
  constraint session_timetable_version_id_fkey FOREIGN KEY (timetable_version_id) REFERENCES timetable_version(id)
);

create table session_mark (
  id uuid not null,
  session_id uuid not null,
  trainee_id uuid not null,
  run integer not null,
  outcome text not null,
  machine_outcome text not null,
  seating text not null,
  reasons jsonb not null,
  mark_ids uuid[] not null,
  rule_version_id uuid not null,
  made_at timestamp with time zone not null,
  constraint session_mark_pkey PRIMARY KEY (id),
  constraint session_mark_session_id_trainee_id_run_key UNIQUE (session_id, trainee_id, run),
  constraint session_mark_outcome_check CHECK ((outcome = ANY (ARRAY['present'::text, 'absent'::text, 'excused'::text, 'not-observable'::text, 'review'::text]))),
  constraint session_mark_seating_check CHECK ((seating = ANY (ARRAY['own-seat'::text, 'off-seat'::text, 'unknown'::text]))),
  constraint session_mark_rule_version_id_fkey FOREIGN KEY (rule_version_id) REFERENCES rule_version(id),
  constraint session_mark_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id),
  constraint session_mark_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table snapshot (
  id uuid not null,
  session_id uuid not null,
  round_id uuid,
  camera_id uuid not null,
  burst_index integer not null,
  object_id uuid not null,
  plain_sha256 text not null,
  taken_at timestamp with time zone not null,
  width_px integer not null,
  height_px integer not null,
  route text not null,
  clock_skew_ms integer,
  officer_id uuid,
  rule_version_id uuid not null,
  constraint snapshot_pkey PRIMARY KEY (id),
  constraint snapshot_object_id_key UNIQUE (object_id),
  constraint snapshot_route_check CHECK ((route = ANY (ARRAY['onvif-snapshot'::text, 'rtsp'::text, 'upload'::text]))),
  constraint snapshot_camera_id_fkey FOREIGN KEY (camera_id) REFERENCES camera(id),
  constraint snapshot_object_id_fkey FOREIGN KEY (object_id) REFERENCES archive_object(object_id),
  constraint snapshot_officer_id_fkey FOREIGN KEY (officer_id) REFERENCES officer(id),
  constraint snapshot_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id),
  constraint snapshot_rule_version_id_fkey FOREIGN KEY (rule_version_id) REFERENCES rule_version(id),
  constraint snapshot_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);

create table store_room (
  store text not null,
  free_bytes bigint not null,
  measured_at timestamp with time zone not null,
  constraint store_room_pkey PRIMARY KEY (store),
  constraint store_room_store_check CHECK ((store = ANY (ARRAY['first'::text, 'second'::text])))
);

create table stranger (
  id uuid not null,
  round_id uuid not null,
  snapshot_id uuid not null,
  run integer not null,
  kind text not null,
  box jsonb not null,
  near_seat jsonb,
  proxy_for uuid,
  identity jsonb,
  reasons jsonb not null,
  constraint stranger_pkey PRIMARY KEY (id),
  constraint stranger_kind_check CHECK ((kind = ANY (ARRAY['stranger'::text, 'other-course'::text, 'front-zone'::text]))),
  constraint stranger_proxy_for_fkey FOREIGN KEY (proxy_for) REFERENCES trainee(id),
  constraint stranger_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(id),
  constraint stranger_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
);

create table template (
  id uuid not null,
  trainee_id uuid not null,
  pack_id text not null,
  portrait_id uuid not null,
  vector_sealed bytea not null,
  quality jsonb not null,
  enrolled_at timestamp with time zone not null,
  constraint template_pkey PRIMARY KEY (id),
  constraint template_portrait_id_pack_id_key UNIQUE (portrait_id, pack_id),
  constraint template_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES model_pack(id),
  constraint template_portrait_id_fkey FOREIGN KEY (portrait_id) REFERENCES portrait(id),
  constraint template_trainee_id_fkey FOREIGN KEY (trainee_id) REFERENCES trainee(id)
);

create table timetable_version (
  id uuid not null,
  course_id uuid not null,
  document_id uuid not null,
  version integer not null,
  effective_at timestamp with time zone not null,
  confirmed_by text not null,
  created_at timestamp with time zone not null,
  constraint timetable_version_pkey PRIMARY KEY (id),
  constraint timetable_version_course_id_version_key UNIQUE (course_id, version),
  constraint timetable_version_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id),
  constraint timetable_version_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
);

create table trainee (
  id uuid not null,
  course_id uuid not null,
  full_name text not null,
  match_key text not null,
  birth_date date,
  birth_year integer,
  workplace text,
  "position" text,
  identity_salt bytea,
  constraint trainee_pkey PRIMARY KEY (id),
  constraint trainee_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(id)
);

create table unit (
  id uuid not null,
  code text not null,
  name text not null,
  campus_id uuid,
  email text,
  constraint unit_pkey PRIMARY KEY (id),
  constraint unit_code_key UNIQUE (code),
  constraint unit_campus_id_fkey FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create view archive_owner as
 SELECT document.object_id,
    document.course_id,
    'document'::text AS kind
   FROM document
UNION ALL
 SELECT snapshot.object_id,
    session.course_id,
    'snapshot'::text AS kind
   FROM (snapshot
     JOIN session ON ((session.id = snapshot.session_id)))
UNION ALL
 SELECT portrait.object_id,
    trainee.course_id,
    'portrait'::text AS kind
   FROM (portrait
     JOIN trainee ON ((trainee.id = portrait.trainee_id)))
UNION ALL
 SELECT report_file.object_id,
    report.course_id,
    'report'::text AS kind
   FROM (report_file
     JOIN report ON ((report.id = report_file.report_id)));

CREATE UNIQUE INDEX alarm_open ON public.alarm USING btree (code, subject) WHERE (closed_at IS NULL);

CREATE INDEX archive_log_about ON public.archive_log USING btree (about, seq);

CREATE INDEX archive_object_by_retention ON public.archive_object USING btree (retain_until) WHERE (destroyed_at IS NULL);

CREATE INDEX archive_object_of_folder ON public.archive_object USING btree ("left"(sha256, 2), object_id);

CREATE INDEX archive_object_without_second ON public.archive_object USING btree (stored_at) WHERE ((destroyed_at IS NULL) AND ((second_kept_until IS NULL) OR (second_kept_until < retain_until)));

CREATE UNIQUE INDEX archive_trouble_standing ON public.archive_trouble USING btree (sha256, store) WHERE (repaired_at IS NULL);

CREATE UNIQUE INDEX capture_plan_in_force ON public.capture_plan USING btree (session_id) WHERE ((superseded_at IS NULL) AND (replaces_round_id IS NULL));

CREATE UNIQUE INDEX capture_plan_replaces_once ON public.capture_plan USING btree (replaces_round_id);

CREATE INDEX consent_withdrawal_by_trainee ON public.consent_withdrawal USING btree (trainee_id);

CREATE INDEX course_retention_by_course ON public.course_retention USING btree (course_id);

CREATE UNIQUE INDEX device_share_one ON public.device_share USING btree (one_id) WHERE (until_at IS NULL);

CREATE UNIQUE INDEX device_share_other ON public.device_share USING btree (other_id) WHERE (until_at IS NULL);

CREATE UNIQUE INDEX disposal_open ON public.disposal USING btree ((true)) WHERE (status = ANY (ARRAY['proposed'::text, 'running'::text]));

CREATE INDEX disposal_item_by_object ON public.disposal_item USING btree (object_id);

CREATE INDEX face_by_snapshot ON public.face USING btree (snapshot_id);

CREATE UNIQUE INDEX face_collection_open ON public.face_collection USING btree (course_id) WHERE (ended_at IS NULL);

CREATE INDEX fixity_folder_owed ON public.fixity_folder USING btree (shard) WHERE second_owed;

CREATE UNIQUE INDEX fixity_run_open ON public.fixity_run USING btree ((true)) WHERE ((finished_at IS NULL) AND (kind = 'share'::text));

CREATE UNIQUE INDEX gap_once ON public.gap USING btree (round_id, camera_id, burst_index) WHERE (round_id IS NOT NULL);

CREATE UNIQUE INDEX gap_preflight_once ON public.gap USING btree (session_id, camera_id, burst_index) WHERE (round_id IS NULL);

CREATE INDEX kept_person_by_collection ON public.kept_person USING btree (collection_id);

CREATE INDEX kept_person_by_trainee ON public.kept_person USING btree (trainee_id);

CREATE INDEX late_input_by_unit ON public.late_input USING btree (unit_id, noted_at);

CREATE INDEX legal_hold_standing ON public.legal_hold USING btree (course_id) WHERE (lifted_at IS NULL);

CREATE UNIQUE INDEX log_checkpoint_by_size ON public.log_checkpoint USING btree (size, verifier_key);

CREATE INDEX log_checkpoint_token_due ON public.log_checkpoint USING btree (token_due_at) WHERE (token_due_at IS NOT NULL);

CREATE INDEX mail_to_read ON public.mail USING btree (next_try_at) WHERE (status = 'fetched'::text);

CREATE INDEX mail_attachment_by_content ON public.mail_attachment USING btree (sha256);

CREATE INDEX mailbox_watch_by_account ON public.mailbox_watch USING btree (account, noted_at);

CREATE INDEX mark_by_trainee ON public.mark USING btree (trainee_id, round_id);

CREATE INDEX online_session_by_session ON public.online_session USING btree (session_id, seq);

CREATE INDEX online_sheet_by_session ON public.online_sheet USING btree (session_id);

CREATE INDEX outbox_to_send ON public.outbox USING btree (next_try_at) WHERE ((sent_at IS NULL) AND (given_up_at IS NULL));

CREATE INDEX person_key_to_note ON public.person_key USING btree (trainee_id) WHERE ((destroyed_at IS NOT NULL) AND (noted_at IS NULL));

CREATE INDEX portrait_to_judge ON public.portrait USING btree (received_at) WHERE (judged_at IS NULL);

CREATE INDEX probe_embedding_by_session ON public.probe_embedding USING btree (session_id);

CREATE INDEX report_due ON public.report USING btree (due_at) WHERE (status = 'due'::text);

CREATE INDEX round_by_session ON public.round USING btree (session_id);

CREATE INDEX round_unfinished ON public.round USING btree (due_at) WHERE (status = ANY (ARRAY['due'::text, 'captured'::text]));

CREATE INDEX session_by_course ON public.session USING btree (course_id, starts_at);

CREATE INDEX session_by_room ON public.session USING btree (room_id, day);

CREATE INDEX session_by_start ON public.session USING btree (starts_at) WHERE (status = 'scheduled'::text);

CREATE UNIQUE INDEX session_identity ON public.session USING btree (course_id, day, shift) WHERE (status <> 'cancelled'::text);

CREATE INDEX session_to_review ON public.session USING btree (closed_at) WHERE ((status = 'closed'::text) AND (room_reviewed_at IS NULL));

CREATE INDEX session_mark_by_trainee ON public.session_mark USING btree (trainee_id);

CREATE INDEX snapshot_by_session ON public.snapshot USING btree (session_id, taken_at);

CREATE INDEX snapshot_by_time ON public.snapshot USING btree (taken_at DESC, id);

CREATE INDEX snapshot_of_camera ON public.snapshot USING btree (camera_id, taken_at DESC, id);

CREATE UNIQUE INDEX snapshot_once ON public.snapshot USING btree (round_id, camera_id, burst_index) WHERE (round_id IS NOT NULL);

CREATE UNIQUE INDEX snapshot_preflight_once ON public.snapshot USING btree (session_id, camera_id, burst_index) WHERE (round_id IS NULL);

CREATE INDEX stranger_by_round ON public.stranger USING btree (round_id);

CREATE INDEX template_by_trainee ON public.template USING btree (trainee_id, pack_id);

CREATE OR REPLACE FUNCTION public.guard_archive_object()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'rows of archive_object are never removed';
  end if;
  if (new.object_id, new.sha256, new.bytes, new.commitment, new.commitment_salt, new.stored_at)
    is distinct from (old.object_id, old.sha256, old.bytes, old.commitment, old.commitment_salt, old.stored_at) then
    raise exception 'object % is evidence: what it is does not change', old.object_id;
  end if;
  if new.retain_until < old.retain_until then
    raise exception 'retention of object % is only extended', old.object_id;
  end if;
  if old.destroyed_at is not null and (new.destroyed_at is distinct from old.destroyed_at or length(new.wrapped_key) > 0) then
    raise exception 'object % was destroyed and stays so', old.object_id;
  end if;
  if old.destroyed_at is null and new.destroyed_at is not null then
    if old.retain_until > now() then
      raise exception 'object % is kept until %', old.object_id, old.retain_until;
    end if;
    if exists (select from archive_owner o join legal_hold h on h.course_id = o.course_id
        where o.object_id = old.object_id and h.lifted_at is null) then
      raise exception 'object % is under legal hold', old.object_id;
    end if;
    if not exists (select from disposal_item i join disposal d on d.id = i.disposal_id
        join disposal_approval a on a.disposal_id = d.id and a.list_sha256 = d.list_sha256
        where i.object_id = old.object_id and d.status = 'running'
        group by d.id, a.minute_number
        having count(distinct a.approver_key) >= 2
          and count(distinct lower(regexp_replace(trim(a.approver), '\s+', ' ', 'g'))) >= 2) then
      raise exception 'object % is on no list that two people approved under one minute number', old.object_id;
    end if;
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.guard_legal_hold()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'a legal hold is lifted, never removed';
  end if;
  if old.lifted_at is not null or (new.id, new.course_id, new.reason, new.placed_by, new.placed_at, new.salt)
    is distinct from (old.id, old.course_id, old.reason, old.placed_by, old.placed_at, old.salt) then
    raise exception 'a legal hold can only be lifted, once';
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.line_awaits_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into log_pending select seq from appended;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'rows of % are evidence: they are only ever added', tg_table_name;
end $function$
;

CREATE TRIGGER archive_access_is_evidence BEFORE DELETE OR UPDATE ON public.archive_access FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER archive_log_awaits_place AFTER INSERT ON public.archive_log REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION line_awaits_place();

CREATE TRIGGER archive_log_is_evidence BEFORE DELETE OR UPDATE ON public.archive_log FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER archive_object_is_kept BEFORE DELETE OR UPDATE ON public.archive_object FOR EACH ROW EXECUTE FUNCTION guard_archive_object();

CREATE TRIGGER archive_object_is_never_emptied BEFORE TRUNCATE ON public.archive_object FOR EACH STATEMENT EXECUTE FUNCTION guard_archive_object();

CREATE TRIGGER consent_withdrawal_is_evidence BEFORE DELETE OR UPDATE ON public.consent_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER correction_is_evidence BEFORE DELETE OR UPDATE ON public.correction FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER course_retention_is_evidence BEFORE DELETE OR UPDATE ON public.course_retention FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_version_is_evidence BEFORE DELETE OR UPDATE ON public.decision_version FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disposal_approval_is_evidence BEFORE DELETE OR UPDATE ON public.disposal_approval FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disposal_item_is_evidence BEFORE DELETE OR UPDATE ON public.disposal_item FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gap_is_evidence BEFORE DELETE OR UPDATE ON public.gap FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER leave_withdrawal_is_evidence BEFORE DELETE OR UPDATE ON public.leave_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER legal_hold_is_kept BEFORE DELETE OR UPDATE ON public.legal_hold FOR EACH ROW EXECUTE FUNCTION guard_legal_hold();

CREATE TRIGGER log_checkpoint_stays BEFORE DELETE ON public.log_checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER log_key_is_evidence BEFORE DELETE OR UPDATE ON public.log_key FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER log_leaf_is_evidence BEFORE DELETE OR UPDATE ON public.log_leaf FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER log_node_is_evidence BEFORE DELETE OR UPDATE ON public.log_node FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER log_token_is_evidence BEFORE DELETE OR UPDATE ON public.log_token FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER mark_is_evidence BEFORE DELETE OR UPDATE ON public.mark FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER online_link_is_evidence BEFORE DELETE OR UPDATE ON public.online_link FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER online_person_is_evidence BEFORE DELETE OR UPDATE ON public.online_person FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER online_session_is_evidence BEFORE DELETE OR UPDATE ON public.online_session FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER online_sheet_is_evidence BEFORE DELETE OR UPDATE ON public.online_sheet FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER online_version_is_evidence BEFORE DELETE OR UPDATE ON public.online_version FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER round_run_is_evidence BEFORE DELETE OR UPDATE ON public.round_run FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER session_mark_is_evidence BEFORE DELETE OR UPDATE ON public.session_mark FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER snapshot_is_evidence BEFORE DELETE OR UPDATE ON public.snapshot FOR EACH ROW EXECUTE FUNCTION refuse_change();
