-- Why: a unique index of the SHA-256 is the one index every new picture touches anywhere, so that at ten million rows appending
-- is a tenth slower than at ten thousand (docs/archive.md, Speed). What needs it reads a folder at a time; that two rows name
-- the same bytes, which only somebody with the database in hand can bring about, is found by the night's reading and refused by
-- every disposal.

alter table archive_object drop constraint archive_object_sha256_key;
create index archive_object_of_folder on archive_object (left(sha256, 2), object_id);

alter table archive_trouble drop constraint archive_trouble_kind_check;
alter table archive_trouble add constraint archive_trouble_kind_check
  check (kind in ('missing', 'altered', 'without-row', 'unlisted', 'named-twice'));
