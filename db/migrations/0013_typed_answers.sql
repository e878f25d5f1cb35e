-- Why: what a person typed or answered stays beside what it shaped: the fields of a scanned decision, a chart's seats per desk
-- and a front at its side, and which trainee of a changed list is a known one.

alter table course add column place text;
alter table course add column typed_fields text[] not null default '{}';
alter table course add column typed_by text;
alter table course add constraint course_typed_has_author check (cardinality(typed_fields) = 0 or typed_by is not null);

alter table chart_version drop constraint chart_version_front_check;
alter table chart_version add constraint chart_version_front_check check (front in ('top', 'bottom', 'left', 'right'));
alter table chart_version add column seats_per_desk integer check (seats_per_desk in (1, 2));

alter table roster_entry add column answered text check (answered in ('same', 'new'));
