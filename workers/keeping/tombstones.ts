import type { DisposalItemRow, DisposalRow } from "../../db/queries/disposals.ts";
import { SisoError } from "../../services/errors.ts";
import type { ArchiveStores, ObjectStore, Vault } from "../../services/ports.ts";
import type { Context } from "../context.ts";

/** What the archive itself remembers of a disposal: a database restored from before it must not bring the keys back. */
export interface Tombstone {
  disposal: string;
  listSha256: string;
  minuteNumber: string;
  /** As the log's deletion lines name them. */
  approvers: string[];
  at: string;
  objects: string[];
}

export const tombstoneFolder = "tombstones";

/** Sealed by the vault, so that nobody without the key can forge one; durable in both stores before any bytes go. */
export async function writeTombstone(
  ctx: Pick<Context, "clock" | "archive" | "vault">,
  disposal: DisposalRow,
  items: readonly DisposalItemRow[],
  minuteNumber: string,
  approvers: readonly string[],
): Promise<void> {
  const tombstone: Tombstone = {
    disposal: disposal.id,
    listSha256: disposal.listSha256,
    minuteNumber,
    approvers: [...approvers],
    at: (disposal.startedAt ?? ctx.clock.now()).toISOString(),
    objects: items.map(({ objectId }) => objectId),
  };
  const sealed = ctx.vault.seal(Buffer.from(JSON.stringify(tombstone)), contextOf(disposal.id));
  const { first, second } = ctx.archive.stores;
  await second?.putNote(`${tombstoneFolder}/${disposal.id}`, sealed);
  await first.putNote(`${tombstoneFolder}/${disposal.id}`, sealed);
}

/** Every disposal that either store remembers. Throws `archive-corrupt` for one that was forged or damaged. */
export async function readTombstones({ first, second }: ArchiveStores, vault: Vault): Promise<Tombstone[]> {
  return tombstonesIn(second === null ? [first] : [first, second], vault);
}

/** The same of any stores, such as a backup. */
export async function tombstonesIn(
  stores: readonly Pick<ObjectStore, "address" | "note" | "notes">[],
  vault: Vault,
): Promise<Tombstone[]> {
  const found = new Map<string, Tombstone>();
  for (const store of stores) {
    for (const id of await store.notes(tombstoneFolder)) {
      const sealed = await store.note(`${tombstoneFolder}/${id}`);
      if (sealed === null || found.has(id)) continue;
      const text = Buffer.from(vault.open(sealed, contextOf(id))).toString("utf8");
      const tombstone = JSON.parse(text) as Tombstone;
      if (tombstone.disposal !== id) throw misplaced(store.address, id);
      found.set(id, tombstone);
    }
  }
  return [...found.values()];
}

function contextOf(id: string): string {
  return `tombstone ${id}`;
}

function misplaced(address: string, id: string): SisoError {
  return new SisoError("archive-corrupt", {
    vi: `Ghi chú tiêu hủy ${id} trong ${address} không phải của danh sách ấy`,
    en: `The disposal note ${id} in ${address} is not that list's`,
  });
}
