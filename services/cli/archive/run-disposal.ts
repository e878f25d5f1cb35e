import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  approvalsOf,
  disposalItems,
  disposals,
  withdrawDisposal,
  type DisposalItemRow,
  type DisposalRow,
} from "../../../db/queries/disposals.ts";
import { courseRetentions } from "../../../db/queries/holds.ts";
import type { Config } from "../../../config/read-config.ts";
import {
  approve,
  concludeDisposal,
  notWaiting,
  objections,
  proposal,
  propose,
  runDisposal,
} from "../../../workers/keeping/dispose.ts";
import { outsideClock } from "../../archive/outside-clock.ts";
import { archiveRemover } from "../../archive/remover.ts";
import { SisoError } from "../../errors.ts";
import { renderDisposalMinutes } from "../../report/disposal-minutes.ts";
import { listHash, listText, refuseApproval } from "../../retention/disposal.ts";
import { say } from "../say.ts";
import {
  alreadyOpen,
  confirmsNothing,
  nothingExpired,
  refused,
  unknownList,
  unwritable,
  writeList,
  wrongState,
} from "./disposal-refusals.ts";
import { disposalLines, disposalsJson, itemLines, proposePreview } from "./disposal-text.ts";
import { withKeeping, type Keeping } from "./open-keeping.ts";

export interface ListOptions {
  propose?: boolean;
  confirm?: boolean;
  out?: string;
  json?: boolean;
}

export interface ApproveOptions {
  by: string;
  minutes: string;
  confirm?: boolean;
}

export interface RunOptions {
  out: string;
  confirm?: boolean;
}

export async function listDisposals(options: ListOptions): Promise<void> {
  if (options.confirm && !options.propose) throw confirmsNothing();
  await withKeeping(async (ctx) => {
    const known = await disposals(ctx.db);
    const items = await proposal(ctx);
    if (options.json) print([await disposalsJson(ctx, known, items)]);
    else print([...(await disposalLines(ctx, known)), "", ...(await itemLines(ctx, items))]);
    if (options.out !== undefined) await writeList(options.out, listText(items));
    if (!options.propose) return;
    const open = known.find(({ status }) => status === "proposed" || status === "running");
    if (open) throw alreadyOpen(open);
    if (items.length === 0) throw nothingExpired();
    if (!options.confirm) return say(proposePreview(items));
    const id = await propose(ctx, items);
    say({
      vi: `Đã lập danh sách ${id} (SHA-256 ${listHash(items)}). Hai người duyệt bằng: ./siso archive dispose approve ${id.slice(0, 8)} --by "Họ tên" --minutes "số biên bản" --confirm`,
      en: `List ${id} is made (SHA-256 ${listHash(items)}). Two people approve it with: ./siso archive dispose approve ${id.slice(0, 8)} --by "Name" --minutes "number" --confirm`,
    });
  });
}

export async function approveDisposal(typed: string, options: ApproveOptions): Promise<void> {
  await withKeeping(async (ctx) => {
    const disposal = await theDisposal(ctx, typed, "proposed");
    const items = await disposalItems(ctx.db, disposal.id);
    const by = { approver: options.by.trim(), minuteNumber: options.minutes.trim() };
    print([...(await disposalLines(ctx, [disposal])), "", ...(await itemLines(ctx, items))]);
    if (!options.confirm) {
      const refusal = refuseApproval(await approvalsOf(ctx.db, disposal.id), by);
      if (refusal !== null) throw new SisoError("input-invalid", refusal);
      say({
        vi: `Xem trước: ${by.approver} sẽ duyệt danh sách này theo biên bản số ${by.minuteNumber}. Thêm --confirm để ghi lại.`,
        en: `Preview: ${by.approver} would approve this list under minute number ${by.minuteNumber}. Add --confirm to store it.`,
      });
      return;
    }
    await approve(ctx, disposal, by);
    const given = (await approvalsOf(ctx.db, disposal.id)).length;
    say({
      vi: `Đã ghi: ${by.approver} duyệt (${given}/2).${given < 2 ? " Cần thêm một người khác." : ` Chạy: ./siso archive dispose run ${disposal.id.slice(0, 8)} --out THƯ_MỤC`}`,
      en: `Stored: ${by.approver} approves (${given}/2).${given < 2 ? " Another person is needed." : ` Run: ./siso archive dispose run ${disposal.id.slice(0, 8)} --out FOLDER`}`,
    });
  });
}

export async function destroyDisposal(typed: string, options: RunOptions): Promise<void> {
  await withKeeping(async (ctx, config) => {
    const disposal = await theDisposal(ctx, typed, "proposed", "running");
    const items = await disposalItems(ctx.db, disposal.id);
    print([...(await disposalLines(ctx, [disposal])), "", ...(await itemLines(ctx, items))]);
    const clocks = { sources: config.timeSources, ask: outsideClock };
    const reasons = await objections(ctx, disposal, clocks);
    if (reasons.length > 0) throw refused(reasons);
    if (!options.confirm) {
      say({
        vi: "Xem trước: đủ điều kiện, chưa có gì bị tiêu hủy. Thêm --confirm để làm thật; việc này không đảo ngược được.",
        en: "Preview: nothing speaks against it and nothing was destroyed. Add --confirm to do it; it cannot be undone.",
      });
      return;
    }
    await destroy(ctx, config, disposal, options.out);
  });
}

async function destroy(ctx: Keeping, config: Config, disposal: DisposalRow, out: string): Promise<void> {
  // A folder that cannot be written is noticed before anything is destroyed.
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(out, cause);
  });
  const files = { minutes: join(out, minutesName(disposal)), list: join(out, listName(disposal)) };
  const items = await disposalItems(ctx.db, disposal.id);
  await writeFile(files.list, listText(items));
  const remover = archiveRemover({ dir: config.archiveDir, second: config.archiveSecond });
  const { approvals } = await runDisposal(ctx, disposal, remover);
  const minutes = await renderDisposalMinutes({
    letterhead: ctx.institution.letterhead,
    place: ctx.institution.campuses[0]?.place ?? "",
    zone: ctx.institution.campuses[0]?.timeZone ?? "Asia/Ho_Chi_Minh",
    disposal: { id: disposal.id, listSha256: disposal.listSha256, proposedAt: disposal.proposedAt },
    destroyedAt: disposal.startedAt ?? ctx.clock.now(),
    copies: ctx.archive.stores.second === null ? 1 : 2,
    approvals,
    courses: await coursesOf(ctx, items),
    listFile: listName(disposal),
  });
  await writeFile(files.minutes, minutes);
  await concludeDisposal(ctx, disposal.id, minutes);
  say({
    vi: `Đã tiêu hủy ${items.length} đối tượng: khóa và ${ctx.archive.stores.second === null ? "một" : "hai"} bản. Biên bản: ${files.minutes}; danh sách: ${files.list}`,
    en: `${items.length} objects are destroyed: keys and ${ctx.archive.stores.second === null ? "the one copy" : "both copies"}. Minutes: ${files.minutes}; list: ${files.list}`,
  });
}

export async function dropDisposal(typed: string, options: { confirm?: boolean }): Promise<void> {
  await withKeeping(async (ctx) => {
    const disposal = await theDisposal(ctx, typed, "proposed");
    if (!options.confirm) {
      const items = await disposalItems(ctx.db, disposal.id);
      print([...(await disposalLines(ctx, [disposal])), "", ...(await itemLines(ctx, items))]);
      say({
        vi: "Xem trước: danh sách này sẽ bị bỏ, các lần duyệt của nó mất hiệu lực; không có gì bị tiêu hủy. Thêm --confirm để ghi lại.",
        en: "Preview: this list would be dropped and its approvals with it; nothing is destroyed. Add --confirm to store it.",
      });
      return;
    }
    if (!(await withdrawDisposal(ctx.db, disposal.id, ctx.clock.now()))) throw notWaiting(disposal.id);
    say({ vi: `Đã bỏ danh sách ${disposal.id}.`, en: `List ${disposal.id} is dropped.` });
  });
}

async function coursesOf(ctx: Keeping, items: readonly DisposalItemRow[]) {
  const known = await courseRetentions(ctx.db, [...new Set(items.map(({ courseId }) => courseId))]);
  return known.map(({ courseId, code, name, courseStart }) => {
    const own = items.filter((item) => item.courseId === courseId);
    const latest = own.reduce(
      (late, { retainUntil }) => (retainUntil > late ? retainUntil : late),
      new Date(0),
    );
    const counts = { documents: 0, snapshots: 0, portraits: 0, reports: 0 };
    for (const { kind } of own) counts[`${kind}s`] += 1;
    return {
      code,
      name,
      startsOn: courseStart,
      retainUntil: latest,
      counts,
      bytes: own.reduce((sum, item) => sum + item.bytes, 0),
    };
  });
}

async function theDisposal(
  ctx: Keeping,
  typed: string,
  ...wanted: DisposalRow["status"][]
): Promise<DisposalRow> {
  const known = await disposals(ctx.db);
  const found = known.filter(({ id }) => id.startsWith(typed.toLowerCase()));
  const [one, ...others] = found;
  if (typed.length < 4 || one === undefined || others.length > 0) throw unknownList(typed, known);
  if (!wanted.includes(one.status)) throw wrongState(one);
  return one;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n").trim()}\n`);
}

function minutesName({ id }: DisposalRow): string {
  return `bien-ban-tieu-huy-${id.slice(0, 8)}.docx`;
}

function listName({ id }: DisposalRow): string {
  return `danh-sach-tieu-huy-${id.slice(0, 8)}.txt`;
}
