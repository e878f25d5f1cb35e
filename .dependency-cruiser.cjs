/** Import directions of docs/architecture.md. Pure folders decide; adapters touch one outside world each; only workers join them. */
const PURE = "^services/(intake|timetable|seating|rollcall|attendance|report|retention|evidence|access|correspondence|readiness)/";
const ADAPTERS = ["readers", "cameras", "faces", "archive", "signing", "mail"];
const SHARED = "^services/(types|ports|errors|canonical-json)\\.ts$";
const TEST = "\\.test\\.ts$";

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "shared-imports-nothing",
      severity: "error",
      from: { path: SHARED },
      to: { path: "^(services|workers|db|config|fixtures)/", pathNot: SHARED },
    },
    {
      name: "pure-stays-pure",
      comment:
        "Decisions import other decisions and the shared nouns; never an adapter, the database, configuration or node's I/O.",
      severity: "error",
      from: { path: PURE, pathNot: TEST },
      to: {
        path: "^(services/(readers|cameras|faces|archive|signing|mail|api|web|cli)|db|workers|config|fixtures)/",
      },
    },
    {
      name: "pure-without-io",
      severity: "error",
      from: { path: PURE, pathNot: TEST },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|buffer)$" },
    },
    ...ADAPTERS.map((name) => ({
      name: `adapter-${name}-alone`,
      severity: "error",
      from: { path: `^services/${name}/`, pathNot: TEST },
      to: { path: "^(services|db|workers|config|fixtures)/", pathNot: `${SHARED}|^services/${name}/` },
    })),
    {
      name: "db-knows-types-only",
      severity: "error",
      from: { path: "^db/", pathNot: TEST },
      to: { path: "^(services|workers|config|fixtures)/", pathNot: SHARED },
    },
    {
      name: "config-knows-nothing",
      severity: "error",
      from: { path: "^config/", pathNot: TEST },
      to: { path: "^(services|workers|db|fixtures)/", pathNot: "^services/(types|errors)\\.ts$" },
    },
    {
      name: "jobs-reach-adapters-through-the-context",
      severity: "error",
      from: { path: "^workers/(jobs/|flow|sweep|queue)", pathNot: TEST },
      to: {
        path: "^services/(readers|cameras|faces|archive|signing|mail|api|web|cli)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-queue-knows-bullmq",
      severity: "error",
      from: { pathNot: "^workers/queue" },
      to: { path: "node_modules/(bullmq|ioredis)/" },
    },
    {
      name: "fixtures-only-for-tests-demo-bench",
      severity: "error",
      from: { path: "^(services|workers|db|config)/", pathNot: `${TEST}|^services/cli/(demo|bench|fixtures)` },
      to: { path: "^(fixtures|bench)/" },
    },
    {
      name: "only-disposal-removes",
      comment: "Nothing but the disposal of a list that two people approved can take sealed bytes away.",
      severity: "error",
      from: { pathNot: `^services/cli/archive/run-disposal\\.ts$|^fixtures/|${TEST}` },
      to: { path: "^services/archive/remover\\.ts$" },
    },
    {
      name: "api-reads-rows",
      severity: "error",
      from: { path: "^services/api/", pathNot: TEST },
      to: { path: "^services/(readers|cameras|faces|archive|signing|mail|cli)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"], conditionNames: ["import", "node", "default"] },
  },
};
