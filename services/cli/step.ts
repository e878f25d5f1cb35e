import type { Bilingual } from "../types.ts";

export type ReportDetail = (detail: string) => void;

/**
 * Runs one slow piece of set-up: a line that says what happens, then on a terminal a second line that moves with the seconds
 * and whatever detail `work` reports, then how long it took.
 */
export async function step<T>(words: Bilingual, work: (report: ReportDetail) => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  let detail = "";
  const draw = () => process.stderr.write(`\r\u001B[K      … ${seconds()} s ${detail.slice(0, 60)}`);
  process.stderr.write(`siso: ${words.vi}\n      ${words.en}\n`);
  const timer = process.stderr.isTTY ? setInterval(draw, 250) : null;
  try {
    const result = await work((text) => {
      detail = text;
    });
    finish(timer, `      ✓ ${seconds()} s\n`);
    return result;
  } catch (error) {
    finish(timer, `      ✗ ${seconds()} s\n`);
    throw error;
  }
}

function finish(timer: NodeJS.Timeout | null, line: string): void {
  if (timer) {
    clearInterval(timer);
    process.stderr.write("\r\u001B[K");
  }
  process.stderr.write(line);
}
