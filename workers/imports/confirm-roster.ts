import { createHash } from "node:crypto";
import type { SealedObject } from "../../services/ports.ts";
import type { RosterEntry, RosterVersionId, TraineeId } from "../../services/types.ts";
import { inCourseNumbers } from "../../services/intake/course-numbers.ts";
import type { IdentityAnswer } from "../../services/intake/identity-answers.ts";
import {
  changesNothing,
  matchRosterVersions,
  type VersionMatch,
} from "../../services/intake/roster-versions.ts";
import { SisoError } from "../../services/errors.ts";
import { formerTrainees, rosterAt, type Course, type RosterTrainee } from "../../db/queries/courses.ts";
import { addRosterVersion, nextVersion, type ListedEntry } from "../../db/queries/versions.ts";
import { savePaperReading } from "../../db/queries/paper-readings.ts";
import { saveAccounts, type OnlineAccount } from "../../db/queries/online.ts";
import { addPortrait, hasPortrait, refusedBiometrics } from "../../db/queries/people.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { addOriginal, keepUntil, sealOriginal, type Confirmation } from "./keep-original.ts";
import type { RosterFile } from "./read-files.ts";

/**
 * A confirmed roster becomes a version; a trainee known from the last version, or from one before, keeps identity, and with it
 * marks, portraits and corrections. False when this file is in force as it is. Throws `input-invalid` while it is not answered
 * whether somebody is a known trainee.
 */
export async function confirmRoster(
  ctx: Context,
  course: Course,
  zone: string,
  file: RosterFile,
  confirmation: Confirmation,
  answers: readonly IdentityAnswer[] = [],
): Promise<boolean> {
  const original = await sealOriginal(ctx, course, zone, "roster", file);
  const previous = await rosterAt(ctx.db, course.id, confirmation.effectiveAt);
  const entries = inCourseNumbers(file.reading.value);
  const former = await formerTrainees(ctx.db, course.id, previous, confirmation.effectiveAt);
  const match = matchRosterVersions(previous?.trainees ?? [], entries, { former, answers });
  if (match.asked.length + match.misread.length > 0) throw unanswered(file.fileName);
  const people = identify(ctx, entries, match);
  const portraits = await sealPortraits(ctx, course, zone, people);
  return ctx.db.transaction().execute(async (trx) => {
    const { documentId, known } = await addOriginal(
      ctx,
      trx,
      course.id,
      "roster",
      original,
      confirmation.receivedFrom,
    );
    await savePaperReading(trx, documentId, "", file.reading);
    const inForce = await rosterAt(trx, course.id, confirmation.effectiveAt);
    if (known && inForce?.id === previous?.id && changesNothing(match)) return false;
    const version = {
      id: ctx.random.uuid() as RosterVersionId,
      courseId: course.id,
      documentId,
      version: await nextVersion(trx, "roster", course.id),
      effectiveAt: confirmation.effectiveAt,
      confirmedBy: confirmation.confirmedBy,
      createdAt: ctx.clock.now(),
    };
    await addRosterVersion(trx, version, people);
    const said = { source: "roster" as const, saidBy: confirmation.confirmedBy, saidAt: ctx.clock.now() };
    await saveAccounts(trx, course.id, people.flatMap(accountsOf), said);
    // Somebody may have declined since the portraits were sealed.
    const declined = new Set(await refusedBiometrics(trx, course.id));
    for (const portrait of portraits.filter(({ traineeId }) => !declined.has(traineeId))) {
      await savePortrait(ctx, trx, portrait, confirmation.confirmedBy);
    }
    return true;
  });
}

interface Person extends ListedEntry {
  entry: RosterEntry;
}

/** By what an attendance file may name a trainee: the address, or the trainee's own number before the "@". */
function accountsOf({ trainee, entry }: Person): OnlineAccount[] {
  const texts = [entry.email, entry.code].flatMap((text) => (text ? [text.toLowerCase().trim()] : []));
  return texts.map((account) => ({ account, traineeId: trainee.id }));
}

function identify(
  ctx: Context,
  entries: ReturnType<typeof inCourseNumbers>,
  match: VersionMatch<RosterTrainee>,
): Person[] {
  return entries.map((entry) => {
    const known = match.identityOf(entry);
    const { fullName, matchKey, birthDate, birthYear, workplace, position } = entry;
    const id = (known?.id ?? ctx.random.uuid()) as TraineeId;
    const trainee = { id, fullName, matchKey, birthDate, birthYear, workplace, position };
    return { trainee, ordinal: entry.ordinal, answered: match.answerOf(entry), entry };
  });
}

interface SealedPortrait {
  traineeId: TraineeId;
  sha256: string;
  object: SealedObject;
  keepUntil: Date;
}

async function sealPortraits(
  ctx: Context,
  course: Course,
  zone: string,
  people: Person[],
): Promise<SealedPortrait[]> {
  const sealed: SealedPortrait[] = [];
  const until = await keepUntil(ctx, course, zone);
  const refused = new Set(await refusedBiometrics(ctx.db, course.id));
  for (const { trainee, entry } of people) {
    if (entry.portrait === null || refused.has(trainee.id)) continue;
    const bytes = entry.portrait.bytes;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (await hasPortrait(ctx.db, trainee.id, sha256)) continue;
    sealed.push({
      traineeId: trainee.id,
      sha256,
      object: await ctx.archive.seal(bytes),
      keepUntil: until,
    });
  }
  return sealed;
}

async function savePortrait(
  ctx: Context,
  trx: Trx,
  portrait: SealedPortrait,
  confirmedBy: string,
): Promise<void> {
  const row = {
    id: ctx.random.uuid(),
    traineeId: portrait.traineeId,
    plainSha256: portrait.sha256,
    source: "roster-portrait" as const,
    receivedAt: ctx.clock.now(),
    confirmedBy,
  };
  await addPortrait(trx, row, portrait.object, portrait.keepUntil);
}

function unanswered(fileName: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${fileName}: còn người chưa rõ có phải học viên cũ không. Xem trước bằng ./siso import rồi trả lời bằng --same, --new.`,
    en: `${fileName}: it is still open whether somebody is a known trainee. Preview with ./siso import and answer with --same, --new.`,
  });
}
