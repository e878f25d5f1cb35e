-- Why: corrections, leaves and consent are withdrawn by rows of their own and nothing is deleted; a mark says by which thresholds it was decided, and a run of strangers alone is a run.

-- What stood before a correction that was a mistake counts again.
-- A row that withdraws another decides nothing itself; each is withdrawn at most once.
alter table correction alter column outcome drop not null;
alter table correction add column withdraws uuid unique references correction;
alter table correction add constraint correction_decides_or_withdraws check ((outcome is null) = (withdraws is not null));
-- Clocks may step back; the order in which people spoke may not.
alter table correction add column seq bigint generated always as identity;

create table leave_withdrawal (
  id uuid primary key,
  leave_id uuid not null unique references leave_request,
  made_by text not null,
  why text not null check (length(trim(why)) > 0),
  made_at timestamptz not null,
  salt bytea not null
);
create trigger leave_withdrawal_is_evidence before update or delete on leave_withdrawal for each row execute function refuse_change();

create table consent_withdrawal (
  id uuid primary key,
  trainee_id uuid not null references trainee,
  made_by text not null,
  why text not null check (length(trim(why)) > 0),
  made_at timestamptz not null,
  salt bytea not null
);
create index consent_withdrawal_by_trainee on consent_withdrawal (trainee_id);

create table round_run (
  round_id uuid not null references round,
  run integer not null check (run > 0),
  made_at timestamptz not null,
  primary key (round_id, run)
);
insert into round_run (round_id, run, made_at)
  select round_id, run, min(made_at) from (
    select round_id, run, made_at from mark
    union all select round_id, run, 'epoch' from stranger where not exists (
      select from mark where mark.round_id = stranger.round_id and mark.run = stranger.run)
  ) known group by round_id, run;

create trigger consent_withdrawal_is_evidence before update or delete on consent_withdrawal for each row execute function refuse_change();
create trigger round_run_is_evidence before update or delete on round_run for each row execute function refuse_change();

-- Rules, thresholds and calibration a mark was decided with, under the hash of their canonical JSON.
create table decision_version (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  content jsonb not null,
  first_used_at timestamptz not null
);
create trigger decision_version_is_evidence before update or delete on decision_version for each row execute function refuse_change();
-- Null: written before it was kept.
alter table mark add column decision text references decision_version;
