import type { Bilingual, Grid, ReadingProblem, SourceDocument } from "../types.ts";
import type { MeetingRow } from "./meeting-tables.ts";
import { placeOf, problem } from "./problems.ts";

/** `tep.csv › CSV › dòng 12`: a row of an attendance file. */
export function rowPlace(doc: SourceDocument, grid: Grid, row: MeetingRow | undefined): string {
  return placeOf(doc, grid, row?.cells[0]);
}

/** Why a row of an attendance file cannot be used. */
export type RowTrouble =
  | "no-name"
  | "no-join"
  | "no-leave"
  | "left-before"
  | "other-day"
  | "longer-than-stay"
  | "action";

const whys: Record<RowTrouble, Bilingual> = {
  "no-name": { vi: "không có tên", en: "there is no name" },
  "no-join": { vi: "không đọc được giờ vào", en: "the join time cannot be read" },
  "no-leave": { vi: "không đọc được giờ ra", en: "the leave time cannot be read" },
  "left-before": { vi: "giờ ra trước giờ vào", en: "left before joining" },
  "other-day": { vi: "ngày khác hẳn ngày họp", en: "the day is not the meeting's" },
  "longer-than-stay": {
    vi: "thời lượng dài hơn khoảng từ lúc vào đến lúc ra",
    en: "the duration is longer than the time between join and leave",
  },
  action: { vi: "không rõ là vào hay ra", en: "neither a join nor a leave" },
};

/** Never an absence: whoever the row is about is left for a person to decide on. */
export function rowUnread(where: string, shown: string, why: RowTrouble): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: `Không dùng được hàng “${shown.slice(0, 80)}”: ${whys[why].vi}.`,
      en: `The row “${shown.slice(0, 80)}” cannot be used: ${whys[why].en}.`,
    },
    {
      vi: "Tải lại tệp từ Teams và gửi nguyên tệp, không mở ra lưu lại bằng Excel.",
      en: "Download the file from Teams again and send it as it is, without saving it from Excel.",
    },
  );
}

export function rowsUnknown(where: string, count: number): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `${count} hàng của bảng này không phải giờ vào, giờ ra nên không dùng.`,
      en: `${count} row(s) of this table are no joins or leaves and are not used.`,
    },
    { vi: "Không cần làm gì.", en: "Nothing to do." },
  );
}
