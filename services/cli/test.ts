import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { closingLine, readTestCounts, type TestCounts } from "../../.ci/test-counts.ts";
import { repositoryDir } from "./repository.ts";
import { needs, prepare, sayLeftOut } from "./setup/prepare.ts";

export function declare(command: Command): void {
  command
    .argument(
      "[lọc...]",
      "chỉ các tệp kiểm thử có đường dẫn chứa chữ này · only test files whose path has this",
    )
    .option("--no-check", "bỏ qua phần soát mã · leave out the code checks")
    .action(async (filters: string[], options: { check: boolean }) => {
      const leftOut = await prepare(needs.test);
      const failedChecks = options.check ? await runChecks() : 0;
      const counts = await runTests(filters);
      counts.failed += failedChecks;
      for (const test of counts.skippedTests) process.stdout.write(`bỏ qua · skipped: ${test}\n`);
      sayLeftOut(leftOut);
      process.stdout.write(`\n${closingLine(counts)}\n`);
      process.exitCode = counts.failed === 0 ? 0 : 1;
    });
}

/** How many of the steps of `.ci/check` failed. */
async function runChecks(): Promise<number> {
  const check = await execa("sh", [".ci/check"], { cwd: repositoryDir, stdio: "inherit", reject: false });
  return check.exitCode ?? 1;
}

async function runTests(filters: string[]): Promise<TestCounts> {
  const scratch = await mkdtemp(join(tmpdir(), "siso-test-"));
  const countsFile = join(scratch, "counts.json");
  try {
    const run = await execa(join(repositoryDir, "node_modules/.bin/vitest"), ["run", ...filters], {
      cwd: repositoryDir,
      stdio: ["ignore", "inherit", "inherit"],
      env: { SISO_TEST_COUNTS: countsFile },
      reject: false,
    });
    const counts = await readTestCounts(countsFile);
    if (run.failed && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
