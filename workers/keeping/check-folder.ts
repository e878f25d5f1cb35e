import { createHash } from "node:crypto";
import { noteNoSecondCopy, whileKept } from "../../db/queries/copies.ts";
import {
  closeTrouble,
  hasObject,
  noteTrouble,
  objectsOfFolder,
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
}

type Keeper = Pick<Context, "db" | "clock" | "random" | "archive">;

/**
 * Reads back all of one folder and compares it with the rows both ways: what a row says must be there, whole, in each store;
 * what is there must have a row. A copy that is not whole is replaced by the other one when that is.
 */
export async function checkFolder(
  ctx: Keeper,
  folder: string,
  onObject: () => void = () => undefined,
): Promise<FolderCounts> {
  const { first, second } = ctx.archive.stores;
  const rows = await objectsOfFolder(ctx.db, folder);
  const counts: FolderCounts = { objects: 0, bytes: 0, troubles: 0, repaired: 0 };
  const check = async (name: StoreName, store: ObjectStore, other: ObjectStore | null): Promise<void> => {
    for (const row of rows) {
      if (row.destroyed || (name === "second" && !row.inSecond)) continue;
      counts.objects += 1;
      counts.bytes += row.bytes;
      await checkCopy(ctx, counts, row, name, store, other);
      onObject();
    }
    await checkRowless(ctx, counts, rows, folder, name, store);
  };
  await check("first", first, second);
  if (second === null) return counts;
  try {
    await recogniseSecond(ctx, second);
    await check("second", second, first);
  } catch (error) {
    // A second store that is away is an alarm of its own; what could be read of the first is read.
    await secondBehind(ctx, error);
  }
  return counts;
}

async function checkCopy(
  ctx: Keeper,
  counts: FolderCounts,
  row: KeptObject,
  name: StoreName,
  store: ObjectStore,
  other: ObjectStore | null,
): Promise<void> {
  const { sha256, objectId } = row;
  const trouble = await readBack(ctx, row, name, store);
  const now = ctx.clock.now();
  if (trouble === null) return closeTrouble(ctx.db, sha256, name, now);
  const noted = { id: ctx.random.uuid(), sha256, objectId, store: name, kind: trouble, at: now };
  if (!(await noteTrouble(ctx.db, noted))) return;
  counts.troubles += 1;
  const whole = other === null ? null : await other.get(sha256).catch(() => null);
  if (whole !== null && troubleOf(row, whole) === null) {
    const until = row.retainUntil > now ? row.retainUntil : undefined;
    const repair = async () => {
      await store.put(sha256, whole, until);
      return troubleOf(row, await store.get(sha256)) === null;
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
    return troubleOf(row, await store.get(row.sha256));
  } catch {
    if (name === "second") await recogniseSecond(ctx, store);
    return "altered";
  }
}

/** Bytes nobody has a row for: left by a process killed between sealing and its row, or put there by somebody. They stay. */
async function checkRowless(
  ctx: Keeper,
  counts: FolderCounts,
  rows: readonly KeptObject[],
  folder: string,
  name: StoreName,
  store: ObjectStore,
): Promise<void> {
  const known = new Map(rows.map((row) => [row.sha256, row]));
  const now = ctx.clock.now();
  for await (const { sha256 } of store.list(folder)) {
    const row = known.get(sha256);
    if (row && !row.destroyed) continue;
    // Its row may have been written since the rows were read.
    if (!row && (await hasObject(ctx.db, sha256))) continue;
    const objectId = row?.objectId ?? null;
    const noted = { id: ctx.random.uuid(), sha256, objectId, store: name, kind: "without-row" as const };
    if (await noteTrouble(ctx.db, { ...noted, at: now })) counts.troubles += 1;
  }
}

function troubleOf(row: KeptObject, stored: Uint8Array | null): TroubleKind | null {
  if (stored === null) return "missing";
  const whole =
    stored.length === row.bytes && createHash("sha256").update(stored).digest("hex") === row.sha256;
  return whole ? null : "altered";
}
