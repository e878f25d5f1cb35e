-- Why: a room is surveyed by a person and refined from the faces its cameras see; a seat that furniture hides must never look empty.

alter table camera_view
  -- Who placed the seats. A machine's view only refines one that a person or the institution's file gave.
  add column source text not null default 'institution' check (source in ('institution', 'officer', 'machine')),
  add column confirmed_by text,
  add column refines uuid references camera_view,
  -- Where faces of each seat were really seen; marked_seats stay as the person set them.
  add column seen_seats jsonb not null default '[]',
  -- Seats said or found to be hidden or visible: services/seating/seat-sights.ts.
  add column seat_sights jsonb not null default '[]',
  add constraint camera_view_machine_refines check ((source = 'machine') = (refines is not null));

alter table camera_view alter column seen_seats drop default, alter column seat_sights drop default;

-- Set when what a session's cameras saw was compared with the room's views.
alter table session add column room_reviewed_at timestamptz;
create index session_to_review on session (closed_at) where status = 'closed' and room_reviewed_at is null;
