-- Why: a room is reminded of by itself, what came late is a record of its unit, and rows a confirmed paper lost stay in sight (N5).

-- A reminder is of one paper of one room.
alter table course_reminder add column part text not null default '';
alter table course_reminder drop constraint course_reminder_pkey;
alter table course_reminder add primary key (course_id, item, part, days_before);

-- What came late, or is late and still missing, by unit: under the deadline that held when it was noticed (N5).
create table late_input (
  course_id uuid not null references course,
  item text not null,
  -- The room, for what is awaited of each room; else empty.
  part text not null,
  unit_id uuid not null references unit,
  deadline timestamptz not null,
  -- The article the deadline comes from.
  article text not null,
  noted_at timestamptz not null,
  -- Null while it is missing.
  arrived_at timestamptz,
  -- The deadline moved, or the paper is not wanted any more: it was not late after all.
  withdrawn_at timestamptz,
  primary key (course_id, item, part)
);
create index late_input_by_unit on late_input (unit_id, noted_at);

-- What a confirmed paper held and nobody has understood: it is confirmed without those rows.
create table paper_reading (
  document_id uuid not null references document,
  -- The room of a chart; else empty.
  part text not null,
  rows_in integer not null,
  understood integer not null,
  reported integer not null,
  problems jsonb not null,
  primary key (document_id, part)
);
