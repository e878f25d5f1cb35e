-- Why: who has no portrait is enrolled from the first sessions. What is kept for that is biometric: only on a stated legal
-- basis, sealed under a key of its own, for a few sessions, and nothing of it names anybody until a person has looked.

alter table portrait
  -- A person let a portrait stand that the quality gate refused.
  add column accepted_by text,
  add column accepted_why text,
  add constraint portrait_acceptance_has_reason
    check ((accepted_by is null) = (accepted_why is null) and (accepted_why is null or length(trim(accepted_why)) > 0));

create table face_collection (
  id uuid primary key,
  course_id uuid not null references course,
  -- The notice or consent the collection rests on.
  basis text not null check (length(trim(basis)) > 0),
  opened_by text not null,
  opened_at timestamptz not null,
  closes_at timestamptz not null,
  sessions_wanted integer not null check (sessions_wanted between 1 and 12),
  -- Null once ended: what was kept under it can no longer be opened.
  key_sealed bytea,
  ended_at timestamptz,
  check (closes_at > opened_at),
  check ((key_sealed is null) = (ended_at is not null))
);
create unique index face_collection_open on face_collection (course_id) where ended_at is null;

-- One unnamed person of one session: the mean of the faces, where they were, at which seats.
create table kept_person (
  id uuid primary key,
  collection_id uuid not null references face_collection,
  session_id uuid not null references session,
  pack_id text not null,
  vector_sealed bytea not null,
  effective_px real not null,
  rounds integer not null,
  -- Trainees whose chart seat the faces were at, with the share of each: services/rollcall/propose-people.ts.
  seat_owners jsonb not null,
  -- Faces in archived pictures, best first: services/types.ts MarkEvidence.
  evidence jsonb not null,
  quality jsonb not null,
  -- Whom the last proposal names.
  trainee_id uuid references trainee
);
create index kept_person_by_collection on kept_person (collection_id);
create index kept_person_by_trainee on kept_person (trainee_id);

-- "This is not that person", said by somebody who looked.
create table cannot_link (
  trainee_id uuid not null references trainee,
  kept_person_id uuid not null references kept_person on delete cascade,
  said_by text not null,
  said_at timestamptz not null,
  primary key (trainee_id, kept_person_id)
);
