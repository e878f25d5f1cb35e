-- Mail that units send is kept whole before anything is made of it, and mail we send is a row before it leaves (N Đ3.2, N7).

create table mail (
  id uuid primary key,
  -- As the sender's program wrote it; empty when it wrote none.
  message_id text not null,
  -- Of what the sender wrote, without what servers add on the way: the same mail delivered twice is one row.
  content_sha256 text not null,
  object_id uuid not null references archive_object,
  bytes integer not null,
  -- Only the header of a mail over the size limit is fetched and kept.
  kept text not null check (kept in ('whole', 'head')),
  taken_at timestamptz not null,
  -- fetched → read, or → quarantined → (an officer releases it) → fetched.
  status text not null check (status in ('fetched', 'quarantined', 'read')),
  from_address text,
  from_name text,
  subject text,
  sent_at timestamptz,
  unit_id uuid references unit,
  -- What Authentication-Results says.
  authentication jsonb,
  -- Why it was quarantined, or why no reply was sent.
  reason jsonb,
  course_hint text,
  read_at timestamptz,
  released_by text,
  released_at timestamptz,
  release_why text,
  unique (message_id, content_sha256),
  check (released_at is null or (released_by is not null and length(trim(release_why)) > 0))
);
create index mail_to_read on mail (taken_at) where status = 'fetched';

-- Where a mail lies in the mailbox; decides, before any flag of the server's, whether it was taken.
create table mail_place (
  mailbox text not null,
  uid_validity text not null,
  uid bigint not null,
  mail_id uuid not null references mail,
  primary key (mailbox, uid_validity, uid)
);

-- What each file was understood as. Its bytes are in the mail kept in the archive.
create table mail_attachment (
  mail_id uuid not null references mail,
  position integer not null,
  file_name text not null,
  sha256 text not null,
  bytes integer not null,
  -- A picture inside the text is not read as a document.
  inline boolean not null,
  kind text check (kind in ('roster', 'chart', 'timetable', 'decision')),
  rows_in integer not null,
  understood integer not null,
  reported integer not null,
  problems jsonb not null,
  -- Set when an officer took the file into a course.
  taken_course_id uuid references course,
  taken_by text,
  taken_at timestamptz,
  primary key (mail_id, position)
);
create index mail_attachment_by_content on mail_attachment (sha256);

-- Sent at least once under one Message-ID: a mail sent and not yet marked is sent again, and the receiver's program joins the two.
create table outbox (
  id uuid primary key,
  purpose text not null check (purpose in ('mail-reply', 'reminder', 'report')),
  -- What it is about, so that one occasion makes one mail to one recipient.
  about text not null,
  recipient text not null,
  message_id text not null unique,
  -- Message-IDs of the mails it answers, the last one directly.
  in_reply_to text[] not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  next_try_at timestamptz not null,
  attempts integer not null default 0,
  last_error text,
  sent_at timestamptz,
  given_up_at timestamptz,
  unique (purpose, about, recipient),
  check (sent_at is null or given_up_at is null)
);
create index outbox_to_send on outbox (next_try_at) where sent_at is null and given_up_at is null;

create table outbox_file (
  outbox_id uuid not null references outbox,
  position integer not null,
  object_id uuid not null references archive_object,
  file_name text not null,
  media_type text not null,
  primary key (outbox_id, position)
);
