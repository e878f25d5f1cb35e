import { defineConfig } from "vitest/config";

/** `unit` needs no infrastructure; `int`, run after it, uses real servers on loopback, one file at a time because each may start its own. */
export default defineConfig({
  test: {
    reporters: ["default", "./.ci/closing-line-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["{services,workers,db,config,fixtures,bench}/**/*.test.ts"],
          exclude: ["**/*.int.test.ts"],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "int",
          globalSetup: ["fixtures/servers/test-run.ts"],
          include: ["{services,workers,db,config,fixtures,bench}/**/*.int.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
