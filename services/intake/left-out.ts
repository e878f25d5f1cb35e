import type { ReadingProblem } from "../types.ts";
import { problem } from "./problems.ts";

/** A row that says itself that it is a remark. */
export function remarkRow(where: string, text: string): ReadingProblem {
  const shown = text.slice(0, 120);
  return problem(
    "note",
    where,
    {
      vi: `“${shown}” là ghi chú, không phải một hàng của bảng.`,
      en: `“${shown}” is a remark, not a row of the table.`,
    },
    {
      vi: "Không cần làm gì; có điều phải sửa thì sửa vào đúng hàng.",
      en: "Nothing to do; what it corrects must be corrected in its row.",
    },
  );
}

/** What stands under a table from its place, date and "Người lập" on. */
export function belowTable(where: string, texts: string[]): ReadingProblem {
  const shown = texts.map((text) => `“${text.slice(0, 60)}”`).join(", ");
  return problem(
    "note",
    where,
    { vi: `Phần ký bên dưới bảng không dùng đến: ${shown}.`, en: `Not used, below the table: ${shown}.` },
    { vi: "Không cần làm gì.", en: "Nothing to do." },
  );
}

/** A text that no column or seat of the table takes in. */
export function outsideTable(where: string, texts: string[]): ReadingProblem {
  const shown = texts.map((text) => `“${text.slice(0, 60)}”`).join(", ");
  return problem(
    "note",
    where,
    { vi: `Nằm ngoài bảng, không dùng đến: ${shown}.`, en: `Outside the table and not used: ${shown}.` },
    { vi: "Không cần làm gì.", en: "Nothing to do." },
  );
}
