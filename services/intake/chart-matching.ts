import type { ChartSeat, ReadingProblem, RosterEntry } from "../types.ts";
import { foldAccents, matchKey } from "./match-key.ts";
import { problem } from "./problems.ts";

export type SeatMatchBy = "ordinal-and-name" | "ordinal" | "name";

export interface SeatMatch {
  seat: ChartSeat;
  /** Null for an empty seat or one that must be asked about. */
  entry: RosterEntry | null;
  by: SeatMatchBy | null;
  /** Who it could be, when not certain; a person chooses. */
  candidates: RosterEntry[];
}

export interface ChartMatch {
  seats: SeatMatch[];
  /** On the roster, on no seat. */
  missing: RosterEntry[];
  /** On the chart, not on the roster (or not certain who). */
  extra: ChartSeat[];
  /** On two or more seats; none of these seats keeps the match. */
  doubled: { entry: RosterEntry; seats: ChartSeat[] }[];
  problems: ReadingProblem[];
}

/** Who sits where. STT and name must agree when both are written; a name alone decides only when nobody shares it. */
export function matchChartToRoster(drawn: ChartSeat[], roster: RosterEntry[]): ChartMatch {
  const countSeats = numbersCountSeats(drawn, roster);
  const seats = countSeats ? drawn.map(withoutNumber) : drawn;
  const first = seats.map((seat) => matchSeat(seat, roster));
  const doubled = doubledIn(first);
  const matches = first.map((match) =>
    doubled.some(({ entry }) => entry === match.entry)
      ? { ...match, entry: null, by: null, candidates: match.entry ? [match.entry] : [] }
      : match,
  );
  const seated = new Set(first.map((match) => match.entry));
  const missing = roster.filter((entry) => !seated.has(entry));
  const extra = matches.filter(
    (match) =>
      isTaken(match.seat) && !match.entry && !doubled.some(({ seats }) => seats.includes(match.seat)),
  );
  return {
    seats: matches,
    missing,
    extra: extra.map((match) => match.seat),
    doubled,
    problems: [
      ...(countSeats ? [seatNumbers(drawn[0]?.where ?? "")] : []),
      ...extra.map(uncertain),
      ...doubled.map(sitsTwice),
      ...missing.map(unseated),
    ],
  };
}

/** Enough seats to tell a numbering of seats from a few mistaken STT. */
const TELLING = 6;

/**
 * Numbers beside names that fit the roster's STT nearly nowhere, though the names are on it, count seats: then people are
 * found by name.
 */
function numbersCountSeats(seats: ChartSeat[], roster: RosterEntry[]): boolean {
  const both = seats.flatMap(({ ordinal, fullName }) => {
    if (ordinal === null || fullName === null) return [];
    const named = roster.filter((entry) => entry.matchKey === matchKey(fullName));
    return named.length === 0 ? [] : [named.some((entry) => entry.ordinal === ordinal)];
  });
  const fitting = both.filter(Boolean).length;
  const named = seats.every(({ ordinal, fullName }) => ordinal === null || fullName !== null);
  return named && both.length >= TELLING && fitting * 5 < both.length;
}

function withoutNumber(seat: ChartSeat): ChartSeat {
  return seat.fullName === null ? seat : { ...seat, ordinal: null };
}

function isTaken(seat: ChartSeat): boolean {
  return seat.ordinal !== null || seat.fullName !== null;
}

function matchSeat(seat: ChartSeat, roster: RosterEntry[]): SeatMatch {
  const none: SeatMatch = { seat, entry: null, by: null, candidates: [] };
  if (!isTaken(seat)) return none;
  const key = seat.fullName === null ? null : matchKey(seat.fullName);
  const numbered = seat.ordinal === null ? [] : roster.filter((entry) => entry.ordinal === seat.ordinal);
  const named = key === null ? [] : roster.filter((entry) => entry.matchKey === key);
  const both = numbered.filter((entry) => named.includes(entry));
  const [only] = both;
  if (only && both.length === 1) return { seat, entry: only, by: "ordinal-and-name", candidates: [] };
  if (key === null) return decide(seat, numbered, "ordinal");
  if (seat.ordinal === null && named.length > 0) return decide(seat, named, "name");
  return {
    ...none,
    candidates: [...new Set([...numbered, ...named, ...resembling(seat.fullName ?? "", roster)])],
  };
}

function decide(seat: ChartSeat, found: RosterEntry[], by: SeatMatchBy): SeatMatch {
  const [only] = found;
  return only && found.length === 1
    ? { seat, entry: only, by, candidates: [] }
    : { seat, entry: null, by: null, candidates: found };
}

/** The same letters without accents, or a shortened name ("V. An", "An"): suggestions only. */
function resembling(name: string, roster: RosterEntry[]): RosterEntry[] {
  const folded = foldAccents(name);
  const words = folded.replaceAll(".", " ").split(" ").filter(Boolean);
  return roster.filter((entry) => {
    const full = foldAccents(entry.fullName);
    const tail = full.split(" ").slice(-words.length);
    return (
      full === folded ||
      (words.at(-1) === tail.at(-1) && words.every((word, i) => (tail[i] ?? "").startsWith(word)))
    );
  });
}

function doubledIn(matches: SeatMatch[]): ChartMatch["doubled"] {
  const byEntry = new Map<RosterEntry, ChartSeat[]>();
  for (const { entry, seat } of matches) if (entry) byEntry.set(entry, [...(byEntry.get(entry) ?? []), seat]);
  return [...byEntry].filter(([, seats]) => seats.length > 1).map(([entry, seats]) => ({ entry, seats }));
}

function written(seat: ChartSeat): string {
  return [seat.ordinal, seat.fullName].filter((part) => part !== null).join(". ");
}

function described(entry: RosterEntry): string {
  return [
    entry.ordinal === null ? "" : `STT ${entry.ordinal}`,
    entry.fullName,
    entry.birthDate ?? entry.birthYear ?? "",
  ]
    .filter(Boolean)
    .join(" ");
}

function seatNumbers(where: string): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: "Số trên sơ đồ không khớp STT của danh sách nên được hiểu là số ghế; người được nhận theo họ tên.",
      en: "The chart's numbers do not fit the roster's STT and are taken for seat numbers; people are found by name.",
    },
    {
      vi: "Không cần làm gì; ai trùng tên sẽ được hỏi riêng.",
      en: "Nothing to do; namesakes are asked about.",
    },
  );
}

function uncertain({ seat, candidates }: SeatMatch): ReadingProblem {
  const who = candidates.slice(0, 4).map(described).join("; ");
  if (candidates.length === 0) {
    return problem(
      "ask",
      seat.where,
      {
        vi: `“${written(seat)}” có trên sơ đồ nhưng không có trong danh sách.`,
        en: `“${written(seat)}” is on the chart but not on the roster.`,
      },
      { vi: "Sửa sơ đồ hoặc bổ sung danh sách.", en: "Correct the chart or complete the roster." },
    );
  }
  return problem(
    "ask",
    seat.where,
    {
      vi: `Chưa chắc “${written(seat)}” là ai: ${who}.`,
      en: `Not certain who “${written(seat)}” is: ${who}.`,
    },
    {
      vi: "Chọn người, hoặc ghi cả STT và họ tên trên sơ đồ.",
      en: "Choose the person, or write both number and full name on the chart.",
    },
  );
}

function sitsTwice({ entry, seats }: ChartMatch["doubled"][number]): ReadingProblem {
  const places = seats.map((seat) => seat.where).join("; ");
  return problem(
    "ask",
    seats[0]?.where ?? entry.where,
    {
      vi: `${described(entry)} có ${seats.length} chỗ: ${places}.`,
      en: `${described(entry)} has ${seats.length} seats: ${places}.`,
    },
    { vi: "Giữ lại một chỗ.", en: "Keep one seat." },
  );
}

function unseated(entry: RosterEntry): ReadingProblem {
  return problem(
    "ask",
    entry.where,
    {
      vi: `${described(entry)} có trong danh sách nhưng chưa có chỗ trên sơ đồ.`,
      en: `${described(entry)} is on the roster but has no seat on the chart.`,
    },
    {
      vi: "Bổ sung chỗ ngồi, hoặc xác nhận chưa xếp chỗ.",
      en: "Add a seat, or confirm that there is none yet.",
    },
  );
}
