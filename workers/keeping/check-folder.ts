import { createHash } from "node:crypto";
import { noteNoSecondCopy, whileKept } from "../../db/queries/copies.ts";
import { noteFolderRead } from "../../db/queries/fixity-folders.ts";
import {
  closeTrouble,
  namesWithRow,
  noteTrouble,
  objectsOfFolder,
  troubledObjects,
  type KeptObject,
  type StoreName,
  type TroubleKind,
} from "../../db/queries/fixity.ts";
import type { ObjectStore } from "../../services/ports.ts";
import type { Context } from "../context.ts";
import { recogniseSecond, secondBehind } from "./second-store.ts";

export interface FolderCounts {
  objects: number;
  bytes: number;
  troubles: number;
  repaired: number;
  /** 1 when the second copy is due and could not be read. */
  secondLeftOut: number;
}

type Keeper = Pick<Context, "db" | "clock" | "random" | "archive">;

/**
 * Reads back all of one folder and compares it with the rows both ways: what a row says must be there, whole, in each store;
 * what is there must have a row. A copy that is not whole is replaced by the other one when that is. What a second store that is
 * away leaves out is noted as owed.
 */
export async function checkFolder(
  ctx: Keeper,
  folder: string,
  onObject: () => void = () => undefined,
): Promise<FolderCounts> {
  const { first, second } = ctx.archive.stores;
  const shard = Number.parseInt(folder, 16);
  const rows = await objectsOfFolder(ctx.db, folder);
  const counts = noCounts();
  const complete = await checkStore(ctx, { counts, rows, folder, onObject }, "first", first, second);
  await checkNames(ctx, counts, rows);
  if (complete) await noteFolderRead(ctx.db, shard, { first: ctx.clock.now() });
  if (second === null) return counts;
  try {
    await checkSecond(ctx, { counts, rows, folder, onObject }, second);
  } catch (error) {
    // A second store that is away is an alarm of its own; what could be read of the first is read.
    await secondBehind(ctx, error);
    await noteFolderRead(ctx.db, shard, { second: null });
    counts.secondLeftOut = 1;
  }
  return counts;
}

/** The second copy of a folder alone, owed since a night when it was away; null when it still is. */
export async function checkOwedFolder(ctx: Keeper, shard: number): Promise<FolderCounts | null> {
  const { second } = ctx.archive.stores;
  if (second === null) return null;
  const folder = shard.toString(16).padStart(2, "0");
  const counts = noCounts();
  const rows = await objectsOfFolder(ctx.db, folder);
  try {
    await checkSecond(ctx, { counts, rows, folder, onObject: () => undefined }, second);
    return counts;
  } catch (error) {
    await secondBehind(ctx, error);
    return null;
  }
}

function noCounts(): FolderCounts {
  return { objects: 0, bytes: 0, troubles: 0, repaired: 0, secondLeftOut: 0 };
}

interface FolderReading {
  counts: FolderCounts;
  rows: readonly KeptObject[];
  folder: string;
  onObject: () => void;
}

/** Throws when the store itself is away. */
async function checkSecond(ctx: Keeper, reading: FolderReading, second: ObjectStore): Promise<void> {
  await recogniseSecond(ctx, second);
  const complete = await checkStore(ctx, reading, "second", second, ctx.archive.stores.first);
  const shard = Number.parseInt(reading.folder, 16);
  if (complete) await noteFolderRead(ctx.db, shard, { second: ctx.clock.now() });
}

/** False when the folder could not be listed. */
async function checkStore(
  ctx: Keeper,
  { counts, rows, folder, onObject }: FolderReading,
  name: StoreName,
  store: ObjectStore,
  other: ObjectStore | null,
): Promise<boolean> {
  const troubled = await troubledObjects(ctx.db, folder, name);
  const due = rows.filter((row) => !row.destroyed && (name === "first" || row.inSecond)).values();
  const readOn = async (): Promise<void> => {
    for (const row of due) {
      counts.objects += 1;
      counts.bytes += row.bytes;
      await checkCopy(ctx, counts, row, name, store, other, troubled);
      onObject();
    }
  };
  // Two at once: one is opened while the other is hashed. Both are over before anything else is done.
  for (const reading of await Promise.allSettled([readOn(), readOn()]))
    if (reading.status === "rejected") throw reading.reason;
  return checkRowless(ctx, counts, rows, folder, name, store);
}

async function checkCopy(
  ctx: Keeper,
  counts: FolderCounts,
  row: KeptObject,
  name: StoreName,
  store: ObjectStore,
  other: ObjectStore | null,
  troubled: ReadonlySet<string>,
): Promise<void> {
  const { sha256, objectId } = row;
  const trouble = await readBack(ctx, row, name, store);
  const now = ctx.clock.now();
  if (trouble === null) {
    if (troubled.has(sha256)) await closeTrouble(ctx.db, sha256, name, now);
    return;
  }
  const noted = { id: ctx.random.uuid(), sha256, objectId, store: name, kind: trouble, at: now };
  if (!(await noteTrouble(ctx.db, noted))) return;
  counts.troubles += 1;
  const whole = other === null ? null : await other.get(sha256).catch(() => null);
  if (whole !== null && troubleOf(row, digestOf(whole)) === null) {
    const until = row.retainUntil > now ? row.retainUntil : undefined;
    const repair = async () => {
      await store.put(sha256, whole, until);
      return troubleOf(row, await store.digest(sha256)) === null;
    };
    // A copy that cannot be written stays a trouble; the others are read all the same.
    if (await whileKept(ctx.db, objectId, repair).catch(() => false)) {
      counts.repaired += 1;
      return closeTrouble(ctx.db, sha256, name, now);
    }
  }
  if (name === "second") await noteNoSecondCopy(ctx.db, objectId);
}

/** Bytes that cannot be read are damaged ones, unless the whole second store is away, which it then throws. */
async function readBack(
  ctx: Keeper,
  row: KeptObject,
  name: StoreName,
  store: ObjectStore,
): Promise<TroubleKind | null> {
  try {
    return troubleOf(row, await store.digest(row.sha256));
  } catch {
    if (name === "second") await recogniseSecond(ctx, store);
    return "altered";
  }
}

/**
 * Bytes nobody has a row for: left by a process killed between sealing and its row, or put there by somebody. They stay. A
 * folder that cannot be listed is a trouble of its own and keeps none of the others from being read; false says so.
 */
async function checkRowless(
  ctx: Keeper,
  counts: FolderCounts,
  rows: readonly KeptObject[],
  folder: string,
  name: StoreName,
  store: ObjectStore,
): Promise<boolean> {
  const known = new Map(rows.map((row) => [row.sha256, row]));
  const now = ctx.clock.now();
  const trouble = (sha256: string, kind: TroubleKind, objectId: string | null = null) =>
    noteTrouble(ctx.db, { id: ctx.random.uuid(), sha256, objectId, store: name, kind, at: now });
  const names = await listed(store, folder);
  if (names === null) {
    // The second store itself gone is told by what this throws.
    if (name === "second") await recogniseSecond(ctx, store);
    if (await trouble(folder, "unlisted")) counts.troubles += 1;
    return false;
  }
  await closeTrouble(ctx.db, folder, name, now);
  const strange = names.filter((sha256) => known.get(sha256)?.destroyed !== false);
  // A row may have been written since the rows were read.
  const meanwhile = await namesWithRow(
    ctx.db,
    folder,
    strange.filter((sha256) => !known.has(sha256)),
  );
  for (const sha256 of strange) {
    const row = known.get(sha256);
    if (meanwhile.has(sha256)) continue;
    if (await trouble(sha256, "without-row", row?.objectId ?? null)) counts.troubles += 1;
  }
  return true;
}

/** No two rows may call the same bytes theirs; the rows come in the order of their names. */
async function checkNames(ctx: Keeper, counts: FolderCounts, rows: readonly KeptObject[]): Promise<void> {
  const kept = rows.filter(({ destroyed }) => !destroyed);
  for (const [index, { sha256, objectId }] of kept.entries()) {
    if (kept[index - 1]?.sha256 !== sha256) continue;
    const trouble = { sha256, objectId, store: "first", kind: "named-twice", at: ctx.clock.now() } as const;
    if (await noteTrouble(ctx.db, { id: ctx.random.uuid(), ...trouble })) counts.troubles += 1;
  }
}

async function listed(store: ObjectStore, folder: string): Promise<string[] | null> {
  const names: string[] = [];
  try {
    for await (const { sha256 } of store.list(folder)) names.push(sha256);
    return names;
  } catch {
    return null;
  }
}

interface Digest {
  sha256: string;
  bytes: number;
}

function digestOf(bytes: Uint8Array): Digest {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

/** The name of a sealed object is the SHA-256 of its bytes: to know that they are whole takes no key and no decrypting. */
function troubleOf(row: KeptObject, stored: Digest | null): TroubleKind | null {
  if (stored === null) return "missing";
  return stored.bytes === row.bytes && stored.sha256 === row.sha256 ? null : "altered";
}
