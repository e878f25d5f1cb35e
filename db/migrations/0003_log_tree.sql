-- Why: lines alone can be rewritten by whoever owns the database. A Merkle tree over them (RFC 6962), checkpoints signed with
-- a key kept elsewhere (C2SP tlog-checkpoint) and tokens of an outside clock (RFC 3161) make a rewriting show.

-- The session, else the course or other thing a line is about, so that its story can be read without reading the whole log.
alter table archive_log add column about uuid;
alter table archive_log disable trigger archive_log_is_evidence;
update archive_log set about = coalesce(line::jsonb ->> 'session', line::jsonb ->> 'course', line::jsonb ->> 'report',
  line::jsonb ->> 'trainee', (select session_id::text from round where id::text = line::jsonb ->> 'round'))::uuid;
alter table archive_log enable trigger archive_log_is_evidence;
create index archive_log_about on archive_log (about, seq);

-- Which log this is; its name stands in every checkpoint and outlives its keys.
create table log_identity (
  id uuid primary key,
  only_one boolean not null default true unique check (only_one),
  created_at timestamptz not null
);

-- Lines that have no place in the tree yet. Sequence numbers are handed out before a transaction commits, so a line may
-- appear after a later one: places are given afterwards, by one process at a time, to what is committed.
create table log_pending (seq bigint primary key);
insert into log_pending select seq from archive_log;

create function line_awaits_place() returns trigger language plpgsql as $$
begin
  insert into log_pending select seq from appended;
  return null;
end $$;
create trigger archive_log_awaits_place after insert on archive_log
  referencing new table as appended for each statement execute function line_awaits_place();

create table log_leaf (
  leaf_index bigint primary key check (leaf_index >= 0),
  seq bigint not null unique references archive_log,
  -- SHA-256(0x00 ‖ line).
  hash bytea not null check (octet_length(hash) = 32)
);

-- Roots of whole subtrees of 2^level leaves, at every eighth level only: a proof needs at most 255 siblings of each.
create table log_node (
  level smallint not null check (level in (8, 16, 24, 32)),
  node_index bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, node_index)
);

create table log_key (
  -- C2SP signed-note verifier key: name+id+base64.
  verifier_key text primary key,
  -- Checkpoints of more leaves than this are signed by it (until the next key's).
  from_size bigint not null,
  since timestamptz not null,
  -- Signed by the key before; null for the first.
  rotation_note text
);

create table log_checkpoint (
  id uuid primary key,
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  made_at timestamptz not null,
  reason text not null check (reason in ('daily', 'report', 'export', 'rotation', 'asked')),
  verifier_key text not null references log_key,
  -- The signed note, byte for byte.
  note text not null,
  -- When a token is to be asked for next; null when none is wanted or it is there.
  token_due_at timestamptz,
  token_attempts integer not null default 0
);
create unique index log_checkpoint_by_size on log_checkpoint (size, verifier_key);
create index log_checkpoint_token_due on log_checkpoint (token_due_at) where token_due_at is not null;

create table log_token (
  checkpoint_id uuid primary key references log_checkpoint,
  -- RFC 3161 TimeStampResp, DER.
  response bytea not null,
  stamped_at timestamptz not null,
  received_at timestamptz not null
);

-- Who looked at or took out evidence, and what for. The line in the log carries only a salted hash of it.
create table archive_access (
  id uuid primary key,
  kind text not null check (kind in ('view', 'export')),
  made_by text not null,
  purpose text not null check (length(trim(purpose)) > 0),
  scope jsonb not null,
  salt bytea not null,
  made_at timestamptz not null
);

-- What a line says of a person is a salted hash: the salt is given out with the fact, and only then can anybody compare.
alter table trainee add column identity_salt bytea;
alter table correction add column salt bytea;

create trigger log_leaf_is_evidence before update or delete on log_leaf for each row execute function refuse_change();
create trigger log_node_is_evidence before update or delete on log_node for each row execute function refuse_change();
create trigger log_token_is_evidence before update or delete on log_token for each row execute function refuse_change();
create trigger log_key_is_evidence before update or delete on log_key for each row execute function refuse_change();
create trigger log_checkpoint_stays before delete on log_checkpoint for each row execute function refuse_change();
create trigger archive_access_is_evidence before update or delete on archive_access for each row execute function refuse_change();
