import type { ChartReading, Reading, ReadingProblem, Side, SourceDocument } from "../types.ts";
import type { SeatText } from "./chart-cell.ts";
import type { Arrangement } from "./chart-shape.ts";
import { isBlank } from "./grid-rows.ts";
import { problem } from "./problems.ts";

/** What was done with a drawing as a whole that its author should know. */
export function remarks(
  doc: SourceDocument,
  drawing: { side: Side | null; shape: Arrangement; tables: number; seatNumbers: boolean },
): ReadingProblem[] {
  const { side, shape, tables, seatNumbers } = drawing;
  const note = (vi: string, en: string, fixVi: string, fixEn: string) =>
    problem("note", doc.fileName, { vi, en }, { vi: fixVi, en: fixEn });
  const found: ReadingProblem[] = [];
  if (side === "left" || side === "right") {
    found.push(
      note(
        `Bục giảng ở bên ${side === "left" ? "trái" : "phải"} hình vẽ: đã xoay hình để bục giảng ở trên; hàng 1 là hàng sát bục giảng.`,
        `The front is on the ${side} of the drawing: it was turned until the front is on top; row 1 is nearest the front.`,
        "Trả lời hướng nhìn theo hình đã xoay.",
        "Answer the viewpoint for the drawing as turned.",
      ),
    );
  }
  if (shape !== "rows") {
    const form = shape === "u" ? "chữ U" : "vòng (tròn, bầu dục hoặc chữ nhật)";
    found.push(
      note(
        `Chỗ ngồi xếp hình ${form}: hàng và cột lấy theo vị trí trên hình vẽ, không có lối đi.`,
        `Seats in a ${shape === "u" ? "U" : "ring"}: rows and columns are the places on the drawing, without aisles.`,
        "Không cần làm gì.",
        "Nothing to do.",
      ),
    );
  }
  if (tables > 1) {
    found.push(
      problem(
        "ask",
        doc.fileName,
        {
          vi: `Sơ đồ vẽ thành ${tables} bảng rời không ghi phòng riêng; các bảng được xếp nối nhau từ trên xuống.`,
          en: `The chart is drawn in ${tables} tables that name no rooms of their own; they were put one below the other.`,
        },
        {
          vi: "Vẽ cả phòng trong một bảng, hoặc ghi “Phòng …” trên từng bảng nếu là nhiều phòng.",
          en: "Draw the room in one table, or write “Phòng …” over each table if these are several rooms.",
        },
      ),
    );
  }
  if (seatNumbers) {
    found.push(
      note(
        "Số trong ô lặp lại giữa các dãy nên được hiểu là số ghế, không phải STT; người được nhận theo họ tên.",
        "The numbers repeat from block to block, so they are seat numbers, not STT; people are found by name.",
        "Không cần làm gì; ai trùng tên sẽ được hỏi riêng.",
        "Nothing to do; namesakes are asked about.",
      ),
    );
  }
  return found;
}

export function joinedDesk(where: string, people: SeatText[]): ReadingProblem {
  const who = people.map((person) => person.fullName ?? `STT ${person.ordinal}`).join(", ");
  return problem(
    "note",
    where,
    {
      vi: `Ô gộp trên bàn đôi: ${who} được xếp vào chỗ bên trái của hình vẽ.`,
      en: `A cell merged over a double desk: ${who} was put on the left seat as drawn.`,
    },
    { vi: "Tách ô nếu ngồi chỗ bên phải.", en: "Split the cell if it is the right seat." },
  );
}

export function noChart(doc: SourceDocument): Reading<ChartReading> {
  const cells = doc.grids.flatMap((grid) => grid.cells).filter((cell) => !isBlank(cell)).length;
  const missing = problem(
    "refuse",
    doc.fileName,
    {
      vi: "Không tìm thấy sơ đồ chỗ ngồi: cần một bảng mà mỗi ô là một chỗ, ghi STT hoặc họ tên.",
      en: "No seating chart found: a table is needed in which each cell is a seat with a number or a name.",
    },
    {
      vi: "Vẽ sơ đồ bằng bảng Word hoặc ô Excel.",
      en: "Draw the chart as a Word table or Excel cells.",
    },
  );
  const value: ChartReading = {
    seats: [],
    rowCount: 0,
    columnCount: 0,
    aislesAfter: [],
    seatsPerDesk: null,
    roomText: null,
    front: null,
    viewpoint: null,
  };
  return {
    kind: "chart",
    value,
    rowsIn: cells,
    understood: 0,
    reported: cells,
    problems: [...doc.notes, missing],
  };
}
