import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../../config/read-config.ts";
import { createDb } from "../../../db/client.ts";
import { tellDestroyedAnew } from "../../../db/queries/people.ts";
import { restoreTables } from "../../../db/restore-tables.ts";
import { openLog } from "../../../workers/archive-log/open-log.ts";
import type { Context } from "../../../workers/context.ts";
import {
  forgetLedger,
  idNote,
  keepLedger,
  meetFirst,
  readId,
  readLedger,
} from "../../../workers/keeping/meet-archive.ts";
import { tombstonesIn, tombstoneFolder, type Tombstone } from "../../../workers/keeping/tombstones.ts";
import { copyNotes, erasureFolder, erasuresIn, type Erasure } from "../../../workers/keeping/erasures.ts";
import { openKeys, writeKeys } from "../../archive/backup-keys.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { openLogSigner } from "../../archive/log-key.ts";
import { createVault } from "../../archive/vault.ts";
import { SisoError } from "../../errors.ts";
import type { Archive } from "../../ports.ts";
import { verifyArchive, type ArchiveFindings } from "../archive/verify-archive.ts";
import {
  openBackup,
  sealedKeysName,
  sharedStore,
  type Backup,
  type SharedStore,
} from "../backup/backup-folder.ts";
import { readObjectIndex, wholeFrom } from "../backup/object-index.ts";
import { reachServer } from "../open-database.ts";
import { destroyAgain, eraseAgain, logRestore } from "./destroy-again.ts";
import { refuseArchive, refuseDatabase, refuseSecond } from "./refuse-target.ts";

type Machine = Pick<Context, "clock" | "random" | "log"> & {
  config: Pick<Config, "database" | "archiveDir" | "archiveSecond" | "keyFile">;
};

export interface RestoreRequest {
  from: string;
  passphrase: string;
  /** The archive is there already, whole or half restored. */
  keepArchive: boolean;
  /** The old archive's folder or other backups' place: what was destroyed and erased since is read from it too. */
  memory?: string;
}

export interface Restored {
  folder: string;
  madeAt: string;
  /** Objects put back from the backup or the second copy. */
  copied: number;
  /** SHA-256 of objects that are whole nowhere. */
  missing: string[];
  /** Objects that tombstones say were destroyed after the backup. */
  destroyed: number;
  /** People erased after the backup, erased again. */
  erased: number;
  /** Neither the archive nor its second copy nor another memory was there: what went since the last backup cannot be known. */
  blind: boolean;
  /** Log lines the archive had seen that the backup does not have. */
  lost: number;
  found: ArchiveFindings;
}

/**
 * Backup checked, target empty, keys, objects, then all rows in one transaction: cut off anywhere before that, the database is
 * empty and the same command finishes it with `keepArchive`. Throws `file-refused`, `archive-refused`, `not-found`.
 */
export async function restore(machine: Machine, request: RestoreRequest): Promise<Restored> {
  const { config } = machine;
  const backup = await openBackup(request.from, request.passphrase);
  await refuseArchive(config.archiveDir, backup.manifest.archiveId, request.keepArchive);
  const server = await reachServer(config);
  try {
    await refuseDatabase(server.connectionString);
    await restoreKeys(backup, config.keyFile);
    const { archiveDir, archiveSecond, keyFile } = config;
    const archive = await createFileArchive({ dir: archiveDir, keyFile, second: archiveSecond });
    await refuseSecond(archive, backup.manifest.archiveId);
    return await fill(machine, archive, backup, server.connectionString, request);
  } finally {
    await server.stop();
  }
}

async function restoreKeys({ folder, secret }: Backup, keyFile: string): Promise<void> {
  const keys = openKeys(secret, keyFile, await readFile(join(folder, sealedKeysName)));
  if (keys !== null) return writeKeys(keyFile, keys);
  throw new SisoError("file-refused", {
    vi: `${join(folder, sealedKeysName)} không mở được bằng mật khẩu này`,
    en: `${join(folder, sealedKeysName)} does not open with this passphrase`,
  });
}

async function fill(
  machine: Machine,
  archive: Archive,
  backup: Backup,
  connectionString: string,
  { keepArchive, memory }: RestoreRequest,
): Promise<Restored> {
  const { folder, manifest } = backup;
  const { first } = archive.stores;
  const shared = sharedStore(folder);
  const { second } = archive.stores;
  const secondThere = second !== null && (await readId(second).catch(() => null)) === manifest.archiveId;
  const places = [first, ...(secondThere ? [second] : []), shared];
  if (memory !== undefined) places.push(sharedStore(join(memory, "each")));
  const { tombstones, erasures } = await gatherMemory(machine, first, places);
  const gone = new Set(tombstones.flatMap(({ objects }) => objects));
  await first.putNote(idNote, Buffer.from(`${manifest.archiveId}\n`));
  const objects = await restoreObjects(archive, shared, folder, gone);
  const lost = Math.max(0, ((await readLedger(first))?.logSeq ?? 0) - manifest.logSeq);
  const at = machine.clock.now();
  // The archive knows a newer log than the backup's; what protects it meanwhile is that the database is empty.
  await forgetLedger(first);
  let destroyed = 0;
  let erased: string[] = [];
  await restoreTables(connectionString, manifest, {
    open: (file) => createReadStream(join(folder, file)),
    beforeGuards: async (db) => {
      destroyed = await destroyAgain(db, tombstones);
      erased = await eraseAgain(db, erasures);
    },
    afterGuards: (db) =>
      logRestore(db, at, tombstones, erased, {
        manifest: backup.sha256,
        backupMadeAt: manifest.madeAt,
        backupLines: manifest.logSeq,
        linesLost: lost,
        objectsMissing: objects.missing.length,
        destroyedAgain: destroyed,
        erasedAgain: erased.length,
      }),
  });
  const found = await look(machine, archive, connectionString);
  const blind = !keepArchive && !secondThere && memory === undefined;
  const { madeAt } = manifest;
  return { folder, madeAt, ...objects, destroyed, erased: erased.length, blind, lost, found };
}

/** From the archive, its second copy and every backup beside this one; noted where the archive will find them. */
async function gatherMemory(
  { config }: Machine,
  first: Archive["stores"]["first"],
  places: readonly SharedStore[],
): Promise<{ tombstones: Tombstone[]; erasures: Erasure[] }> {
  const vault = await createVault(config.keyFile);
  const tombstones = await tombstonesIn(places, vault);
  const erasures = await erasuresIn(places, vault);
  for (const place of places)
    for (const folder of [tombstoneFolder, erasureFolder]) await copyNotes(place, first, folder);
  return { tombstones, erasures };
}

/** Every object is read back and its hash compared, also one that was there. */
async function restoreObjects(
  { stores }: Archive,
  shared: SharedStore,
  folder: string,
  gone: ReadonlySet<string>,
): Promise<{ copied: number; missing: string[] }> {
  const { first, second } = stores;
  const missing: string[] = [];
  let copied = 0;
  for await (const { objectId, sha256 } of readObjectIndex(folder)) {
    if (gone.has(objectId) || (await wholeFrom([first], sha256)) !== null) continue;
    const whole = await wholeFrom(second === null ? [shared] : [shared, second], sha256);
    if (whole !== null) {
      await first.put(sha256, whole);
      copied += 1;
    }
    if (whole === null || (await wholeFrom([first], sha256)) === null) missing.push(sha256);
  }
  return { copied, missing };
}

/** Archive and database recognise each other, the log's key is its own, and everything agrees. */
async function look(machine: Machine, archive: Archive, connectionString: string): Promise<ArchiveFindings> {
  const db = createDb(connectionString, { applicationName: "siso-restore", maxConnections: 2 });
  try {
    const { clock, random, log, config } = machine;
    const ctx = { db, clock, random, log, archive, timestamps: null };
    await keepLedger(ctx);
    // The second store may be gone for good: that is said at the next start, and is no reason not to look.
    await meetFirst(ctx);
    await tellDestroyedAnew(db);
    await openLog({ ...ctx, logSigner: await openLogSigner(config.keyFile) });
    return await verifyArchive(ctx, { logOnly: false, tokenHolds: null });
  } finally {
    await db.destroy();
  }
}
