-- Why: what a night could not read is owed and told; two approvals are two people under one minute number for the database too;
-- names of those who approve, hold and extend enter the log under a salt kept here; whoever was erased stays so after a restore.

alter table fixity_run
  -- Folders of the share whose second copy could not be read.
  add column second_left_out integer not null default 0;

-- When each of the 256 folders was last read back whole, in each store.
create table fixity_folder (
  shard integer primary key check (shard between 0 and 255),
  first_read_at timestamptz,
  second_read_at timestamptz,
  -- Its turn came while the second store was away: made up for as soon as that is back.
  second_owed boolean not null default false
);
create index fixity_folder_owed on fixity_folder (shard) where second_owed;

-- A folder that cannot be listed stands under its own two digits.
alter table archive_trouble drop constraint archive_trouble_kind_check;
alter table archive_trouble add constraint archive_trouble_kind_check
  check (kind in ('missing', 'altered', 'without-row', 'unlisted'));

-- One for all of a list's approvals: the same person twice is still the same hash. Null for lists logged before.
alter table disposal add column salt bytea;
alter table legal_hold add column salt bytea, add column lift_salt bytea;
alter table course_retention add column salt bytea;

-- When the archive itself was told that this key was destroyed; null while it has to be.
alter table person_key add column noted_at timestamptz;
create index person_key_to_note on person_key (trainee_id) where destroyed_at is not null and noted_at is null;

alter table outbox drop constraint outbox_purpose_check;
alter table outbox add constraint outbox_purpose_check
  check (purpose in ('mail-reply', 'reminder', 'report', 'checkpoint'));

create or replace function guard_archive_object() returns trigger language plpgsql as $$
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
end $$;

create or replace function guard_legal_hold() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'a legal hold is lifted, never removed';
  end if;
  if old.lifted_at is not null or (new.id, new.course_id, new.reason, new.placed_by, new.placed_at, new.salt)
    is distinct from (old.id, old.course_id, old.reason, old.placed_by, old.placed_at, old.salt) then
    raise exception 'a legal hold can only be lifted, once';
  end if;
  return new;
end $$;
