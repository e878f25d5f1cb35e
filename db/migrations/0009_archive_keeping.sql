-- Why: what is archived is kept by rules a person can check: two copies, a floor that is only extended, holds, and one way to
-- destroy that needs expiry, a list, two people and a minute number. The database refuses every other way by itself.

alter table archive_object
  -- The retention under which the second copy was written or locked; null while there is none. Behind retain_until: to be renewed.
  add column second_kept_until timestamptz,
  add column destroyed_at timestamptz,
  -- A destroyed key is an empty one.
  add constraint archive_object_key_until_destroyed check ((destroyed_at is null) = (length(wrapped_key) > 0));
create index archive_object_without_second on archive_object (stored_at)
  where destroyed_at is null and (second_kept_until is null or second_kept_until < retain_until);
create index archive_object_by_retention on archive_object (retain_until) where destroyed_at is null;

-- Which archive this database belongs to; the archive notes the same id, so that neither is used with another's.
create table archive_place (
  only_one boolean primary key default true check (only_one),
  archive_id uuid not null,
  -- Address and id of the second store in use; null when there is none.
  second_place text,
  noted_at timestamptz not null
);

-- The first moment of each day on which the service looked at its clock: a clock set forward by years leaves a hole.
create table clock_day (
  day date primary key,
  seen_at timestamptz not null
);
insert into clock_day (day, seen_at)
  select (at at time zone 'UTC')::date, min(at) from archive_log group by 1;

-- Whose each object is; what is listed here for no course is never proposed for disposal.
create view archive_owner as
  select object_id, course_id, 'document' as kind from document
  union all
  select snapshot.object_id, session.course_id, 'snapshot' from snapshot join session on session.id = snapshot.session_id
  union all
  select portrait.object_id, trainee.course_id, 'portrait' from portrait join trainee on trainee.id = portrait.trainee_id
  union all
  select report_file.object_id, report.course_id, 'report' from report_file join report on report.id = report_file.report_id;

-- A class of the retention schedule that applies to a course beside the rules' years; the longest wins.
create table course_retention (
  id uuid primary key,
  course_id uuid not null references course,
  class_name text not null check (length(trim(class_name)) > 0),
  -- Null: for ever.
  years integer check (years between 1 and 200),
  decided_by text not null check (length(trim(decided_by)) > 0),
  minute_number text not null check (length(trim(minute_number)) > 0),
  decided_at timestamptz not null
);
create index course_retention_by_course on course_retention (course_id);

create table legal_hold (
  id uuid primary key,
  course_id uuid not null references course,
  reason text not null check (length(trim(reason)) > 0),
  placed_by text not null check (length(trim(placed_by)) > 0),
  placed_at timestamptz not null,
  lifted_by text,
  lifted_why text,
  lifted_at timestamptz,
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_why is null))
);
create index legal_hold_standing on legal_hold (course_id) where lifted_at is null;

-- proposed → running (log written, keys destroyed) → done (bytes destroyed in both copies); or withdrawn.
create table disposal (
  id uuid primary key,
  proposed_at timestamptz not null,
  -- SHA-256 of the canonical list: what is approved is this list and no other.
  list_sha256 text not null,
  objects integer not null,
  bytes bigint not null,
  status text not null check (status in ('proposed', 'running', 'done', 'withdrawn')),
  started_at timestamptz,
  finished_at timestamptz,
  minutes_object_id uuid references archive_object
);
create unique index disposal_open on disposal ((true)) where status in ('proposed', 'running');

create table disposal_item (
  disposal_id uuid not null references disposal,
  object_id uuid not null references archive_object,
  course_id uuid not null references course,
  kind text not null,
  sha256 text not null,
  bytes bigint not null,
  retain_until timestamptz not null,
  primary key (disposal_id, object_id)
);
create index disposal_item_by_object on disposal_item (object_id);

create table disposal_approval (
  disposal_id uuid not null references disposal,
  approver text not null check (length(trim(approver)) > 0),
  -- The name without case, marks and spaces: one person does not become two by typing.
  approver_key text not null,
  minute_number text not null check (length(trim(minute_number)) > 0),
  list_sha256 text not null,
  approved_at timestamptz not null,
  primary key (disposal_id, approver_key)
);

-- One pass over some of the 256 folders of the archive, read back and compared with the rows, both ways.
create table fixity_run (
  id uuid primary key,
  kind text not null check (kind in ('share', 'all')),
  due_at timestamptz not null,
  from_shard integer not null check (from_shard between 0 and 255),
  -- Null until the run knows how many nights it makes up for.
  shards integer check (shards between 1 and 256),
  shards_done integer not null default 0,
  objects integer not null default 0,
  bytes bigint not null default 0,
  troubles integer not null default 0,
  repaired integer not null default 0,
  started_at timestamptz,
  finished_at timestamptz
);
create unique index fixity_run_open on fixity_run ((true)) where finished_at is null and kind = 'share';

create table archive_trouble (
  id uuid primary key,
  sha256 text not null,
  -- Null for bytes without a row.
  object_id uuid references archive_object,
  store text not null check (store in ('first', 'second')),
  kind text not null check (kind in ('missing', 'altered', 'without-row')),
  found_at timestamptz not null,
  repaired_at timestamptz
);
create unique index archive_trouble_standing on archive_trouble (sha256, store) where repaired_at is null;

create function guard_archive_object() returns trigger language plpgsql as $$
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
        where i.object_id = old.object_id and d.status = 'running' and 2 <= (select count(*) from disposal_approval a
          where a.disposal_id = d.id and a.list_sha256 = d.list_sha256)) then
      raise exception 'object % is on no list that two people approved', old.object_id;
    end if;
  end if;
  return new;
end $$;
create trigger archive_object_is_kept before update or delete on archive_object for each row execute function guard_archive_object();
create trigger archive_object_is_never_emptied before truncate on archive_object execute function guard_archive_object();

create function guard_legal_hold() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'a legal hold is lifted, never removed';
  end if;
  if old.lifted_at is not null or (new.id, new.course_id, new.reason, new.placed_by, new.placed_at)
    is distinct from (old.id, old.course_id, old.reason, old.placed_by, old.placed_at) then
    raise exception 'a legal hold can only be lifted, once';
  end if;
  return new;
end $$;
create trigger legal_hold_is_kept before update or delete on legal_hold for each row execute function guard_legal_hold();

create trigger course_retention_is_evidence before update or delete on course_retention for each row execute function refuse_change();
create trigger disposal_item_is_evidence before update or delete on disposal_item for each row execute function refuse_change();
create trigger disposal_approval_is_evidence before update or delete on disposal_approval for each row execute function refuse_change();

-- Searching ten million pictures: by session (and through it by course, room and day) and by instant.
create index snapshot_by_session on snapshot (session_id, taken_at);
create index snapshot_by_time on snapshot (taken_at desc, id);
create index session_by_course on session (course_id, starts_at);
create index session_by_room on session (room_id, day);
