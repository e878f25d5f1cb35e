import type { TraineeTotals } from "../attendance/aggregate.ts";
import type { ReportFigures, SessionRow } from "./figures.ts";
import { shiftWords, shortDate, slotWords } from "./vietnamese.ts";

export type CellValue = string | number;

export interface ReportColumn {
  title: string;
  /** Of 165 mm in the .docx. */
  widthMm: number;
  text: boolean;
  /** Text is set left unless centred. */
  centred: boolean;
}

/** A table's content, the same in the .docx and the .xlsx. */
export interface ReportTable {
  columns: ReportColumn[];
  rows: CellValue[][];
  /** Sums; null in a cell that has none. */
  totals: (CellValue | null)[] | null;
}

const number = (title: string, widthMm: number): ReportColumn => ({
  title,
  widthMm,
  text: false,
  centred: true,
});
const text = (title: string, widthMm: number): ReportColumn => ({
  title,
  widthMm,
  text: true,
  centred: false,
});
const short = (title: string, widthMm: number): ReportColumn => ({
  title,
  widthMm,
  text: true,
  centred: true,
});

const outcomeKeys = ["present", "excused", "unexcused", "notObservable", "toReview", "offSeat"] as const;

function outcomes(totals: TraineeTotals): number[] {
  return outcomeKeys.map((key) => totals[key]);
}

function outcomeColumns(widthMm: number): ReportColumn[] {
  return [
    number("Có mặt", widthMm),
    number("Vắng có phép", widthMm),
    number("Vắng không phép", widthMm),
    number("Không quan sát được", widthMm),
    number("Cần xem xét", widthMm),
    number("Trong đó ngồi sai chỗ", widthMm),
  ];
}

/** The totals of the body. */
export function totalsTable(figures: ReportFigures): ReportTable {
  const { attendance } = figures.totals;
  return {
    columns: [number("Tổng số lượt", 24), ...outcomeColumns(23.5)],
    rows: [[attendance.sessionsHeld, ...outcomes(attendance)]],
    totals: null,
  };
}

/** Phụ lục I. */
export function traineeTable(figures: ReportFigures): ReportTable {
  const { attendance } = figures.totals;
  return {
    columns: [
      number("STT", 13),
      text("Họ và tên", 37),
      text("Đơn vị công tác", 32),
      number("Số buổi", 11),
      ...outcomeColumns(12),
    ],
    rows: figures.trainees.map(({ ordinal, fullName, workplace, totals }) => [
      ordinal,
      fullName,
      workplace ?? "",
      totals.sessionsHeld,
      ...outcomes(totals),
    ]),
    totals: [null, "Tổng cộng", null, attendance.sessionsHeld, ...outcomes(attendance)],
  };
}

/** Phụ lục II, first table. A cancelled session keeps its line, with no counts. */
export function sessionTable(figures: ReportFigures): ReportTable {
  const { totals } = figures;
  return {
    columns: [
      number("STT", 13),
      text("Buổi học", 22),
      text("Nội dung, phòng học", 35),
      short("Lượt hợp lệ/ kế hoạch", 13),
      number("Số ảnh", 10),
      ...outcomeColumns(12),
    ],
    rows: figures.sessions.map((session) => sessionCells(session)),
    totals: [
      null,
      "Tổng cộng",
      null,
      `${totals.roundsValid}/${totals.roundsPlanned}`,
      totals.pictures,
      ...outcomes(totals.attendance),
    ],
  };
}

function sessionCells(session: SessionRow): CellValue[] {
  const { ordinal, day, shift, topic, roomName, held, totals } = session;
  const inRoom = `${session.roundsValid}/${session.roundsPlanned}${session.short ? " (thiếu)" : ""}`;
  const online = { waiting: "trực tuyến (chờ tệp)", counted: "trực tuyến" };
  const rounds = session.online ? online[session.online] : inRoom;
  return [
    ordinal,
    `${shortDate(day)}\n${shiftWords[shift]}`,
    `${topic}${roomName === "" ? "" : `\n${roomName}`}`,
    held ? rounds : "nghỉ học",
    held && !session.online ? session.pictures.length : "",
    ...outcomes(totals).map((value) => (held ? value : "")),
  ];
}

/** Phụ lục II, second table: everything missing, and why. */
export function gapTable(figures: ReportFigures): ReportTable {
  const rows = figures.sessions.flatMap(gapRows);
  return {
    columns: [
      number("STT", 13),
      text("Buổi học", 32),
      short("Lượt", 12),
      text("Camera", 28),
      number("Số ảnh thiếu", 16),
      text("Lý do", 64),
    ],
    rows: rows.map((row, index) => [index + 1, ...row]),
    totals: null,
  };
}

function gapRows(session: SessionRow): CellValue[][] {
  const slot = slotWords(session);
  const wanted = session.short
    ? [[slot, "", "", "", `chỉ có ${session.roundsValid}/${session.roundsWanted} lượt điểm danh hợp lệ`]]
    : [];
  const awaited =
    session.held && session.online === "waiting"
      ? [[slot, "", "", "", "chưa nhận được tệp điểm danh của buổi học trực tuyến; không tính vắng cho ai"]]
      : [];
  const notes = session.notes.map((note) => [slot, "", "", "", note.vi]);
  const gaps = session.gaps.map((gap) => [slot, gap.round, gap.camera, gap.pictures, gap.why.vi]);
  return [...wanted, ...awaited, ...notes, ...gaps];
}

/** The pictures that evidence each session (N17), for the .xlsx. */
export function pictureTable(figures: ReportFigures): ReportTable {
  return {
    columns: [
      number("STT", 13),
      text("Buổi học", 32),
      text("Cán bộ phụ trách", 40),
      text("Mã ảnh lưu trữ", 80),
    ],
    rows: figures.sessions
      .flatMap((session) => session.pictures.map((picture) => ({ session, picture })))
      .map(({ session, picture }, index) => [
        index + 1,
        slotWords(session),
        session.officer ?? "chưa phân công",
        picture,
      ]),
    totals: null,
  };
}
