import { createHash } from "node:crypto";
import type { RosterEntry, RosterVersionId, TraineeId } from "../../services/types.ts";
import { matchRosterVersions } from "../../services/intake/roster-versions.ts";
import {
  addRosterVersion,
  nextVersion,
  rosterAt,
  type Course,
  type Trainee,
} from "../../db/queries/courses.ts";
import { addPortrait, hasPortrait } from "../../db/queries/people.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal, type Confirmation, type Original } from "./keep-original.ts";
import type { RosterFile } from "./read-files.ts";

/** A confirmed roster becomes a version; a trainee known from the last version keeps identity. False when already taken in. */
export async function confirmRoster(
  ctx: Context,
  course: Course,
  zone: string,
  file: RosterFile,
  confirmation: Confirmation,
): Promise<boolean> {
  const original = await sealOriginal(ctx, course, zone, file);
  const previous = await rosterAt(ctx.db, course.id, confirmation.effectiveAt);
  const people = identify(ctx, file.reading.value, previous?.trainees ?? []);
  const portraits = await sealPortraits(ctx, course, zone, people);
  return ctx.db.transaction().execute(async (trx) => {
    const documentId = await addOriginal(ctx, trx, course.id, "roster", original, confirmation.receivedFrom);
    if (documentId === null) return false;
    const version = {
      id: ctx.random.uuid() as RosterVersionId,
      courseId: course.id,
      documentId,
      version: await nextVersion(trx, "rosterVersion", course.id),
      effectiveAt: confirmation.effectiveAt,
      confirmedBy: confirmation.confirmedBy,
      createdAt: ctx.clock.now(),
    };
    const fresh = people.filter(({ known }) => !known).map(({ trainee }) => trainee);
    const entries = people.map(({ trainee, ordinal }) => ({ traineeId: trainee.id, ordinal }));
    await addRosterVersion(trx, version, fresh, entries);
    for (const portrait of portraits) await savePortrait(ctx, trx, portrait, confirmation.confirmedBy);
    return true;
  });
}

interface Person {
  trainee: Trainee;
  ordinal: number;
  known: boolean;
  entry: RosterEntry;
}

function identify(
  ctx: Context,
  entries: RosterEntry[],
  previous: (Trainee & { ordinal: number })[],
): Person[] {
  const match = matchRosterVersions(previous, entries);
  return entries.map((entry, index) => {
    const known = match.identityOf(entry);
    const { fullName, matchKey, birthDate, birthYear, workplace, position } = entry;
    const id = (known?.id ?? ctx.random.uuid()) as TraineeId;
    const trainee = { id, fullName, matchKey, birthDate, birthYear, workplace, position };
    return { trainee, ordinal: entry.ordinal ?? index + 1, known: known !== null, entry };
  });
}

interface SealedPortrait extends Omit<Original, "fileName"> {
  traineeId: TraineeId;
}

async function sealPortraits(
  ctx: Context,
  course: Course,
  zone: string,
  people: Person[],
): Promise<SealedPortrait[]> {
  const sealed: SealedPortrait[] = [];
  for (const { trainee, entry } of people) {
    if (entry.portrait === null) continue;
    const bytes = entry.portrait.bytes;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (await hasPortrait(ctx.db, trainee.id, sha256)) continue;
    const original = await sealOriginal(ctx, course, zone, { fileName: "", bytes });
    sealed.push({ ...original, traineeId: trainee.id });
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
