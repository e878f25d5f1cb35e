-- Why: numbers of two model packs must not meet by a join either, nor those of a pack whose files were changed under its old name.

create table model_pack (
  id text primary key,
  -- SHA-256 of what its numbers come from (services/faces/fingerprint.ts); null until a pack used before this was kept is opened again.
  fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$')
);
insert into model_pack (id)
  select pack_id from analysis union select pack_id from template union select pack_id from mark union select pack_id from kept_person;
alter table analysis add foreign key (pack_id) references model_pack;
alter table template add foreign key (pack_id) references model_pack;
alter table mark add foreign key (pack_id) references model_pack;
alter table kept_person add foreign key (pack_id) references model_pack;

-- A face is of the pack that looked at its picture, and its numbers are of the face's pack.
alter table face add unique (id, pack_id), add foreign key (snapshot_id, pack_id) references analysis;
alter table probe_embedding add column pack_id text;
update probe_embedding set pack_id = (select pack_id from face where face.id = probe_embedding.face_id);
alter table probe_embedding
  alter column pack_id set not null,
  drop constraint probe_embedding_face_id_fkey,
  add foreign key (face_id, pack_id) references face (id, pack_id);
