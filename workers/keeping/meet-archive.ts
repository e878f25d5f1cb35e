import { createHash } from "node:crypto";
import {
  archivePlace,
  databaseState,
  logLine,
  noteArchive,
  noteClockDay,
  useSecondPlace,
} from "../../db/queries/archive-place.ts";
import { SisoError } from "../../services/errors.ts";
import type { ObjectStore } from "../../services/ports.ts";
import { judgeMeeting, refuseSecondPlace, type ArchiveLedger } from "../../services/retention/belonging.ts";
import type { Context } from "../context.ts";

type Keeper = Pick<Context, "db" | "clock" | "random" | "archive">;

export const idNote = "archive-id";
const ledgerNote = "ledger";

/**
 * Before anything is stored or destroyed: archive and database are each other's, or get to know each other when both are new,
 * and the second store in the configuration is the one that was noted: a shell that lacks the setting must not make the
 * database forget its copies. Throws `archive-refused`.
 */
export async function meetArchive(ctx: Keeper): Promise<void> {
  const { first, second } = ctx.archive.stores;
  const noted = await meetFirst(ctx);
  const refusal = refuseSecondPlace(noted, second?.address ?? null, first.address);
  if (refusal !== null) throw new SisoError("archive-refused", refusal);
}

/**
 * The first store alone, and the noted second one, which the caller judges; a new archive's is the configured one. Throws
 * `archive-refused`.
 */
export async function meetFirst(ctx: Keeper): Promise<string | null> {
  const { first, second } = ctx.archive.stores;
  const id = await readId(first);
  const ledger = await readLedger(first);
  const place = await archivePlace(ctx.db);
  const { objects, logSeq } = await databaseState(ctx.db);
  const line = ledger && ledger.logSeq > 0 ? await logLine(ctx.db, ledger.logSeq) : null;
  const verdict = judgeMeeting({
    archive: { address: first.address, id, holdsObjects: await holdsObjects(first), ledger },
    database: {
      archiveId: place?.archiveId ?? null,
      knowsObjects: objects,
      logSeq,
      ledgerLineSha256: line === null ? null : sha256(line),
    },
  });
  if (!verdict.belong) throw new SisoError("archive-refused", verdict.why);
  const now = ctx.clock.now();
  if (place === null) {
    await noteArchive(ctx.db, id ?? ctx.random.uuid(), now);
    if (second !== null) await useSecondPlace(ctx.db, second.address, now);
  }
  // Of two that begin at once one id is noted; both write that one.
  const noted = await archivePlace(ctx.db);
  if (id === null) await first.putNote(idNote, Buffer.from(`${noted?.archiveId ?? ""}\n`));
  return noted?.secondPlace ?? null;
}

/** What later tells a database that is older than its archive, and a clock that leapt; looked after at every sweep. */
export async function keepWitness(ctx: Keeper): Promise<void> {
  await noteClockDay(ctx.db, ctx.clock.now());
  await keepLedger(ctx);
}

/** The archive remembers how far its database had come. */
export async function keepLedger(ctx: Keeper): Promise<void> {
  const { first } = ctx.archive.stores;
  const { logSeq } = await databaseState(ctx.db);
  const known = await readLedger(first);
  if (logSeq === 0 || known?.logSeq === logSeq) return;
  const line = await logLine(ctx.db, logSeq);
  if (line === null) return;
  const ledger: ArchiveLedger = { logSeq, lineSha256: sha256(line) };
  await first.putNote(ledgerNote, Buffer.from(`${JSON.stringify(ledger)}\n`));
}

/** Before an older log is restored: the next `keepLedger` notes that one. */
export async function forgetLedger(store: ObjectStore): Promise<void> {
  const none: ArchiveLedger = { logSeq: 0, lineSha256: "" };
  await store.putNote(ledgerNote, Buffer.from(`${JSON.stringify(none)}\n`));
}

export async function readId(store: Pick<ObjectStore, "note">): Promise<string | null> {
  const note = await store.note(idNote);
  return note === null ? null : Buffer.from(note).toString("utf8").trim() || null;
}

/** Null when the archive has seen no log yet. */
export async function readLedger(store: ObjectStore): Promise<ArchiveLedger | null> {
  const note = await store.note(ledgerNote);
  if (note === null) return null;
  return JSON.parse(Buffer.from(note).toString("utf8")) as ArchiveLedger;
}

async function holdsObjects(store: ObjectStore): Promise<boolean> {
  for (let folder = 0; folder < 256; folder += 1) {
    for await (const _ of store.list(folder.toString(16).padStart(2, "0"))) return true;
  }
  return false;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
