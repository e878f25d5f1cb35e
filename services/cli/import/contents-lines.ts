import type { ChartFile } from "../../../workers/imports/read-files.ts";
import { shiftWords } from "./difference-words.ts";
import { roomSeats } from "./chart-answers.ts";
import type { ImportOptions } from "./options.ts";
import type { ChartSeat, LocalDate, MeetingReading, RosterEntry, TimetableEntry } from "../../types.ts";

/** What was understood of a paper, a line each, for whoever compares it with the paper. */

export function rosterLines(entries: readonly RosterEntry[]): string[] {
  const portraits = entries.filter(({ portrait }) => portrait !== null).length;
  const head = `${entries.length} học viên, ${portraits} có ảnh · ${entries.length} trainees, ${portraits} with a portrait`;
  return [
    head,
    ...entries.map(({ ordinal, fullName, birthDate, birthYear, position, workplace, portrait }) =>
      [
        `${ordinal ?? "–"}. ${fullName}`,
        birthDate === null ? birthYear : vietnameseDay(birthDate),
        position,
        workplace,
        portrait === null ? null : "có ảnh",
      ]
        .filter((part) => part !== null)
        .join(" · "),
    ),
  ];
}

/** Row by row from the front once the three questions are answered, until then as drawn. */
export function chartLines(file: ChartFile, options: ImportOptions): string[] {
  const { rowCount, columnCount, aislesAfter, seats: drawn, roomText } = file.reading.value;
  if (drawn.length === 0) return [];
  const seats = roomSeats(file, options);
  const taken = drawn.filter((seat) => seatText(seat) !== "").length;
  const frame =
    seats === null
      ? "như hình vẽ, hàng 1 ở trên · as drawn, row 1 on top"
      : "hàng 1 sát bục giảng, chỗ 1 bên trái khi nhìn từ bàn giáo viên · row 1 nearest the front, seat 1 leftmost for the teacher";
  const size = `${rowCount} hàng × ${columnCount} chỗ, ${taken} có người`;
  const aisles = aislesAfter.length > 0 ? `, ${aislesAfter.length} lối đi` : "";
  return [
    `${options.room ?? roomText ?? "Phòng ?"}: ${size}${aisles}; ${frame}`,
    ...Array.from({ length: rowCount }, (_, r) => rowLine(r + 1, columnCount, seats ?? drawn)),
  ];
}

function rowLine(row: number, columnCount: number, seats: readonly ChartSeat[]): string {
  const cells = Array.from({ length: columnCount }, (_, c) => {
    const seat = seats.find((one) => one.row === row && one.column === c + 1);
    return seat === undefined ? "·" : seatText(seat) || "trống";
  });
  return `Hàng ${row}: ${cells.join(" | ")}`;
}

function seatText({ ordinal, fullName }: ChartSeat): string {
  return [ordinal, fullName].filter((part) => part !== null).join(". ");
}

function at(time: string | null): string {
  return time?.slice(11, 16) ?? "?";
}

/** Everybody of a meeting with their stays, by the file's own clock. */
export function meetingLines({ title, startedAt, endedAt, people, clock }: MeetingReading): string[] {
  const day = startedAt === null ? "?" : vietnameseDay(startedAt.slice(0, 10) as LocalDate);
  const when = `${day} ${at(startedAt)}–${at(endedAt)}${clock === "utc" ? " UTC" : ""}`;
  return [
    `${title === null ? "" : `“${title}”, `}${when}: ${people.length} người · people`,
    ...people.map(({ name, accounts, stays }) =>
      [
        name,
        accounts[0],
        stays.map(({ joinedAt, leftAt }) => `${at(joinedAt)}–${at(leftAt)}`).join(", ") || "không rõ giờ",
      ]
        .filter((part) => part !== undefined)
        .join(" · "),
    ),
  ];
}

export function timetableLines(entries: readonly TimetableEntry[]): string[] {
  const days = new Set(entries.map(({ day }) => day)).size;
  return [
    `${entries.length} buổi trong ${days} ngày · ${entries.length} sessions on ${days} days`,
    ...entries.map(({ day, shift, startsAtLocal, topic, lecturer, roomText }) =>
      [
        `${weekday(day)} ${vietnameseDay(day)} ${shiftWords[shift].vi}`,
        startsAtLocal,
        topic,
        lecturer,
        roomText ?? "phòng ?",
      ]
        .filter((part) => part !== null)
        .join(" · "),
    ),
  ];
}

const weekdays = ["CN", "T2", "T3", "T4", "T5", "T6", "T7"];

function weekday(day: LocalDate): string {
  return weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? "";
}

function vietnameseDay(day: LocalDate): string {
  return day.split("-").reverse().join("/");
}
