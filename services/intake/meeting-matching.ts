import { creditedOf } from "../attendance/device-share.ts";
import type { OnlinePerson } from "../attendance/attend-online.ts";
import type { MeetingPerson, ReadingProblem, TraineeId } from "../types.ts";
import { cleanText, foldAccents, matchKey, splitOrdinal } from "./match-key.ts";
import { unmatched, type MeetingTrainee } from "./meeting-match-words.ts";

/** Who may be in a meeting, and what people have said of it. */
export interface MeetingCast {
  roster: readonly MeetingTrainee[];
  /** By lower-case address, or by a trainee's own number, which the part before "@" may be. */
  accounts: ReadonlyMap<string, TraineeId>;
  /** Lecturers and officers, by name. */
  staff: readonly string[];
  /** Who shares a device with whom when the meeting was held. */
  pairs: readonly (readonly [TraineeId, TraineeId])[];
  /** A person's word on a name or address of the file: a trainee, or (null) nobody of the class. */
  said: readonly { words: string; traineeId: TraineeId | null }[];
  /** Spellings that differ in accents or word order alone stand when only one trainee has them. */
  takeSuggested: boolean;
}

export interface MeetingMatch {
  person: MeetingPerson;
  standing: OnlinePerson["standing"];
  traineeIds: TraineeId[];
  candidateIds: TraineeId[];
  /** What a person should know or answer; null where there is nothing. */
  problem: ReadingProblem | null;
}

/**
 * Everybody of a meeting against the roster: by what a person said, by account, then by the whole name. Namesakes are never joined
 * on the name alone, a spelling without accents only suggests, and who is not found stays in the list as nobody known.
 */
export function matchMeeting(people: readonly MeetingPerson[], cast: MeetingCast): MeetingMatch[] {
  const matches = people.map((person) => matchPerson(person, people, cast));
  return matches.map((match) => secondAccount(match, matches, cast));
}

/** Answers typed about names or addresses the file does not have, or has more than once. */
export function answersWithoutUse(
  people: readonly MeetingPerson[],
  cast: Pick<MeetingCast, "said">,
): string[] {
  return cast.said
    .map(({ words }) => words)
    .filter((words) => people.filter((one) => isMeant(one, words)).length !== 1);
}

function isMeant({ name, accounts }: MeetingPerson, words: string): boolean {
  const text = cleanText(words);
  return text.includes("@")
    ? accounts.includes(text.toLowerCase())
    : cleanText(name).toLowerCase() === text.toLowerCase();
}

type Verdict = Omit<MeetingMatch, "person">;

function matchPerson(
  person: MeetingPerson,
  people: readonly MeetingPerson[],
  cast: MeetingCast,
): MeetingMatch {
  return { person, ...(bySaid(person, people, cast) ?? byAccount(person, cast) ?? byName(person, cast)) };
}

const settled = (...traineeIds: TraineeId[]): Verdict => ({
  standing: "trainee",
  traineeIds,
  candidateIds: [],
  problem: null,
});

const noTrainee = (
  standing: "staff" | "guest" | "unknown",
  problem: ReadingProblem | null = null,
): Verdict => ({
  standing,
  traineeIds: [],
  candidateIds: [],
  problem,
});

function unclear(candidates: readonly MeetingTrainee[], problem: ReadingProblem): Verdict {
  return { standing: "unclear", traineeIds: [], candidateIds: candidates.map(({ id }) => id), problem };
}

function bySaid(
  person: MeetingPerson,
  people: readonly MeetingPerson[],
  { said }: MeetingCast,
): Verdict | null {
  const answer = said.find(({ words }) => isMeant(person, words));
  if (!answer || people.filter((one) => isMeant(one, answer.words)).length > 1) return null;
  return answer.traineeId === null ? noTrainee("guest") : settled(answer.traineeId);
}

function byAccount({ accounts }: MeetingPerson, cast: MeetingCast): Verdict | null {
  const found = new Set(
    accounts.flatMap(
      (account) => cast.accounts.get(account) ?? cast.accounts.get(account.split("@")[0] ?? "") ?? [],
    ),
  );
  const [id, ...others] = [...found].filter((one) => cast.roster.some((trainee) => trainee.id === one));
  return id !== undefined && others.length === 0 ? settled(id) : null;
}

/** "12 - An, Sở Y tế": the pieces of a display name. */
function piecesOf(name: string): string[] {
  return cleanText(name)
    .split(/\s*[,;+&/|_()]\s*|\s+(?:và|and)\s+|\s+[-–—]\s+/iu)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
}

function byName(person: MeetingPerson, cast: MeetingCast): Verdict {
  const { ordinal, rest } = splitOrdinal(person.name);
  const pieces = piecesOf(ordinal === null ? person.name : rest);
  const named = [rest, ...pieces.filter((piece) => piece !== rest)]
    .map((piece) => ({ piece, found: cast.roster.filter((one) => one.matchKey === matchKey(piece)) }))
    .filter(({ found }) => found.length > 0);
  if (named.length > 1) return severalNames(person, named, cast);
  const [only] = named;
  if (!only) return notNamed(person, pieces, ordinal, cast);
  const left = pieces.filter((piece) => piece !== only.piece);
  const fitting = narrowed(only.found, ordinal, left);
  const [trainee, ...others] = fitting;
  if (trainee && others.length === 0) return settled(trainee.id);
  return unclear(only.found, unmatched.namesakes(person, only.found));
}

/** By the number beside the name, then by a workplace beside it. A number that is another's makes it unclear. */
function narrowed(
  found: readonly MeetingTrainee[],
  ordinal: number | null,
  others: string[],
): MeetingTrainee[] {
  if (ordinal !== null) return found.filter((one) => one.ordinal === ordinal);
  if (found.length === 1) return [...found];
  const places = others.map(foldAccents);
  const near = ({ workplace }: MeetingTrainee) =>
    workplace !== null && places.some((place) => place.length > 3 && foldAccents(workplace).includes(place));
  return found.filter(near);
}

/** Two people at one device, when that is declared; a third one never (L Đ9.8). */
function severalNames(
  person: MeetingPerson,
  named: { piece: string; found: MeetingTrainee[] }[],
  { pairs }: MeetingCast,
): Verdict {
  const candidates = named.flatMap(({ found }) => found);
  if (named.some(({ found }) => found.length > 1))
    return unclear(candidates, unmatched.namesakes(person, candidates));
  const ids = candidates.map(({ id }) => id);
  const credited = creditedOf(ids, pairs);
  const refused = candidates.filter(({ id }) => !credited.includes(id));
  if (refused.length === 0) return settled(...ids);
  if (credited.length === 0 && ids.length === 2)
    return { ...settled(...ids), problem: unmatched.undeclared(person, candidates) };
  return {
    ...settled(...credited),
    candidateIds: refused.map(({ id }) => id),
    problem: unmatched.third(person, candidates, refused),
  };
}

function notNamed(
  person: MeetingPerson,
  pieces: string[],
  ordinal: number | null,
  cast: MeetingCast,
): Verdict {
  const near = suggestions([person.name, ...pieces], cast.roster);
  const fitting = ordinal === null ? near : near.filter((one) => one.ordinal === ordinal);
  const [trainee, ...others] = fitting;
  if (trainee && others.length === 0) {
    return cast.takeSuggested ? settled(trainee.id) : unclear(near, unmatched.suggested(person, trainee));
  }
  if (near.length > 0) return unclear(near, unmatched.namesakes(person, near));
  if (isStaff(person, cast.staff) || person.role === "organizer") return noTrainee("staff");
  return noTrainee("unknown", unmatched.unknown(person));
}

/** The same words without their accents, in whatever order: "An Nguyen Van". */
function suggestions(texts: readonly string[], roster: readonly MeetingTrainee[]): MeetingTrainee[] {
  const wanted = new Set(texts.map(wordsOf));
  return roster.filter(({ fullName }) => wanted.has(wordsOf(fullName)));
}

function wordsOf(text: string): string {
  return foldAccents(splitOrdinal(text).rest)
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "")
    .toSorted()
    .join(" ");
}

const TITLES =
  /^((gs|pgs|ts|ths|cn|cv|cvc|cvcc|thac si|tien si|giang vien|gv|thay|co|ong|ba)\s*[.:]?\s+|(gs|pgs|ts|ths)\.)+/;

function bare(text: string): string {
  return foldAccents(text).replace(TITLES, "").trim();
}

function isStaff({ name }: MeetingPerson, staff: readonly string[]): boolean {
  return piecesOf(name).some((piece) => staff.some((one) => bare(one) !== "" && bare(one) === bare(piece)));
}

/** Two accounts of one name, one of them known to be a trainee's: the other may be a stranger of that name. */
function secondAccount(match: MeetingMatch, all: readonly MeetingMatch[], cast: MeetingCast): MeetingMatch {
  const [id] = match.traineeIds;
  const sure = (one: MeetingMatch) =>
    bySaid(
      one.person,
      all.map(({ person }) => person),
      cast,
    ) !== null || byAccount(one.person, cast) !== null;
  if (id === undefined || match.traineeIds.length > 1 || match.person.accounts.length === 0 || sure(match))
    return match;
  const rivals = all.filter(
    (one) => one !== match && one.person.accounts.length > 0 && one.traineeIds.includes(id),
  );
  const trainee = cast.roster.find((one) => one.id === id);
  if (rivals.length === 0 || !trainee) return match;
  return { ...match, ...unclear([trainee], unmatched.twoAccounts(match.person, trainee)) };
}
