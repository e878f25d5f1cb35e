-- Why: a mailbox that was in use before is not answered from its beginning; a mail that cannot be taken or read is tried a few
-- times and then waits for a person instead of being tried silently for ever (N7).

create table mailbox_watch (
  -- Server, account and folder.
  mailbox text not null,
  uid_validity text not null,
  -- Account and folder, by which a mailbox is known again under another server name or numbering.
  account text not null,
  -- A message with a smaller number was there before and is not taken by itself.
  from_uid bigint not null,
  -- When this account's mailbox was first watched; kept when the server numbers its mail anew.
  began_at timestamptz not null,
  noted_at timestamptz not null,
  -- Messages that lay there at the first look.
  earlier integer not null,
  primary key (mailbox, uid_validity)
);
create index mailbox_watch_by_account on mailbox_watch (account, noted_at);

-- A message that is to be taken, from the moment it is seen until its mail is stored.
create table mail_pending (
  id uuid primary key,
  mailbox text not null,
  uid_validity text not null,
  uid bigint not null,
  seen_at timestamptz not null,
  -- An officer asked for mail that was there before, and not that it be answered.
  unanswered boolean not null,
  -- Counted before each attempt, so that one that ends the process counts as well.
  attempts integer not null default 0,
  next_try_at timestamptz not null,
  last_error text,
  given_up_at timestamptz,
  from_address text,
  subject text,
  arrived_at timestamptz,
  unique (mailbox, uid_validity, uid)
);

-- The server's flag was set; what was taken before this had it set already.
alter table mail_place add column flagged_at timestamptz;
update mail_place set flagged_at = now();

alter table mail
  -- By the mail server's clock; how early a paper came does not depend on when this service ran.
  add column arrived_at timestamptz,
  add column unanswered boolean not null default false,
  add column attempts integer not null default 0,
  add column next_try_at timestamptz,
  add column last_error text;
update mail set next_try_at = taken_at;
alter table mail alter column next_try_at set not null;
drop index mail_to_read;
create index mail_to_read on mail (next_try_at) where status = 'fetched';
