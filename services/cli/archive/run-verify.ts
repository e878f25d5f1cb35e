import { resolve } from "node:path";
import { tokenHolds } from "../../archive/timestamp-authority.ts";
import { withContext } from "../open-context.ts";
import { verifyArchive, type ArchiveFindings } from "./verify-archive.ts";

export interface VerifyOptions {
  logOnly?: boolean;
  tsaCa?: string;
  json?: boolean;
}

/** Prints what was checked and found; false when anything is wrong. */
export async function runVerify(
  options: VerifyOptions,
  env: Record<string, string | undefined>,
): Promise<boolean> {
  const { tsaCa } = options;
  const root = tsaCa === undefined ? null : resolve(tsaCa);
  const found = await withContext(env, (ctx) =>
    verifyArchive(ctx, {
      logOnly: options.logOnly === true,
      tokenHolds: root === null ? null : (response, document, at) => tokenHolds(response, document, at, root),
    }),
  );
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : findingsText(found));
  return found.troubles.length === 0;
}

function findingsText({ lines, checkpoints, tokens, objects, destroyed, troubles }: ArchiveFindings): string {
  const counted = [
    `bản ghi nhật ký · log records: ${lines}`,
    `mốc đã ký · signed checkpoints: ${checkpoints}, có dấu thời gian · with a token: ${tokens}`,
    `vật lưu đã mở và khớp · objects opened: ${objects}; đã tiêu hủy đúng thủ tục · destroyed on record: ${destroyed}`,
  ];
  const wrong = troubles.map(({ vi, en }) => `SAI · FAIL  ${vi} · ${en}`);
  // Nothing to look at proves nothing: most likely these are not the settings that were meant.
  const empty = checkpoints === 0 && objects === 0 && troubles.length === 0;
  if (empty)
    counted.push("CHÚ Ý: kho này trống, xem lại SISO_DATA, SISO_DATABASE_URL · NOTE: this archive is empty");
  const verdict =
    troubles.length === 0
      ? "ĐẠT: nhật ký, mốc và vật lưu khớp nhau · VERIFIED: log, checkpoints and objects agree"
      : `KHÔNG ĐẠT: ${troubles.length} điều sai · FAILED: ${troubles.length} findings`;
  return `${[...counted, ...wrong, verdict].join("\n")}\n`;
}
