import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { openAlarms } from "../../db/queries/alarms.ts";
import { oldestReading, owedFolders, troubleCounts } from "../../db/queries/fixity-folders.ts";
import { roundCounts } from "../../db/queries/rounds.ts";
import type { ApiDependencies } from "./dependencies.ts";

/** Probes and metrics: no token, and nothing about a person in them. */
export function healthRoutes(app: FastifyInstance, deps: ApiDependencies): void {
  const registry = metricsOf(deps);
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const checks = {
      database: await settles(sql`select 1`.execute(deps.db)),
      queue: await settles(deps.queueReady()),
    };
    const ready = checks.database && checks.queue;
    return reply.code(ready ? 200 : 503).send({ ready, checks });
  });
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

async function settles(work: Promise<unknown>): Promise<boolean> {
  try {
    return (await work) !== false;
  } catch {
    return false;
  }
}

function metricsOf({ db }: ApiDependencies): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const rounds = new Gauge({
    name: "siso_rounds",
    help: "Rounds by status",
    labelNames: ["status"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { status, count } of await roundCounts(db)) this.set({ status }, count);
    },
  });
  const alarms = new Gauge({
    name: "siso_alarms_open",
    help: "Open alarms by code",
    labelNames: ["code"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { code } of await openAlarms(db)) this.inc({ code });
    },
  });
  rounds.reset();
  alarms.reset();
  fixityMetrics(db, registry);
  return registry;
}

/** How the archive's reading back stands. */
function fixityMetrics(db: ApiDependencies["db"], registry: Registry): void {
  const registers = [registry];
  const age = new Gauge({
    name: "siso_fixity_oldest_reading_seconds",
    help: "Since the folder of the archive read back longest ago was read, by store",
    labelNames: ["store"],
    registers,
    async collect() {
      this.reset();
      const oldest = await oldestReading(db);
      for (const store of ["first", "second"] as const)
        if (oldest[store] !== null) this.set({ store }, (Date.now() - oldest[store].getTime()) / 1000);
    },
  });
  const troubles = new Gauge({
    name: "siso_fixity_troubles",
    help: "Objects missing, altered, without a row, and folders not listed, that stand, by store",
    labelNames: ["store", "kind"],
    registers,
    async collect() {
      this.reset();
      for (const { store, kind, count } of await troubleCounts(db)) this.set({ store, kind }, count);
    },
  });
  const owed = new Gauge({
    name: "siso_fixity_owed_folders",
    help: "Folders of the second copy that were left out while it was away",
    registers,
    async collect() {
      this.set((await owedFolders(db)).length);
    },
  });
  for (const gauge of [age, troubles, owed]) gauge.reset();
}
