import type { Grid, ReadingProblem, RosterEntry, SourceDocument } from "../types.ts";
import { restartsNumbering } from "./course-numbers.ts";
import { isBlank } from "./grid-rows.ts";
import { cleanText, foreignLetters, looksLikeName } from "./match-key.ts";
import { placeOf, problem } from "./problems.ts";
import type { BirthReading } from "./roster-row.ts";
import type { RosterTable } from "./roster-columns.ts";

/** What is doubtful in one entry that was read all the same. */
export function rowTroubles(entry: RosterEntry, birth: BirthReading): ReadingProblem[] {
  const troubles: ReadingProblem[] = [];
  const foreign = foreignLetters(entry.fullName);
  if (foreign.length > 0) {
    troubles.push(
      problem(
        "ask",
        entry.where,
        {
          vi: `Tên “${entry.fullName}” có chữ lạ (${foreign.join(" ")}) trông giống chữ Việt.`,
          en: `The name “${entry.fullName}” holds letters of another script (${foreign.join(" ")}) that look Vietnamese.`,
        },
        { vi: "Gõ lại tên.", en: "Type the name again." },
      ),
    );
  } else if (!looksLikeName(entry.fullName)) {
    troubles.push(
      problem(
        "ask",
        entry.where,
        {
          vi: `“${entry.fullName}” không giống họ và tên đầy đủ.`,
          en: `“${entry.fullName}” does not look like a full name.`,
        },
        { vi: "Kiểm tra lại họ và tên.", en: "Check the full name." },
      ),
    );
  }
  if (birth.unread !== null) {
    troubles.push(
      problem(
        "ask",
        entry.where,
        {
          vi: `Không đọc được ngày sinh “${birth.unread}” của ${entry.fullName}.`,
          en: `The birth date “${birth.unread}” of ${entry.fullName} is not a date.`,
        },
        { vi: "Ghi ngày/tháng/năm, ví dụ 05/09/1985.", en: "Write day/month/year, e.g. 05/09/1985." },
      ),
    );
  }
  return troubles;
}

/** Nothing but finding the person in an attendance file hangs on it: told, not asked. */
export function unreadEmail(where: string, name: string, text: string): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `Ô email của ${name} ghi “${text.slice(0, 60)}”, không phải một địa chỉ email; để trống.`,
      en: `The e-mail cell of ${name} says “${text.slice(0, 60)}”, which is no e-mail address; left blank.`,
    },
    {
      vi: "Ghi một địa chỉ, ví dụ an.nguyen@tinh.gov.vn, hoặc để trống ô.",
      en: "Write one address, e.g. an.nguyen@tinh.gov.vn, or leave the cell blank.",
    },
  );
}

/** What is doubtful in the list as a whole: people twice, numbers twice, a stated total that differs. */
export function rosterTroubles(
  doc: SourceDocument,
  table: RosterTable,
  entries: RosterEntry[],
  stated: number | null,
): ReadingProblem[] {
  const where = placeOf(doc, table.grid);
  const troubles = [...samePerson(entries), ...sameNumber(where, entries)];
  if (entries.length === 0) {
    troubles.push(
      problem(
        "refuse",
        where,
        { vi: "Danh sách không có học viên nào.", en: "The list names no trainee." },
        { vi: "Gửi danh sách đã điền.", en: "Send the filled list." },
      ),
    );
  }
  if (stated !== null && stated !== entries.length) {
    troubles.push(
      problem(
        "ask",
        where,
        {
          vi: `Danh sách ghi ${stated} học viên nhưng đọc được ${entries.length}.`,
          en: `The list states ${stated} trainees but ${entries.length} were read.`,
        },
        { vi: "Kiểm tra danh sách rồi xác nhận.", en: "Check the list, then confirm." },
      ),
    );
  }
  return troubles;
}

function samePerson(entries: RosterEntry[]): ReadingProblem[] {
  return groups(entries, (entry) => entry.matchKey).flatMap((group) => {
    const [first, ...rest] = group;
    return rest.map((other) => {
      const twice = group.some(
        (entry) =>
          entry !== other &&
          entry.birthDate === other.birthDate &&
          entry.birthYear === other.birthYear &&
          entry.code === other.code &&
          entry.workplace === other.workplace,
      );
      return twice
        ? problem(
            "ask",
            other.where,
            {
              vi: `${other.fullName} có thể bị ghi hai lần (xem ${first?.where}).`,
              en: `${other.fullName} may be listed twice (see ${first?.where}).`,
            },
            {
              vi: "Xóa một dòng, hoặc ghi ngày sinh, đơn vị để phân biệt hai người.",
              en: "Delete one row, or tell the two apart by birth date or unit.",
            },
          )
        : problem(
            "note",
            other.where,
            {
              vi: `Trùng họ tên với ${first?.where}: hai người khác nhau.`,
              en: `Same name as ${first?.where}: two different people.`,
            },
            { vi: "Không cần làm gì.", en: "Nothing to do." },
          );
    });
  });
}

function sameNumber(where: string, entries: RosterEntry[]): ReadingProblem[] {
  if (restartsNumbering(entries)) return [numberedThrough(where, entries.length)];
  const doubled = groups(
    entries.filter((entry) => entry.ordinal !== null),
    (entry) => String(entry.ordinal),
  ).map((group) => group[0]?.ordinal);
  if (doubled.length === 0) return [];
  return [
    problem(
      "note",
      where,
      {
        vi: `STT bị trùng (${doubled.slice(0, 8).join(", ")}); sơ đồ chỉ ghi STT sẽ không dùng được các số này.`,
        en: `Numbers occur twice (${doubled.slice(0, 8).join(", ")}); a chart that gives numbers only cannot use them.`,
      },
      {
        vi: "Đánh số liên tục nếu sơ đồ chỗ ngồi dùng STT.",
        en: "Number the list throughout if the chart uses numbers.",
      },
    ),
  ];
}

function numberedThrough(where: string, count: number): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `STT đánh lại từ 1 theo từng đơn vị; khi nhận vào, học viên được đánh số liên tục 1–${count} theo thứ tự trong danh sách.`,
      en: `The numbering restarts in each unit; trainees are numbered 1–${count} in the order of the list.`,
    },
    {
      vi: "Sơ đồ chỉ ghi STT thì phải dùng số liên tục này; ghi cả họ tên thì không cần.",
      en: "A chart that gives numbers only must use these; one with names need not.",
    },
  );
}

/** Groups of two or more. */
function groups<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(keyOf(item), [...(map.get(keyOf(item)) ?? []), item]);
  return [...map.values()].filter((group) => group.length > 1);
}

export function unusedColumns(doc: SourceDocument, { grid, header }: RosterTable): ReadingProblem[] {
  const pictured = new Set(grid.cells.filter(({ picture }) => picture !== null).map(({ column }) => column));
  const unused = header.columns.filter(
    ({ field, from }) => (field === null || field === "known") && !pictured.has(from),
  );
  if (unused.length === 0) return [];
  const titles = unused.map(
    ({ title, from }) => title.split(" / ").at(-1) || untitled(grid, from, header.bodyFrom),
  );
  return [
    problem(
      "note",
      placeOf(doc, grid),
      { vi: `Các cột không dùng đến: ${titles.join(", ")}.`, en: `Columns not used: ${titles.join(", ")}.` },
      { vi: "Không cần làm gì.", en: "Nothing to do." },
    ),
  ];
}

/** A column without a title is named by what stands in it. */
function untitled(grid: Grid, column: number, bodyFrom: number): string {
  const cells = grid.cells.filter((cell) => cell.column === column && cell.row >= bodyFrom && !isBlank(cell));
  const texts = cells.slice(0, 5).map(({ text, ref }) => `“${cleanText(text).slice(0, 30)}” (${ref})`);
  return `(cột ${column + 1}) ${texts.join(", ")}${cells.length > 5 ? ", …" : ""}`;
}
