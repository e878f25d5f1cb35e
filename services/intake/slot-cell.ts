import { cleanLines, foldAccents } from "./match-key.ts";

export interface SlotText {
  topic: string;
  lecturer: string | null;
  room: string | null;
}

/** "Quản lý công\nGV: TS. Trần A\nP.301": what one place of a weekly grid says. */
export function slotText(text: string): SlotText {
  const found: SlotText = { topic: "", lecturer: null, room: null };
  const topic: string[] = [];
  const lecturers: string[] = [];
  for (const line of cleanLines(text)) {
    const inner = line.replace(/^\((.*)\)$/, "$1");
    const room = /^(?:tại\s+)?((?:phòng|p\.|hội trường|giảng đường|ht)\s*.+)$/iu.exec(inner)?.[1];
    if (room && topic.length > 0) found.room = room;
    else if (topic.length > 0 && isLecturer(inner))
      lecturers.push(inner.replace(/^(gv|giảng viên)\s*[:.]\s*/iu, ""));
    else topic.push(line);
  }
  return { ...found, topic: topic.join(" "), lecturer: lecturers.join("; ") || null };
}

function isLecturer(text: string): boolean {
  return /^(gv|giang vien|thay|co|ths|ts|pgs|gs|gvc)[\s.:]/.test(foldAccents(text));
}

/** Two people in one cell, on two lines or with a semicolon or slash between, as "A; B". */
export function lecturersOf(text: string): string | null {
  return (
    cleanLines(text)
      .flatMap((line) => line.split(/\s*[;/]\s*/))
      .filter((part) => part !== "")
      .join("; ") || null
  );
}
