import { SingleBar } from "cli-progress";
import type { Bilingual } from "../types.ts";
import { say } from "./say.ts";

export interface Progress {
  step(): void;
  stop(): void;
}

const everySteps = 20;

/** A moving bar on a terminal; a line now and then elsewhere. */
export function showProgress(words: Bilingual, total: number): Progress {
  if (!process.stderr.isTTY) return lineProgress(words, total);
  const bar = new SingleBar({
    stream: process.stderr,
    format: `      {bar} {value}/{total} · {duration_formatted} · ${words.vi}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
  });
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}

function lineProgress(words: Bilingual, total: number): Progress {
  let done = 0;
  say(words);
  return {
    step: () => {
      done += 1;
      if (done % everySteps === 0) process.stderr.write(`      ${done}/${total}\n`);
    },
    stop: () => process.stderr.write(`      ${done} ✓\n`),
  };
}
