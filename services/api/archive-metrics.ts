import { Gauge, type Registry } from "prom-client";
import type { Db } from "../../db/client.ts";
import { oldestReading, owedFolders, troubleCounts } from "../../db/queries/fixity-folders.ts";
import { latestCheckpoint } from "../../db/queries/log-checkpoints.ts";

/** How the archive's log and its reading back stand; docs/archive.md tells operators these names. */
export function archiveMetrics(db: Db, registry: Registry): void {
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
  const checkpoint = new Gauge({
    name: "siso_log_checkpoint_age_seconds",
    help: "Since the newest signed checkpoint of the log; a day and more while nothing is recorded",
    registers,
    async collect() {
      const newest = await latestCheckpoint(db);
      // A log that was never signed has no age, and must not look like one signed just now.
      this.set(newest === null ? Number.NaN : (Date.now() - newest.madeAt.getTime()) / 1000);
    },
  });
  for (const gauge of [age, troubles, owed, checkpoint]) gauge.reset();
}
