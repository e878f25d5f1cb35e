-- Why: the promised number of sessions must hold also when faces kept in them are confirmed and deleted.

alter table face_collection add column sessions_kept integer not null default 0 check (sessions_kept >= 0);
update face_collection set sessions_kept =
  (select count(distinct session_id) from kept_person where kept_person.collection_id = face_collection.id);
