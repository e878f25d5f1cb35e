-- A unit is reminded of each paper it owes once at each step, and a course is looked at again when its time comes (N5, M1).
create table course_reminder (
  course_id uuid not null references course,
  item text not null,
  -- Days before the deadline; 0 when it has gone by.
  days_before integer not null,
  made_at timestamptz not null,
  primary key (course_id, item, days_before)
);

create table course_check (
  course_id uuid primary key references course,
  checked_at timestamptz not null,
  next_at timestamptz not null
);
