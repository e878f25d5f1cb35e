import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asCommaCsv,
  asTeamsCsv,
  asTeamsXlsx,
  asUtf8Csv,
  britishWords,
  earlierReportRows,
  earlierWords,
  englishWords,
  listRows,
  reportRows,
  vietnameseWords,
  type TeamsMeeting,
  type TeamsWords,
} from "../../fixtures/documents/teams-file.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import type { MeetingStay, WallTime } from "../types.ts";
import { durationSeconds, writtenTime } from "./meeting-clock.ts";
import { understandMeeting, withDaysSwapped } from "./meeting.ts";

async function read(bytes: Uint8Array, name = "diem-danh.csv") {
  const reading = understandMeeting(await readDocument(name, bytes, READ_LIMITS));
  expect(reading.rowsIn).toBe(reading.understood + reading.reported);
  return reading;
}

function rows(...lines: string[]): Uint8Array {
  return asTeamsCsv(lines.map((line) => line.split("|")));
}

const header = "Name|Join Time|Leave Time|Duration|Email|Role";

/** Stays within teaching hours, at least a second apart, told as pairs of seconds of the day. */
const stays = fc
  .uniqueArray(fc.integer({ min: 7 * 3600, max: 20 * 3600 }), { minLength: 2, maxLength: 8 })
  .map((marks) => marks.toSorted((a, b) => a - b))
  .map((marks) => marks.slice(0, marks.length - (marks.length % 2)));

const meetings = fc.record({
  day: fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true }),
  people: fc.array(stays, { minLength: 1, maxLength: 6 }),
});

function meetingOf({ day, people }: { day: Date; people: number[][] }): TeamsMeeting {
  const date = day.toISOString().slice(0, 10);
  const at = (second: number) => `${date}T${new Date(second * 1000).toISOString().slice(11, 19)}` as WallTime;
  const all = people.map((marks, i) => {
    const own: MeetingStay[] = [];
    for (let k = 0; k < marks.length; k += 2)
      own.push({ joinedAt: at(marks[k] ?? 0), leftAt: at(marks[k + 1] ?? 0) });
    const email = `hv${i}@x.edu.vn`;
    return { name: `Học Viên ${"ABCDEF"[i]}`, email, upn: email, role: "attendee" as const, stays: own };
  });
  const times = people.flat().toSorted((a, b) => a - b);
  return { title: "Lớp A", startedAt: at(times[0] ?? 0), endedAt: at(times.at(-1) ?? 0), people: all };
}

describe("a Teams attendance file", () => {
  it("reads back equal from any shape, language and encoding, several joins a person", async () => {
    const words: TeamsWords[] = [englishWords, earlierWords, britishWords, vietnameseWords];
    const encodings = [asTeamsCsv, asUtf8Csv, asCommaCsv, asTeamsXlsx];
    const shapes = [reportRows, earlierReportRows, listRows];
    await fc.assert(
      fc.asyncProperty(
        meetings.map(meetingOf),
        fc.constantFrom(...words),
        fc.constantFrom(...encodings),
        fc.constantFrom(...shapes),
        async (meeting, language, encode, shape) => {
          const { value, reported } = await read(await encode(shape(meeting, language)));
          expect(reported).toBe(0);
          expect(value.people.map(({ name, stays: found }) => ({ name, stays: found }))).toEqual(
            meeting.people.map(({ name, stays: told }) => ({ name, stays: told })),
          );
          expect([value.startedAt, value.endedAt]).toEqual([meeting.startedAt, meeting.endedAt]);
        },
      ),
      { numRuns: 80, seed: 14 },
    );
  });

  it("keeps two people of one name apart by their accounts, and a guest of that name from both", async () => {
    const at = "9/14/26, 8:00:00 AM|9/14/26, 9:00:00 AM|1h";
    const { value } = await read(
      rows(
        header,
        `Nguyễn Văn An|${at}|a@x.vn|Attendee`,
        `Nguyễn Văn An|${at}|b@x.vn|Attendee`,
        `Nguyễn Văn An (Khách)|${at}||Attendee`,
        `NGUYỄN VĂN AN|9/14/26, 10:00:00 AM|9/14/26, 10:30:00 AM|30m|A@x.vn|Attendee`,
      ),
    );
    expect(value.people.map(({ accounts, stays: own }) => [accounts, own.length])).toEqual([
      [["a@x.vn"], 2],
      [["b@x.vn"], 1],
      [[], 1],
    ]);
  });

  it("is there once on two devices at the same time", async () => {
    const { value } = await read(
      rows(
        header,
        "An Lê|9/14/26, 8:00:00 AM|9/14/26, 9:00:00 AM|1h|a@x.vn|",
        "An Lê|9/14/26, 8:30:00 AM|9/14/26, 9:30:00 AM|1h|a@x.vn|",
      ),
    );
    expect(value.people[0]?.stays).toEqual([
      { joinedAt: "2026-09-14T08:00:00", leftAt: "2026-09-14T09:30:00" },
    ]);
  });

  it("was in the meeting until its end when nobody saw the leaving", async () => {
    const list = rows(
      "Full Name|User Action|Timestamp",
      "An Lê|Joined|9/14/2026, 8:00:00 AM",
      "Bình Vũ|Joined|9/14/2026, 8:10:00 AM",
      "Bình Vũ|Left|9/14/2026, 11:00:00 AM",
    );
    const { value } = await read(list);
    expect(value.people[0]?.stays).toEqual([
      { joinedAt: "2026-09-14T08:00:00", leftAt: "2026-09-14T11:00:00" },
    ]);
  });

  it("reads a report of a language it does not know by what stands in its columns", async () => {
    const { value, reported } = await read(
      rows(
        "1. Résumé",
        "Titre|Cours",
        "2. Participants",
        "Nom|Première connexion|Dernière déconnexion|Durée|Adresse|Identifiant|Rôle",
        "An Lê|14/09/2026 08:00:00|14/09/2026 11:20:00|3h|a@x.vn|a@x.vn|Participant",
        "3. Activités",
        "Nom|Entrée|Sortie|Durée|Adresse|Rôle",
        "An Lê|14/09/2026 08:00:00|14/09/2026 10:00:00|2h|a@x.vn|Participant",
        "An Lê|14/09/2026 10:20:00|14/09/2026 11:20:00|1h|a@x.vn|Participant",
      ),
    );
    expect([reported, value.people[0]?.stays.length, value.people[0]?.accounts]).toEqual([0, 2, ["a@x.vn"]]);
  });

  it("says when times are UTC", async () => {
    const { value } = await read(
      rows(
        "Name|First Join (UTC)|Last Leave (UTC)|In-Meeting Duration|Email",
        "An Lê|9/14/26, 1:00:00 AM|9/14/26, 4:20:00 AM|3h 20m|a@x.vn",
      ),
    );
    expect(value.clock).toBe("utc");
  });

  it.each([
    ["tám giờ|9/14/26, 9:00:00 AM|1h", "không đọc được giờ vào"],
    ["9/14/26, 8:00:00 AM|?|1h", "không đọc được giờ ra"],
    ["9/14/26, 9:00:00 AM|9/14/26, 8:00:00 AM|1h", "giờ ra trước giờ vào"],
    ["9/14/26, 8:00:00 AM|9/14/26, 8:30:00 AM|11h", "dài hơn khoảng"],
    ["9/20/26, 8:00:00 AM|9/20/26, 9:00:00 AM|1h", "ngày khác hẳn"],
  ])("reports a row that cannot be used, with its place: %s", async (cells, why) => {
    const good = Array.from(
      { length: 3 },
      (_, i) => `Người ${i}|9/14/26, 8:00:00 AM|9/14/26, 9:00:00 AM|1h|${i}@x.vn|`,
    );
    const { value, reported, problems } = await read(rows(header, ...good, `An Lê|${cells}|a@x.vn|`));
    expect(reported).toBe(1);
    expect(value.people.at(-1)).toMatchObject({ name: "An Lê", stays: [], unreadRows: 1 });
    expect(problems[0]?.where).toContain("dòng 5");
    expect(problems[0]?.why.vi).toContain(why);
  });

  it("turns day and month around as a whole, where that is a date", async () => {
    const { value } = await read(
      rows(
        header,
        "An Lê|5/10/2026, 8:00:00 AM|5/10/2026, 9:00:00 AM|1h||",
        "Bình Vũ|5/10/2026, 8:00:00 AM|5/10/2026, 9:00:00 AM|1h||",
      ),
    );
    expect([value.dayOrderCertain, value.startedAt]).toEqual([false, "2026-05-10T08:00:00"]);
    expect(withDaysSwapped(value)?.people[1]?.stays[0]?.leftAt).toBe("2026-10-05T09:00:00");
    const { value: certain } = await read(rows(header, "An Lê|9/14/26, 8:00:00 AM|9/14/26, 9:00:00 AM|1h||"));
    expect(withDaysSwapped(certain)).toBeNull();
  });

  it("refuses a table without joins", async () => {
    const { problems, value } = await read(rows("STT|Họ và tên|Đơn vị", "1|Lê An|Sở A"));
    expect([problems.at(-1)?.severity, value.people]).toEqual(["refuse", []]);
  });
});

const cell = (text: string) => writtenTime({ text, date: null });

describe("times and lengths as Teams writes them", () => {
  it.each([
    ["3/20/23, 8:55:23 PM", "20:55:23", null],
    ["3/20/2023, 12:00:05\u202fAM", "00:00:05", null],
    ["20/03/2023 08:55", "08:55:00", null],
    ["08:55:23 20/3/2023", "08:55:23", "dmy"],
    ["20/03/2023 08:55:23 SA", "08:55:23", "dmy"],
    ["20/03/2023 1:05:23 CH", "13:05:23", "dmy"],
    ["2023-03-20T08:55:23.1234567Z", "08:55:23", "dmy"],
  ])("%s", (text, clock, order) => expect(cell(text)).toMatchObject({ clock, order, year: 2023 }));

  it.each(["20/03/2023", "25:00 20/03/2023", "hôm qua", ""])("no time: %s", (text) =>
    expect(cell(text)).toBeNull(),
  );

  it.each([
    ["1h 2m 3s", 3723],
    ["59m 35s", 3575],
    ["1 giờ 2 phút 3 giây", 3723],
    ["45 giây", 45],
    ["1 hr 5 min", 3900],
    ["01:02:03", 3723],
    ["0s", 0],
    ["abc", null],
    ["3 người", null],
    ["", null],
  ])("%s", (text, seconds) => expect(durationSeconds(text)).toBe(seconds));
});
