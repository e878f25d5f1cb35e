import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextNight, nextShare } from "./fixity-share.ts";

const dayMs = 86_400_000;

describe("nightly share", () => {
  it("reads everything within a month, whatever nights are left out", () => {
    const skipped = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(skipped, (gaps) => {
        const readAt = new Map<number, number>();
        let late = 0;
        let last: { endShard: number; finishedAt: Date } | null = null;
        let day = 0;
        for (const gap of gaps) {
          day += gap;
          const { from, shards } = nextShare(last, new Date(day * dayMs));
          for (let index = 0; index < shards; index += 1) {
            const folder = (from + index) % 256;
            const before = readAt.get(folder);
            // A night left out can only be made up for by the next one there is.
            if (before !== undefined && day - before > Math.max(30, 28 + gap)) late += 1;
            readAt.set(folder, day);
          }
          last = { endShard: (from + shards) % 256, finishedAt: new Date(day * dayMs) };
        }
        expect({ late, folders: readAt.size }).toEqual({ late: 0, folders: 256 });
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  it("is due at half past one of the campus's coming night", () => {
    expect(night("2026-09-07T01:29:00+07:00")).toBe("2026-09-06T18:30:00.000Z");
    expect(night("2026-09-07T01:30:00+07:00")).toBe("2026-09-07T18:30:00.000Z");
    expect(night("2026-09-07T20:00:00+07:00")).toBe("2026-09-07T18:30:00.000Z");
  });
});

function night(now: string): string {
  return nextNight(new Date(now), "Asia/Ho_Chi_Minh").toISOString();
}
