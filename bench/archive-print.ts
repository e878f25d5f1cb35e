import type { GrowthFigures } from "./archive-log.ts";
import type { SearchFigures } from "./archive-searches.ts";
import type { StoringFigures } from "./archive-storing.ts";
import type { VerifyingFigures } from "./archive-verifying.ts";

export interface ArchiveFigures {
  /** Of the whole machine, one minute's average before and after: what else ran. */
  load: { before: number; after: number };
  storing: StoringFigures;
  verifying: VerifyingFigures;
  /** One for each size, smallest first. */
  growth: GrowthFigures[];
  searches: SearchFigures[];
}

export function printFigures({ load, storing, verifying, growth, searches }: ArchiveFigures): void {
  say(`tải máy · load: ${load.before} → ${load.after}; đĩa · disk: ${storing.disk}`);
  for (const { pictures, plainMs, sealedMs, ratio } of storing.atOnce)
    say(
      `niêm phong ảnh 1,5 MB, ${pictures} ảnh cùng lúc · sealing, ${pictures} at once: ${sealedMs} ms/ảnh, ghi trơn · plain ${plainMs} ms, ${percent(ratio)}`,
    );
  say(
    `đọc lại hằng đêm · nightly fixity: ${verifying.fixityMbPerSecond} MB/s, chỉ băm · bare SHA-256 ${verifying.hashMbPerSecond} MB/s, ${percent(verifying.ratio)}; đọc rồi băm · read and hash ${verifying.readAndHashMbPerSecond} MB/s`,
  );
  for (const { pictures, appendPerSecond, shareOfSmallest, checkpointMs } of growth)
    say(
      `${pictures} ảnh · pictures: ghi thêm · appended ${appendPerSecond}/s (${percent(shareOfSmallest)}), mốc · checkpoint ${checkpointMs} ms`,
    );
  for (const { pictures, searches: kinds, proof } of searches) {
    say(`tìm trong ${pictures} ảnh · searching ${pictures} pictures (p50 / p95 ms):`);
    for (const [kind, { p50Ms, p95Ms }] of Object.entries({ ...kinds, "proof of one picture": proof }))
      say(`  ${kind.padEnd(26)} ${String(p50Ms).padStart(7)} ${String(p95Ms).padStart(7)}`);
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
