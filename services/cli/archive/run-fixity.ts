import { writeFile } from "node:fs/promises";
import { closeAlarm } from "../../../db/queries/alarms.ts";
import { useSecondPlace } from "../../../db/queries/archive-place.ts";
import { countUncopied } from "../../../db/queries/copies.ts";
import { oldestReading, owedFolders, type OldestReading } from "../../../db/queries/fixity-folders.ts";
import {
  beginFixity,
  fixityRun,
  lastFixity,
  planFixity,
  standingTroubles,
  type FixityRun,
  type Trouble,
} from "../../../db/queries/fixity.ts";
import { catchUp, checkNextFolder, endFixity } from "../../../workers/jobs/check-fixity.ts";
import { idNote, meetArchive, meetFirst, readId } from "../../../workers/keeping/meet-archive.ts";
import { archivePlace } from "../../../db/queries/archive-place.ts";
import { SisoError } from "../../errors.ts";
import { say } from "../say.ts";
import { step } from "../step.ts";
import { tableLines } from "../table-lines.ts";
import { campusTime } from "./disposal-text.ts";
import { refuseOut } from "./out-folder.ts";
import { withKeeping, type Keeping } from "./open-keeping.ts";

/** True when nothing is missing or altered. */
export async function fixity(options: { all?: boolean; json?: string }): Promise<boolean> {
  if (options.json !== undefined) await refuseOut(options.json, "any", "--json");
  return withKeeping(async (ctx) => {
    if (options.all) await readEverything(ctx);
    const runs = await lastFixity(ctx.db, 10);
    const troubles = await standingTroubles(ctx.db);
    const owed = await owedFolders(ctx.db);
    const oldest = await oldestReading(ctx.db);
    const lines = [
      ...runLines(ctx, runs),
      "",
      ...ageLines(ctx, oldest, owed),
      ...troubleLines(ctx, troubles),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
    if (options.json !== undefined)
      await writeFile(options.json, `${JSON.stringify({ runs, oldest, owed, troubles }, null, 2)}\n`);
    return owed.length === 0 && troubles.every(({ kind }) => kind === "without-row");
  });
}

async function readEverything(ctx: Keeping): Promise<void> {
  const id = ctx.random.uuid();
  await planFixity(ctx.db, { id, kind: "all", dueAt: ctx.clock.now(), fromShard: 0 });
  await beginFixity(ctx.db, id, 256, ctx.clock.now());
  let read = 0;
  const words = {
    vi: "Đọc lại và đối chiếu toàn bộ kho, sửa chỗ hỏng từ bản kia",
    en: "Reading the whole archive back, repairing from the other copy",
  };
  await step(words, async (report) => {
    const onObject = () => {
      read += 1;
      if (read % 50 === 0) report(`${read}`);
    };
    while (await checkNextFolder(ctx, await fixityRun(ctx.db, id), onObject));
    while (await catchUp(ctx, id));
    await endFixity(ctx, id);
  });
}

function runLines(ctx: Keeping, runs: readonly FixityRun[]): string[] {
  if (runs.length === 0)
    return ["Chưa đọc lại lần nào (--all để đọc ngay). · Never read back yet (--all does it now)."];
  const head = [
    "bắt đầu · started",
    "phần · share",
    "bản đã đọc · read",
    "MB",
    "hỏng · bad",
    "đã sửa · repaired",
    "bản 2 bỏ qua · 2nd left out",
    "",
  ];
  const rows = runs.map((run) => [
    run.startedAt === null ? "" : campusTime(ctx, run.startedAt),
    `${run.shardsDone}/256`,
    String(run.objects),
    (run.bytes / 1e6).toFixed(1),
    String(run.troubles),
    String(run.repaired),
    run.secondLeftOut === 0 ? "" : `${run.secondLeftOut} phần · folders`,
    run.finishedAt === null ? "đang dở · unfinished" : "",
  ]);
  return tableLines([head, ...rows]);
}

const kinds = {
  missing: "mất · missing",
  altered: "bị thay đổi · altered",
  "without-row": "có tệp mà không có dòng ghi · bytes without a row",
  "named-twice": "hai dòng ghi cùng chỉ một tệp · two rows name the same bytes",
  unlisted: "thư mục không liệt kê được · folder cannot be listed",
};

/** How old the oldest reading of each store is, and what is owed. */
function ageLines(ctx: Keeping, { first, second }: OldestReading, owed: readonly number[]): string[] {
  const all =
    first === null ? [] : [`bản 1 đọc hết từ · all of copy 1 read since: ${campusTime(ctx, first)}`];
  if (second !== null) all.push(`bản 2 đọc hết từ · all of copy 2 read since: ${campusTime(ctx, second)}`);
  if (owed.length === 0) return all;
  const folders = owed.map((shard) => shard.toString(16).padStart(2, "0"));
  const some = folders.length > 12 ? `${folders.slice(0, 12).join(" ")} …` : folders.join(" ");
  return [
    ...all,
    `CHÚ Ý: ${owed.length} phần của bản 2 chưa đọc được vì bản ấy vắng; sẽ đọc bù · NOTE: ${owed.length} folders of copy 2 are still to be read, it was away: ${some}`,
  ];
}

function troubleLines(ctx: Keeping, troubles: readonly Trouble[]): string[] {
  if (troubles.length === 0) return ["Không có chỗ hỏng nào còn lại. · No trouble stands."];
  const rows = troubles.map(({ sha256, store, kind, foundAt }) => [
    sha256,
    store === "first" ? "bản 1" : "bản 2",
    kinds[kind],
    campusTime(ctx, foundAt),
  ]);
  return [`Còn ${troubles.length} chỗ · ${troubles.length} stand:`, ...tableLines(rows)];
}

/** `--new` and `--none` are the only commands that change which second store is noted. */
export async function secondCopy(options: { new?: boolean; none?: boolean }): Promise<void> {
  if (options.new === true && options.none === true) throw oneOfTwo();
  const choosing = options.new === true || options.none === true;
  const meet = choosing ? meetFirst : meetArchive;
  await withKeeping((ctx) => showSecond(ctx, options), process.env, meet);
}

async function showSecond(ctx: Keeping, options: { new?: boolean; none?: boolean }): Promise<void> {
  const { second } = ctx.archive.stores;
  if (options.none) return keepNoSecond(ctx);
  if (second === null) {
    throw new SisoError("not-found", {
      vi: "Chưa có bản sao thứ hai: đặt SISO_ARCHIVE_SECOND (một thư mục ở đĩa khác, hoặc s3://…).",
      en: "There is no second copy: set SISO_ARCHIVE_SECOND (a folder on another disk, or s3://…).",
    });
  }
  if (options.new) await beginAnew(ctx, second);
  const waiting = await countUncopied(ctx.db);
  say({
    vi: `Bản sao thứ hai ở ${second.address}; còn ${waiting} đối tượng chưa chép${waiting > 0 ? " (dịch vụ đang chạy sẽ chép)" : ""}.`,
    en: `The second copy is at ${second.address}; ${waiting} objects are not there yet${waiting > 0 ? " (the running service copies them)" : ""}.`,
  });
}

async function keepNoSecond(ctx: Keeping): Promise<void> {
  const { second } = ctx.archive.stores;
  if (second !== null) {
    throw new SisoError("input-invalid", {
      vi: `SISO_ARCHIVE_SECOND đang là ${second.address}; bỏ biến ấy (cả ở dịch vụ) rồi chạy lại --none.`,
      en: `SISO_ARCHIVE_SECOND is ${second.address}; unset it (for the service too), then run --none again.`,
    });
  }
  const noted = (await archivePlace(ctx.db))?.secondPlace ?? null;
  if (noted !== null) {
    await useSecondPlace(ctx.db, null, ctx.clock.now());
    await closeAlarm(ctx.db, "second-copy-behind", "archive", ctx.clock.now());
  }
  say({
    vi: `Kho không còn bản sao thứ hai${noted === null ? "" : `; những gì đã chép vẫn ở ${noted} và không được tiêu hủy cùng kho nữa`}.`,
    en: `The archive keeps no second copy${noted === null ? "" : `; what was copied stays at ${noted} and is not destroyed with the archive any more`}.`,
  });
}

async function beginAnew(
  ctx: Keeping,
  second: NonNullable<Keeping["archive"]["stores"]["second"]>,
): Promise<void> {
  const own = (await archivePlace(ctx.db))?.archiveId ?? "";
  const id = await readId(second);
  if (id !== null && id !== own) {
    throw new SisoError("archive-refused", {
      vi: `${second.address} là bản sao của một kho khác; không ghi đè lên.`,
      en: `${second.address} holds another archive's copy; it is not written over.`,
    });
  }
  await second.putNote(idNote, Buffer.from(`${own}\n`));
  await useSecondPlace(ctx.db, second.address, ctx.clock.now());
}

function oneOfTwo(): SisoError {
  return new SisoError("input-invalid", {
    vi: "--new và --none không đi cùng nhau: chọn một.",
    en: "--new and --none exclude each other: choose one.",
  });
}
