import type { SessionFigures } from "./compare-with-truth.ts";

export interface DemoFigures {
  sessions: number;
  roundsPlanned: number;
  roundsValid: number;
  marks: { right: number; wrong: number; notObservable: number; toReview: number };
  reports: string[];
  seconds: number;
  /** Seconds by stage; capture waits for cameras while recognition computes, so they overlap. */
  stages: Record<string, number>;
}

const shiftNames = { morning: "sáng", afternoon: "chiều", evening: "tối" };
const outcomeNames: Record<string, string> = { present: "có mặt", absent: "vắng", excused: "vắng có phép" };

/** The demo's table: what happened in each session beside what the story says. */
export function printFigures(figures: DemoFigures, sessions: SessionFigures[]): void {
  const head = ["Buổi", "Phòng", "Lượt (đạt/lập)", "Đúng", "Sai", "Không rõ", "trong đó chờ duyệt"];
  const rows = sessions.map((one) => [
    `${one.session.day} ${shiftNames[one.session.shift]}`,
    one.session.roomName,
    `${one.roundsValid}/${one.roundsPlanned}`,
    ...[one.right, one.wrong, one.notObservable, one.toReview].map(String),
  ]);
  const { marks } = figures;
  const total = [
    "Cộng",
    "",
    `${figures.roundsValid}/${figures.roundsPlanned}`,
    ...[marks.right, marks.wrong, marks.notObservable, marks.toReview].map(String),
  ];
  printTable([head, ...rows, total]);
  for (const { session, wrongMarks } of sessions) {
    for (const { fullName, truth, said } of wrongMarks) {
      const words = `thực tế ${outcomeNames[truth]}, máy ghi ${outcomeNames[said] ?? said}`;
      process.stdout.write(
        `  sai · wrong: ${session.day} ${shiftNames[session.shift]}, ${fullName}: ${words}\n`,
      );
    }
  }
  process.stdout.write(`\nThời gian theo khâu (giây) · Seconds by stage\n`);
  printTable(Object.entries(figures.stages).map(([stage, seconds]) => [stage, seconds.toFixed(1)]));
  process.stdout.write(`Tổng cộng · In all: ${figures.seconds.toFixed(1)} s\n\n`);
}

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    process.stdout.write(`  ${cells.join("  ")}\n`);
  }
}
