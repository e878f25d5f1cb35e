import type { Grid, MeetingPerson, MeetingStay, SourceDocument, WallTime } from "../types.ts";
import { cleanText, foldAccents, matchKey } from "./match-key.ts";
import type { DayOrder } from "./meeting-clock.ts";
import { rowPlace, type RowTrouble } from "./meeting-problems.ts";
import { RowReader, textIn, type Bounds, type ReadRow, type StayRow } from "./meeting-rows.ts";
import type { MeetingRow, MeetingTable } from "./meeting-tables.ts";

/** What became of one row; `why` is null for a row understood, and for rows of a table told of as a whole. */
export interface RowVerdict {
  row: MeetingRow;
  grid: Grid;
  ok: boolean;
  why: RowTrouble | null;
}

export interface Gathered {
  people: MeetingPerson[];
  verdicts: RowVerdict[];
  /** The latest time of the file. */
  last: WallTime | null;
}

/**
 * The rows of a file by person. Where it has a row a join, the joins tell the stays and the summary only account and role; where it
 * has the summary alone, its one stay is first join to last leave less the time away.
 */
export function gatherPeople(
  doc: SourceDocument,
  tables: readonly MeetingTable[],
  order: DayOrder,
  bounds: Bounds,
): Gathered {
  const reader = new RowReader(tables, order, bounds);
  const detailed = tables.some(
    ({ shape, rows }) => shape === "stays" || (shape === "actions" && rows.length > 0),
  );
  const people = new People(doc);
  const verdicts: RowVerdict[] = [];
  for (const { shape, grid, rows } of tables) {
    for (const row of rows) {
      const who = identityOf(row);
      const read = shape === "unknown" ? null : reader.read(shape, row);
      const why = read === null ? null : typeof read === "string" ? read : who === null ? "no-name" : null;
      verdicts.push({ row, grid, ok: read !== null && why === null, why });
      if (who === null || read === null) continue;
      const person = people.of(who, grid, row);
      if (why === null) person.count++;
      if (shape === "summary" && detailed) continue;
      if (typeof read === "string") person.unreadRows++;
      else person.add(read);
    }
  }
  return { people: people.all(reader.last), verdicts, last: reader.last };
}

interface Identity {
  name: string;
  accounts: string[];
  role: MeetingPerson["role"];
}

/** What Teams puts behind the name of somebody without an account. */
const MARKS =
  /\s*\((guest|external|unverified|khach|ben ngoai|chua xac minh|chua duoc xac minh|nguoi ben ngoai)\)\s*$/;

function identityOf(row: MeetingRow): Identity | null {
  const written = textIn(row, "name");
  const mark = MARKS.exec(foldAccents(written));
  const name = cleanText(mark ? written.slice(0, written.lastIndexOf("(")) : written);
  if (name === "") return null;
  const addresses = (["email", "account"] as const)
    .map((field) => textIn(row, field).toLowerCase())
    .filter((text) => text.includes("@"));
  return { name, accounts: [...new Set(addresses)], role: roleOf(foldAccents(textIn(row, "role"))) };
}

function roleOf(text: string): MeetingPerson["role"] {
  if (/organi[sz]er|to chuc/.test(text)) return "organizer";
  if (/presenter|trinh bay|dien gia/.test(text)) return "presenter";
  return /attendee|tham du|tham gia|nguoi du/.test(text) ? "attendee" : null;
}

/** Collects the people of a file: the same account is one person, and the same name without an account is another one. */
class People {
  private readonly doc: SourceDocument;
  private readonly found: Collected[] = [];

  constructor(doc: SourceDocument) {
    this.doc = doc;
  }

  of(who: Identity, grid: Grid, row: MeetingRow): Collected {
    const key = matchKey(who.name);
    const known = this.found.find((one) =>
      who.accounts.length > 0
        ? who.accounts.some((account) => one.accounts.includes(account))
        : one.accounts.length === 0 && one.key === key,
    );
    if (known) {
      known.learn(who);
      return known;
    }
    const fresh = new Collected(who, key, rowPlace(this.doc, grid, row));
    this.found.push(fresh);
    return fresh;
  }

  all(last: WallTime | null): MeetingPerson[] {
    return this.found.map((one) => one.person(last));
  }
}

class Collected {
  accounts: string[];
  count = 0;
  unreadRows = 0;
  readonly key: string;
  private role: MeetingPerson["role"];
  private readonly name: string;
  private readonly where: string;
  private readonly rows: StayRow[] = [];
  private readonly actions: { action: "join" | "leave"; at: WallTime }[] = [];

  constructor({ name, accounts, role }: Identity, key: string, where: string) {
    this.name = name;
    this.accounts = accounts;
    this.role = role;
    this.key = key;
    this.where = where;
  }

  learn({ accounts, role }: Identity): void {
    this.accounts = [...new Set([...this.accounts, ...accounts])];
    this.role ??= role;
  }

  add(read: ReadRow): void {
    if ("action" in read) this.actions.push(read);
    else this.rows.push(read);
  }

  person(last: WallTime | null): MeetingPerson {
    const all = [...this.rows, ...paired(this.actions, last)];
    const { name, accounts, role, count: rows, unreadRows, where } = this;
    const awaySeconds = all.reduce((sum, { away }) => sum + away, 0);
    return {
      name,
      accounts,
      role,
      stays: merged(all.map(({ stay }) => stay)),
      awaySeconds,
      rows,
      unreadRows,
      where,
    };
  }
}

/** "Joined" until the next "Left"; who never left was there until the list was made, and who only left since an unknown instant. */
function paired(
  actions: readonly { action: "join" | "leave"; at: WallTime }[],
  last: WallTime | null,
): StayRow[] {
  const stays: StayRow[] = [];
  let since: WallTime | null = null;
  for (const { action, at } of actions.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (action === "join") since ??= at;
    else {
      stays.push({ stay: { joinedAt: since ?? at, leftAt: at }, away: 0 });
      since = null;
    }
  }
  if (since !== null) stays.push({ stay: { joinedAt: since, leftAt: last ?? since }, away: 0 });
  return stays;
}

/** Overlapping stays are one: somebody on two devices is there once. */
function merged(stays: readonly MeetingStay[]): MeetingStay[] {
  const out: MeetingStay[] = [];
  for (const stay of stays.toSorted((a, b) =>
    a.joinedAt < b.joinedAt ? -1 : a.joinedAt > b.joinedAt ? 1 : 0,
  )) {
    const open = out.at(-1);
    if (open && stay.joinedAt <= open.leftAt) {
      if (stay.leftAt > open.leftAt) open.leftAt = stay.leftAt;
    } else out.push({ ...stay });
  }
  return out;
}
