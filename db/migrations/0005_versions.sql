-- A roster version keeps what the list said of each trainee: going back to it brings names and workplaces back too.
alter table roster_entry add column listed jsonb;
update roster_entry set listed = (
  select jsonb_build_object(
    'fullName', full_name, 'matchKey', match_key, 'birthDate', birth_date,
    'birthYear', birth_year, 'workplace', workplace, 'position', position)
  from trainee where trainee.id = roster_entry.trainee_id);
alter table roster_entry alter column listed set not null;

-- The exam's start as the report was made: a report of an exam that moved since may have to be made anew.
alter table report add column exam_starts_at timestamptz;
update report set exam_starts_at = exam.starts_at from exam where exam.id = report.exam_id and report.status <> 'due';
