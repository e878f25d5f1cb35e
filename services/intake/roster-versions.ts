import type { ReadingProblem, RosterEntry } from "../types.ts";
import { settleAnswers, type IdentityAnswer, type KnownTrainee } from "./identity-answers.ts";
import { foldAccents } from "./match-key.ts";
import { problem } from "./problems.ts";

export type TraineeChange = "renumbered" | "renamed" | "moved" | "birth-date";

export interface VersionMatch<K extends KnownTrainee> {
  /** The same person in both versions, and what changed. */
  kept: Kept<K>[];
  /** Known from an earlier version and listed again. */
  returned: Kept<K>[];
  joined: RosterEntry[];
  left: K[];
  /** Perhaps the same person: a person decides before the list can take effect. */
  asked: { next: RosterEntry; candidates: K[] }[];
  /** One `ask` per entry of `asked`. */
  questions: ReadingProblem[];
  /** Answers that could not be followed. */
  misread: ReadingProblem[];
  /** The known trainee an entry of `next` is, or null when new or not certain. */
  identityOf(entry: RosterEntry): K | null;
  /** What a person said of the entry; null when the lists themselves decided. */
  answerOf(entry: RosterEntry): "same" | "new" | null;
}

export interface Kept<K extends KnownTrainee> {
  previous: K;
  next: RosterEntry;
  changes: TraineeChange[];
}

export interface KnownBefore<K extends KnownTrainee> {
  /** On an earlier version, no longer on the one in force: whoever is listed again is the same person. */
  former?: readonly K[];
  answers?: readonly IdentityAnswer[];
}

type Evidence = (previous: KnownTrainee, next: RosterEntry) => boolean;

/**
 * Who of the new list is who of the list in force, or of those before it. A person's answer goes first; then the strongest
 * evidence, and a pair is made only when each is the other's single candidate; a name alone never joins. A changed name with the
 * same birth date is kept when only accents or case differ, otherwise asked.
 */
export function matchRosterVersions<K extends KnownTrainee>(
  previous: readonly K[],
  next: readonly RosterEntry[],
  { former = [], answers = [] }: KnownBefore<K> = {},
): VersionMatch<K> {
  const { said, problems: misread } = settleAnswers(answers, [...previous, ...former], next);
  const pairs = new Map(
    [...said].flatMap(([entry, known]): [RosterEntry, K][] => (known ? [[entry, known]] : [])),
  );
  const open = next.filter((entry) => said.get(entry) !== null);
  for (const evidence of inForce) pairSingles(previous, open, pairs, evidence);
  for (const evidence of before) pairSingles(former, open, pairs, evidence);
  const taken = new Set(pairs.values());
  const free = [...previous, ...former].filter((known) => !taken.has(known));
  const asked = open
    .filter((entry) => !pairs.has(entry))
    .map((entry) => ({ next: entry, candidates: free.filter((known) => mayBe(known, entry)) }))
    .filter(({ candidates }) => candidates.length > 0);
  const all = [...pairs].map(([entry, known]) => ({
    previous: known,
    next: entry,
    changes: changesOf(known, entry),
  }));
  return {
    kept: all.filter((pair) => previous.includes(pair.previous)),
    returned: all.filter((pair) => !previous.includes(pair.previous)),
    joined: next.filter((entry) => !pairs.has(entry) && !asked.some((question) => question.next === entry)),
    left: previous.filter((known) => !taken.has(known)),
    asked,
    questions: asked.map(question),
    misread,
    identityOf: (entry) => pairs.get(entry) ?? null,
    answerOf: (entry) => (said.has(entry) ? (said.get(entry) ? "same" : "new") : null),
  };
}

/** The same comparison when identity is known already, as between two stored versions. */
export function compareKnown<K extends KnownTrainee & { id: string }>(
  previous: readonly K[],
  next: ReadonlyMap<string, RosterEntry>,
): VersionMatch<K> {
  const before = new Map(previous.map((known) => [known.id, known]));
  const of = new Map([...next].map(([id, entry]) => [entry, before.get(id) ?? null]));
  const entries = [...next.values()];
  return {
    kept: entries.flatMap((entry) => {
      const known = of.get(entry);
      return known ? [{ previous: known, next: entry, changes: changesOf(known, entry) }] : [];
    }),
    joined: entries.filter((entry) => !of.get(entry)),
    returned: [],
    left: previous.filter(({ id }) => !next.has(id)),
    asked: [],
    questions: [],
    misread: [],
    identityOf: (entry) => of.get(entry) ?? null,
    answerOf: () => null,
  };
}

/** The list in force says the same. */
export function changesNothing<K extends KnownTrainee>({
  kept,
  returned,
  joined,
  left,
  asked,
}: VersionMatch<K>): boolean {
  const changed = kept.some(({ changes }) => changes.length > 0);
  return !changed && returned.length + joined.length + left.length + asked.length === 0;
}

function pairSingles<K extends KnownTrainee>(
  previous: readonly K[],
  next: readonly RosterEntry[],
  pairs: Map<RosterEntry, K>,
  evidence: Evidence,
): void {
  const taken = new Set(pairs.values());
  const free = previous.filter((known) => !taken.has(known));
  const open = next.filter((entry) => !pairs.has(entry));
  for (const entry of open) {
    const candidates = free.filter((known) => evidence(known, entry));
    const [only] = candidates;
    if (!only || candidates.length > 1) continue;
    if (open.filter((other) => evidence(only, other)).length === 1) pairs.set(entry, only);
  }
}

/** Strongest first. A number means nothing against a list that is no longer in force. */
const inForce: Evidence[] = [
  sameNameAndBirth,
  sameNameUnitAndNumber,
  sameNameAndUnit,
  sameNameAndNumber,
  sameBirthAndLetters,
];
const before: Evidence[] = [sameNameAndBirth, sameNameAndUnit, sameBirthAndLetters];

function sameNameAndBirth(known: KnownTrainee, entry: RosterEntry): boolean {
  return known.matchKey === entry.matchKey && sameBirth(known, entry) === true;
}

function sameNameUnitAndNumber(known: KnownTrainee, entry: RosterEntry): boolean {
  return sameNameAndUnit(known, entry) && known.ordinal === entry.ordinal;
}

function sameNameAndUnit(known: KnownTrainee, entry: RosterEntry): boolean {
  return known.matchKey === entry.matchKey && sameUnit(known, entry) && sameBirth(known, entry) !== false;
}

function sameNameAndNumber(known: KnownTrainee, entry: RosterEntry): boolean {
  const numbered = known.ordinal !== null && known.ordinal === entry.ordinal;
  return numbered && known.matchKey === entry.matchKey && sameBirth(known, entry) !== false;
}

/** A mended spelling: the same letters without accents, the same full birth date. */
function sameBirthAndLetters(known: KnownTrainee, entry: RosterEntry): boolean {
  return (
    entry.birthDate !== null &&
    known.birthDate === entry.birthDate &&
    foldAccents(known.fullName) === foldAccents(entry.fullName)
  );
}

/** True or false when both say; null when one does not. A year agrees with a date of that year. */
function sameBirth(known: KnownTrainee, entry: RosterEntry): boolean | null {
  if (known.birthDate !== null && entry.birthDate !== null) return known.birthDate === entry.birthDate;
  if (known.birthYear !== null && entry.birthYear !== null) return known.birthYear === entry.birthYear;
  return null;
}

function sameUnit(known: KnownTrainee, entry: RosterEntry): boolean {
  return (
    known.workplace !== null &&
    entry.workplace !== null &&
    foldAccents(known.workplace) === foldAccents(entry.workplace)
  );
}

/** The same name, or the same birth date with the same number or unit (a changed name). */
function mayBe(known: KnownTrainee, entry: RosterEntry): boolean {
  if (foldAccents(known.fullName) === foldAccents(entry.fullName)) return true;
  const born = entry.birthDate !== null && known.birthDate === entry.birthDate;
  return born && (sameUnit(known, entry) || (entry.ordinal !== null && known.ordinal === entry.ordinal));
}

function changesOf(known: KnownTrainee, entry: RosterEntry): TraineeChange[] {
  const changes: [TraineeChange, boolean][] = [
    ["renumbered", known.ordinal !== entry.ordinal],
    ["renamed", known.matchKey !== entry.matchKey],
    ["moved", entry.workplace !== null && !sameUnit(known, entry)],
    ["birth-date", known.birthDate !== entry.birthDate],
  ];
  return changes.filter(([, changed]) => changed).map(([change]) => change);
}

function question({ next, candidates }: { next: RosterEntry; candidates: KnownTrainee[] }): ReadingProblem {
  const who = candidates
    .map((known) =>
      [
        known.ordinal === null ? "" : `STT ${known.ordinal}`,
        known.fullName,
        known.birthDate ?? known.birthYear ?? "",
      ]
        .filter(Boolean)
        .join(" "),
    )
    .join("; ");
  return problem(
    "ask",
    next.where,
    {
      vi: `${next.fullName} có phải là học viên cũ không: ${who}?`,
      en: `Is ${next.fullName} a trainee already known: ${who}?`,
    },
    {
      vi: "Chọn người cũ hoặc xác nhận là học viên mới.",
      en: "Choose the known trainee or confirm that this one is new.",
    },
  );
}
