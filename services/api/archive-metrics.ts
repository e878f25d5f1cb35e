import { Gauge, type Registry } from "prom-client";
import type { Db } from "../../db/client.ts";
import { copiesWaiting } from "../../db/queries/copies.ts";
import { oldestReading, owedFolders, troubleCounts } from "../../db/queries/fixity-folders.ts";
import { latestCheckpoint } from "../../db/queries/log-checkpoints.ts";
import { roomNow } from "../../db/queries/store-room.ts";

/** Workers measure twice a minute; a figure older than this is none. */
const roomMinutes = 5;

/** How the archive's log and its reading back stand; docs/archive.md tells operators these names. */
export function archiveMetrics(db: Db, registry: Registry): void {
  for (const gauge of [...readingGauges(db, [registry]), ...storeGauges(db, [registry])]) gauge.reset();
}

function storeGauges(db: Db, registers: Registry[]): Gauge[] {
  const free = new Gauge({
    name: "siso_archive_free_bytes",
    help: "Bytes free in each store, as measured within the last five minutes; nothing for a bucket, or a store that is away",
    labelNames: ["store"],
    registers,
    async collect() {
      this.reset();
      for (const { store, freeBytes } of await roomNow(db, roomMinutes)) this.set({ store }, freeBytes);
    },
  });
  const waiting = new Gauge({
    name: "siso_second_copy_waiting_objects",
    help: "Objects the second copy has not got yet, or not for as long as it must; not a number where none is in use",
    registers,
    async collect() {
      this.set((await copiesWaiting(db)) ?? Number.NaN);
    },
  });
  return [free, waiting];
}

function readingGauges(db: Db, registers: Registry[]): Gauge[] {
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
  return [age, troubles, owed, checkpoint];
}
