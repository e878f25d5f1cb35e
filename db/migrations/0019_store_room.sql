-- Why: operators watch how much room each copy of the archive has left; the API has no archive of its own to ask.

create table store_room (
  store text primary key check (store in ('first', 'second')),
  free_bytes bigint not null,
  -- The server's clock: what was measured long ago is not told.
  measured_at timestamptz not null
);
