import {
  addApproval,
  approvalsOf,
  approverHashes,
  destroyKeys,
  disposalItems,
  expiredObjects,
  finishDisposal,
  namesSharedWithOthers,
  proposeDisposal,
  type ApprovalRow,
  type DisposalItemRow,
  type DisposalRow,
} from "../../db/queries/disposals.ts";
import { archivePlace, oldestStored } from "../../db/queries/archive-place.ts";
import { courseRetentions, type CourseRetention } from "../../db/queries/holds.ts";
import { SisoError } from "../../services/errors.ts";
import type { ObjectRemover } from "../../services/ports.ts";
import {
  approverKey,
  listHash,
  mayBeProposed,
  refuseApproval,
  refuseDisposal,
  type CourseFloor,
} from "../../services/retention/disposal.ts";
import { refuseSecondPlace } from "../../services/retention/belonging.ts";
import { keptForever } from "../../services/retention/retain-until.ts";
import type { Bilingual, CourseId } from "../../services/types.ts";
import type { Context } from "../context.ts";
import { recogniseSecond } from "./second-store.ts";
import { writeTombstone } from "./tombstones.ts";
import { readClocks, type OutsideClock } from "./trusted-clock.ts";

export type Keeper = Pick<Context, "db" | "clock" | "random" | "archive" | "vault" | "institution">;

/** What may be proposed now: expired by its own date and by its course's floor, and not held. */
export async function proposal(ctx: Keeper): Promise<DisposalItemRow[]> {
  const now = ctx.clock.now();
  const items = await expiredObjects(ctx.db, now);
  const floors = await floorsOf(ctx, items);
  return items.filter((item) => {
    const floor = floors.get(item.courseId);
    return floor !== undefined && mayBeProposed(item, floor, now);
  });
}

export async function propose(ctx: Keeper, items: readonly DisposalItemRow[]): Promise<string> {
  const id = ctx.random.uuid();
  await proposeDisposal(ctx.db, { id, listSha256: listHash(items), proposedAt: ctx.clock.now() }, items);
  return id;
}

/** Throws `input-invalid` when this person may not, or not so. */
export async function approve(
  ctx: Keeper,
  disposal: DisposalRow,
  by: { approver: string; minuteNumber: string },
): Promise<void> {
  const refuse = (given: readonly ApprovalRow[]): void => {
    const refusal = refuseApproval(given, by);
    if (refusal !== null) throw new SisoError("input-invalid", refusal);
  };
  const key = approverKey(by.approver);
  const added = await addApproval(
    ctx.db,
    disposal.id,
    { ...by, approverKey: key, listSha256: disposal.listSha256, approvedAt: ctx.clock.now() },
    refuse,
  );
  if (!added) throw notWaiting(disposal.id);
}

/** Everything that speaks against running it now; empty when nothing does, or when it is running and has to be finished. */
export async function objections(
  ctx: Keeper,
  disposal: DisposalRow,
  clocks: { sources: readonly string[]; ask: OutsideClock },
): Promise<Bilingual[]> {
  const away = await secondAway(ctx);
  if (disposal.status === "running") return away;
  const items = await disposalItems(ctx.db, disposal.id);
  const approvals = await approvalsOf(ctx.db, disposal.id);
  const floors = await floorsOf(ctx, items);
  const since = await oldestStored(ctx.db, disposal.id);
  const clock = await readClocks(ctx, since ?? ctx.clock.now(), clocks.sources, clocks.ask);
  const shared = sharedNames(await namesSharedWithOthers(ctx.db, disposal.id));
  return [
    ...refuseDisposal(disposal, items, approvals, floors, ctx.clock.now()),
    ...shared,
    ...clock.why,
    ...away,
  ];
}

/** Whoever can write rows could else have somebody's bytes destroyed with an object of their own. */
function sharedNames(names: readonly string[]): Bilingual[] {
  if (names.length === 0) return [];
  const some = `${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""}`;
  return [
    {
      vi: `${names.length} tệp trong danh sách còn là của đối tượng khác ngoài danh sách: ${some}`,
      en: `${names.length} files of the list are also those of objects outside it: ${some}`,
    },
  ];
}

/** A disk that is away would keep its copy. */
async function secondAway(ctx: Keeper): Promise<Bilingual[]> {
  const { first, second } = ctx.archive.stores;
  const noted = (await archivePlace(ctx.db))?.secondPlace ?? null;
  const other = refuseSecondPlace(noted, second?.address ?? null, first.address);
  if (other !== null) return [other];
  if (second === null) return [];
  try {
    await recogniseSecond(ctx, second);
    return [];
  } catch (error) {
    if (error instanceof SisoError) return [error.words];
    throw error;
  }
}

/**
 * Log, keys, tombstone in both stores, bytes of both copies, in this order; a run cut off anywhere is finished by the next.
 * Call it only when there are no `objections`.
 */
export async function runDisposal(
  ctx: Keeper,
  disposal: DisposalRow,
  remover: ObjectRemover,
  onObject: (done: number) => void = () => undefined,
): Promise<{ items: DisposalItemRow[]; approvals: ApprovalRow[] }> {
  const items = await disposalItems(ctx.db, disposal.id);
  const approvals = await approvalsOf(ctx.db, disposal.id);
  const approvers = await approverHashes(ctx.db, disposal.id);
  const minuteNumber = approvals[0]?.minuteNumber ?? "";
  if (disposal.status === "proposed") {
    const about = { id: disposal.id, listSha256: disposal.listSha256, minuteNumber, approvers };
    await destroyKeys(ctx.db, { ...about, at: ctx.clock.now() }, items);
  }
  await writeTombstone(ctx, disposal, items, minuteNumber, approvers);
  for (const [index, { sha256 }] of items.entries()) {
    await remover.remove(sha256);
    onObject(index + 1);
  }
  await proveGone(ctx, items);
  return { items, approvals };
}

/** The minutes are kept for ever, as an object of the archive. */
export async function concludeDisposal(ctx: Keeper, id: string, minutes: Uint8Array): Promise<void> {
  const object = await ctx.archive.seal(minutes);
  const minutesRow = { object, retainUntil: keptForever };
  if (await finishDisposal(ctx.db, id, minutesRow, ctx.clock.now())) return;
  throw new SisoError("input-invalid", {
    vi: `Danh sách ${id} không còn đang chạy; xem ./siso archive dispose list.`,
    en: `List ${id} is not running any more; see ./siso archive dispose list.`,
  });
}

export function notWaiting(id: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Danh sách ${id} không còn chờ duyệt; xem ./siso archive dispose list.`,
    en: `List ${id} is not waiting for approval any more; see ./siso archive dispose list.`,
  });
}

async function proveGone(ctx: Keeper, items: readonly DisposalItemRow[]): Promise<void> {
  const { first, second } = ctx.archive.stores;
  for (const { sha256 } of items) {
    const left = (await first.get(sha256)) !== null || (second && (await second.get(sha256)) !== null);
    if (!left) continue;
    throw new SisoError("archive-refused", {
      vi: `Đối tượng ${sha256} vẫn còn trong kho sau khi xóa; chạy lại lệnh này`,
      en: `Object ${sha256} is still there after its removal; run this command again`,
    });
  }
}

async function floorsOf(ctx: Keeper, items: readonly DisposalItemRow[]): Promise<Map<CourseId, CourseFloor>> {
  const ids = [...new Set(items.map(({ courseId }) => courseId))];
  const courses = await courseRetentions(ctx.db, ids);
  return new Map(courses.map((course) => [course.courseId, floorOf(ctx.institution, course)]));
}

export function floorOf(institution: Context["institution"], course: CourseRetention): CourseFloor {
  const own = { name: "hình ảnh điểm danh", years: institution.rules.retentionYears };
  const more = course.classes.map(({ name, years }) => ({ name, years: years ?? ("permanent" as const) }));
  return {
    courseStart: course.courseStart,
    zone: course.zone,
    classes: [own, ...more],
    held: course.held,
  };
}
