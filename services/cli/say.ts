import { SisoError } from "../errors.ts";
import type { Bilingual } from "../types.ts";

/** Everything said beside a command's own result goes to stderr, so that results can be piped. */
export function say(words: Bilingual): void {
  process.stderr.write(`siso: ${words.vi}\n      ${words.en}\n`);
}

/** Prints an error for a person and gives the exit code; the stack only when `SISO_DEBUG` is set. */
export function sayError(error: unknown): number {
  say(wordsOf(error));
  if (process.env["SISO_DEBUG"]) console.error(error);
  return 1;
}

function wordsOf(error: unknown): Bilingual {
  if (error instanceof SisoError) return error.words;
  const message = error instanceof Error ? error.message : String(error);
  return {
    vi: `Lỗi ngoài dự kiến: ${message} (đặt SISO_DEBUG=1 để xem chi tiết)`,
    en: `Unexpected error: ${message} (set SISO_DEBUG=1 for details)`,
  };
}
