import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { openAlarms } from "../../db/queries/alarms.ts";
import { roundCounts } from "../../db/queries/rounds.ts";
import { archiveMetrics } from "./archive-metrics.ts";
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
  archiveMetrics(db, registry);
  return registry;
}
