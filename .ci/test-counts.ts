import { readFile } from "node:fs/promises";

/** What one run of vitest came to. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** File and full name, with the reason a test gave for skipping itself. */
  skippedTests: string[];
}

/** A run that left no counts behind crashed, and counts as one failure. */
export async function readTestCounts(path: string): Promise<TestCounts> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as TestCounts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skippedTests: [] };
  }
}

export function closingLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
