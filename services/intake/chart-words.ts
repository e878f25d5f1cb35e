import type { ChartReading, Grid, ReadingProblem, SourceDocument } from "../types.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { problem } from "./problems.ts";

/** All words of a document, for remarks that may stand anywhere. */
function allText(doc: SourceDocument): string[] {
  return [...doc.paragraphs, ...doc.grids.flatMap((grid) => grid.cells.map((cell) => cell.text))].map(
    cleanText,
  );
}

/** "Hướng nhìn từ bàn giáo viên" or "nhìn từ cuối lớp", when the chart says so. */
export function viewpointStated(doc: SourceDocument): "teacher" | "class" | null {
  for (const text of allText(doc).map(foldAccents)) {
    const from = /nhin tu (.{0,40})/.exec(text)?.[1];
    if (from === undefined) continue;
    if (/giao vien|giang vien|buc giang|bang|phia tren|tren xuong/.test(from)) return "teacher";
    if (/cuoi lop|hoc vien|phia lop|lop hoc|duoi len|cuoi phong/.test(from)) return "class";
  }
  return null;
}

/** The room a title names ("Phòng học: 301 nhà A"), else a sheet named after a room. */
export function roomNamed(doc: SourceDocument, grid: Grid): string | null {
  const texts = [...grid.cells.map((cell) => cell.text), ...(grid.above ?? doc.paragraphs)].map(cleanText);
  for (const text of texts) {
    const named =
      /(?:^|[\s,–-])((?:phòng|hội trường|giảng đường)(?:\s+học)?(?:\s+số)?\s*:?\s*[^,;\n–()]*\d[^,;\n–()]*)/iu.exec(
        text,
      )?.[1];
    if (named) return named.replace(/^phòng(\s+học)?\s*:\s*/iu, "").trim();
  }
  return /^(phòng|p\.?|ht)\s*\S*\d/iu.test(grid.name) ? grid.name.trim() : null;
}

/** The three things a chart rarely states; each unanswered one is asked before the chart can take effect. */
export function chartQuestions(fileName: string, chart: ChartReading): ReadingProblem[] {
  const questions: ReadingProblem[] = [];
  if (chart.viewpoint === null) {
    questions.push(
      problem(
        "ask",
        fileName,
        {
          vi: "Sơ đồ vẽ theo hướng nhìn từ bàn giáo viên hay từ phía học viên? Trái, phải sẽ đảo theo.",
          en: "Is the chart drawn as seen by the teacher or by the class? It mirrors left and right.",
        },
        {
          vi: "Chọn hướng nhìn, hoặc ghi “Hướng nhìn từ bàn giáo viên” trên sơ đồ.",
          en: "Choose the viewpoint, or write it on the chart.",
        },
      ),
    );
  }
  if (chart.front === null) {
    questions.push(
      problem(
        "ask",
        fileName,
        {
          vi: "Bục giảng ở phía nào của sơ đồ: trên, dưới, trái hay phải?",
          en: "On which side of the chart is the front: top, bottom, left or right?",
        },
        {
          vi: "Chọn phía có bục giảng, hoặc thêm hàng “BỤC GIẢNG”.",
          en: "Choose the side of the front, or add a row “BỤC GIẢNG”.",
        },
      ),
    );
  }
  if (chart.seatsPerDesk === null) {
    questions.push(
      problem(
        "ask",
        fileName,
        { vi: "Mỗi bàn có một hay hai chỗ ngồi?", en: "Has each desk one seat or two?" },
        { vi: "Chọn số chỗ mỗi bàn.", en: "Choose the seats per desk." },
      ),
    );
  }
  return questions;
}
