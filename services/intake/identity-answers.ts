import type { ReadingProblem, RosterEntry } from "../types.ts";
import { foldAccents, matchKey, splitOrdinal } from "./match-key.ts";
import { problem } from "./problems.ts";

/** What a trainee of the version in force is recognised by. */
export type KnownTrainee = Pick<
  RosterEntry,
  "ordinal" | "fullName" | "matchKey" | "birthDate" | "birthYear" | "workplace"
>;

/** A person's word on who somebody of the new list is: a known trainee, or nobody known. Both as typed: number, name or both. */
export interface IdentityAnswer {
  who: string;
  /** Null: a new trainee. */
  is: string | null;
}

export interface SettledAnswers<K> {
  /** By entry: the known trainee it is, or null for somebody new. */
  said: Map<RosterEntry, K | null>;
  /** Answers that point at nobody, at several people, or at somebody twice. */
  problems: ReadingProblem[];
}

/** Whom each answer means. An answer that cannot be followed settles nothing and is reported. */
export function settleAnswers<K extends KnownTrainee>(
  answers: readonly IdentityAnswer[],
  known: readonly K[],
  next: readonly RosterEntry[],
): SettledAnswers<K> {
  const said = new Map<RosterEntry, K | null>();
  const problems: ReadingProblem[] = [];
  for (const answer of answers) {
    const where = answer.is === null ? `--new "${answer.who}"` : `--same "${answer.who}=${answer.is}"`;
    const entry = theOne(answer.who, next);
    const is = answer.is === null ? null : theOne(answer.is, known);
    if (typeof entry === "number") problems.push(unclear(where, answer.who, entry, newList));
    else if (typeof is === "number") problems.push(unclear(where, answer.is ?? "", is, oldList));
    else if (said.has(entry) || (is !== null && [...said.values()].includes(is))) problems.push(twice(where));
    else said.set(entry, is);
  }
  return { said, problems };
}

/** The only person meant, else how many are. */
function theOne<P extends KnownTrainee>(typed: string, people: readonly P[]): P | number {
  const { ordinal, rest } = splitOrdinal(typed);
  const numbered = people.filter((one) => ordinal === null || one.ordinal === ordinal);
  if (rest === "") return numbered.length === 1 && numbered[0] ? numbered[0] : numbered.length;
  const exact = numbered.filter((one) => one.matchKey === matchKey(rest));
  const found = exact.length > 0 ? exact : numbered.filter((one) => sameLetters(one.fullName, rest));
  return found.length === 1 && found[0] ? found[0] : found.length;
}

function sameLetters(name: string, typed: string): boolean {
  return foldAccents(name) === foldAccents(typed);
}

const newList = { vi: "danh sách mới", en: "the new list" };
const oldList = { vi: "các danh sách trước", en: "the lists before" };

function unclear(where: string, typed: string, count: number, list: typeof newList): ReadingProblem {
  const why =
    count === 0
      ? { vi: `Không có ai là “${typed}” trong ${list.vi}.`, en: `Nobody is "${typed}" in ${list.en}.` }
      : {
          vi: `Có ${count} người là “${typed}” trong ${list.vi}.`,
          en: `${count} people are "${typed}" in ${list.en}.`,
        };
  return problem("ask", where, why, {
    vi: "Ghi STT, họ tên đầy đủ, hoặc cả hai: “12. Nguyễn Văn An”.",
    en: 'Write the number, the full name or both: "12. Nguyễn Văn An".',
  });
}

function twice(where: string): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: "Đã có câu trả lời khác cho chính người này.",
      en: "There is another answer for this very person.",
    },
    { vi: "Mỗi người chỉ trả lời một lần.", en: "Answer once for each person." },
  );
}
