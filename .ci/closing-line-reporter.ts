import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { closingLine, type TestCounts } from "./test-counts.ts";

/**
 * Prints `N passed, N failed, N skipped` last; a file that fails to import counts as one failure. Under `./siso test` it
 * leaves the counts in the file `SISO_TEST_COUNTS` names, and that command prints the line.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = countTests(modules, errors);
    const path = process.env["SISO_TEST_COUNTS"];
    if (path) writeFileSync(path, JSON.stringify(counts));
    else process.once("exit", () => process.stdout.write(`\n${closingLine(counts)}\n`));
  }
}

function countTests(modules: readonly TestModule[], errors: readonly unknown[]): TestCounts {
  const counts: TestCounts = { passed: 0, failed: errors.length, skipped: 0, skippedTests: [] };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) countTest(counts, module, test);
  }
  return counts;
}

function countTest(counts: TestCounts, module: TestModule, test: TestCase): void {
  const result = test.result();
  if (result.state === "passed") counts.passed += 1;
  else if (result.state === "skipped") {
    counts.skipped += 1;
    counts.skippedTests.push(
      `${module.relativeModuleId} › ${test.fullName}${result.note ? ` (${result.note})` : ""}`,
    );
  } else counts.failed += 1;
}
