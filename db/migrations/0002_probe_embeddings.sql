-- Why: a session is decided on all its rounds' faces together, so what a picture showed must outlive the round's job.
-- Embeddings are biometric: sealed, and gone in the transaction that closes the session.

alter table face add column landmarks jsonb not null;

-- A picture was looked at with a pack; a picture without faces has a row here too.
create table analysis (
  snapshot_id uuid not null references snapshot,
  pack_id text not null,
  -- Seats compared with the empty room: services/ports.ts SeatDifference[]; null without a picture of the empty room.
  seat_differences jsonb,
  analysed_at timestamptz not null,
  primary key (snapshot_id, pack_id)
);

create table probe_embedding (
  face_id uuid primary key references face,
  session_id uuid not null references session,
  vector_sealed bytea not null
);
create index probe_embedding_by_session on probe_embedding (session_id);
