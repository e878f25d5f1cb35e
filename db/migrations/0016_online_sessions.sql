-- Why: a session may be held over one link per course, its attendance told by files and shared devices (L14, L15).
alter table room add column online boolean not null default false;

alter table document drop constraint document_kind_check;
alter table document add constraint document_kind_check
  check (kind in ('roster', 'chart', 'timetable', 'decision', 'leave', 'online-attendance'));
alter table mail_attachment drop constraint mail_attachment_kind_check;
alter table mail_attachment add constraint mail_attachment_kind_check
  check (kind in ('roster', 'chart', 'timetable', 'decision', 'online-attendance'));

-- The newest version is in force; a link taken away has no url.
create table online_link (
  id uuid primary key,
  course_id uuid not null references course,
  version integer not null,
  url text,
  why text,
  set_by text not null,
  set_at timestamptz not null,
  salt bytea not null,
  unique (course_id, version)
);

-- A person's word on how a session is held, before the timetable's; the newest counts.
create table online_session (
  id uuid primary key,
  seq bigint generated always as identity,
  session_id uuid not null references session,
  online boolean not null,
  why text not null check (length(trim(why)) > 0),
  said_by text not null,
  said_at timestamptz not null,
  salt bytea not null
);
create index online_session_by_session on online_session (session_id, seq);

-- L Đ9.8: two people learn at one device; the same person is in one pair at a time.
create table device_share (
  id uuid primary key,
  course_id uuid not null references course,
  one_id uuid not null references trainee,
  other_id uuid not null references trainee,
  from_at timestamptz not null,
  declared_by text not null,
  declared_at timestamptz not null,
  until_at timestamptz,
  ended_by text,
  salt bytea not null,
  check (one_id <> other_id),
  check (until_at > from_at),
  check ((until_at is null) = (ended_by is null))
);
create unique index device_share_one on device_share (one_id) where until_at is null;
create unique index device_share_other on device_share (other_id) where until_at is null;

-- An e-mail address or a trainee's own number by which an attendance file names somebody; a person's word goes before a roster's.
create table online_account (
  course_id uuid not null references course,
  account text not null,
  trainee_id uuid not null references trainee,
  source text not null check (source in ('roster', 'person')),
  said_by text not null,
  said_at timestamptz not null,
  primary key (course_id, account)
);

-- One attendance file as it was understood and confirmed for one session.
create table online_sheet (
  id uuid primary key,
  session_id uuid not null references session,
  document_id uuid not null references document,
  title text,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  incomplete boolean not null,
  confirmed_by text not null,
  confirmed_at timestamptz not null,
  salt bytea not null
);
create index online_sheet_by_session on online_sheet (session_id);

create table online_person (
  sheet_id uuid not null references online_sheet,
  position integer not null,
  shown_name text not null,
  -- trainee, staff, guest, unclear (one of the candidates), unknown (nobody of the roster)
  standing text not null check (standing in ('trainee', 'staff', 'guest', 'unclear', 'unknown')),
  trainee_ids uuid[] not null,
  candidate_ids uuid[] not null,
  stays jsonb not null,
  away_seconds integer not null,
  unread_rows integer not null,
  primary key (sheet_id, position)
);

-- Which sheets a session is counted from; the newest version is in force, and going back is a new one.
create table online_version (
  id uuid primary key,
  session_id uuid not null references session,
  version integer not null,
  sheet_ids uuid[] not null,
  made_by text not null,
  made_at timestamptz not null,
  unique (session_id, version)
);

create trigger online_link_is_evidence before update or delete on online_link for each row execute function refuse_change();
create trigger online_session_is_evidence before update or delete on online_session for each row execute function refuse_change();
create trigger online_sheet_is_evidence before update or delete on online_sheet for each row execute function refuse_change();
create trigger online_person_is_evidence before update or delete on online_person for each row execute function refuse_change();
create trigger online_version_is_evidence before update or delete on online_version for each row execute function refuse_change();
