-- Why: the newest pictures of a camera, a room or a camera code everywhere are read from the index alone, however many millions
-- there are: their times and ids stand in it in the order in which they are shown.

create index snapshot_of_camera on snapshot (camera_id, taken_at desc, id);
drop index snapshot_by_camera;
