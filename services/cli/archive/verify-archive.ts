import { leafHash } from "../../evidence/merkle.ts";
import { growingRoot } from "../../evidence/growing-root.ts";
import { openNote } from "../../evidence/signed-note.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual } from "../../types.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { objectRows, rowsAndLinesApart } from "../../../db/queries/log-audit.ts";
import {
  checkpointsWithTokens,
  logKeys,
  type CheckpointWithToken,
  type LogKeyRow,
} from "../../../db/queries/log-checkpoints.ts";
import { placedLines } from "../../../db/queries/log-tree.ts";
import type { Db } from "../../../db/client.ts";
import type { Context } from "../../../workers/context.ts";
import { sequenceLog } from "../../../workers/archive-log/sequence-log.ts";

export interface ArchiveFindings {
  lines: number;
  checkpoints: number;
  tokens: number;
  objects: number;
  /** Destroyed, with a record that says so. */
  destroyed: number;
  troubles: Bilingual[];
}

export interface VerifyRequest {
  /** Leaves the objects closed. */
  logOnly: boolean;
  /** Whether a token is over these bytes and vouched for by the root the auditor holds; null checks no token. */
  tokenHolds: ((response: Uint8Array, document: Uint8Array, at: Date) => Promise<boolean>) | null;
}

const batch = 5_000;
/** Enough to know where to look; the rest is counted by whoever mends it. */
const mostTroubles = 200;

/** The whole log against its tree, checkpoints, tokens, rows and stored objects. */
export async function verifyArchive(
  ctx: Pick<Context, "db" | "archive">,
  request: VerifyRequest,
): Promise<ArchiveFindings> {
  const troubles: Bilingual[] = [];
  const find = (vi: string, en: string) => {
    if (troubles.length < mostTroubles) troubles.push({ vi, en });
  };
  const size = await sequenceLog(ctx.db);
  const checkpoints = await checkpointsWithTokens(ctx.db);
  const keys = await logKeys(ctx.db);
  for (const checkpoint of checkpoints) checkNote(checkpoint, keys, find);
  const objects = await readLog(ctx.db, checkpoints, size, find);
  for (const { event, id } of await rowsAndLinesApart(ctx.db, mostTroubles))
    find(`${event} ${id}: cơ sở dữ liệu và nhật ký không khớp`, `${event} ${id}: row and line do not match`);
  const stamped = checkpoints.filter(({ token }) => token !== null);
  await checkTokens(stamped, request, find);
  const opened = request.logOnly ? { opened: 0, destroyed: 0 } : await openObjects(ctx, objects, find);
  return {
    lines: size,
    checkpoints: checkpoints.length,
    tokens: stamped.length,
    objects: opened.opened,
    destroyed: opened.destroyed,
    troubles,
  };
}

type Find = (vi: string, en: string) => void;

function checkNote(
  { note, size, root, verifierKey }: CheckpointWithToken,
  keys: readonly LogKeyRow[],
  find: Find,
): void {
  const key = keys.findLast(({ fromSize }) => fromSize < size) ?? keys[0];
  const text = openNote(note, key?.verifierKey ?? "");
  const [, noted, encoded] = text?.split("\n") ?? [];
  if (key?.verifierKey !== verifierKey || noted !== String(size) || encoded !== root.toString("base64"))
    find(
      `mốc ${size} bản ghi sai chữ ký hoặc nội dung`,
      `checkpoint of ${size} records: wrong signature or content`,
    );
}

interface LoggedObjects {
  /** Hex SHA-256 of the sealed bytes, where the line says it; by object. */
  sealed: Map<string, string | null>;
  destroyed: Set<string>;
}

/** One pass over all lines in the order of the tree. */
async function readLog(
  db: Db,
  checkpoints: readonly CheckpointWithToken[],
  size: number,
  find: Find,
): Promise<LoggedObjects> {
  const tree = growingRoot();
  const waiting = checkpoints.toSorted((a, b) => a.size - b.size);
  const objects: LoggedObjects = { sealed: new Map(), destroyed: new Set() };
  const compare = () => {
    while (waiting[0] !== undefined && waiting[0].size === tree.size) {
      const checkpoint = waiting.shift();
      if (checkpoint && !tree.root().equals(checkpoint.root))
        find(
          `mã băm gốc khác với mốc ${tree.size} bản ghi`,
          `root mismatch at the checkpoint of ${tree.size} records`,
        );
    }
  };
  compare();
  for (let from = 0; from < size; from += batch) {
    for (const { leafIndex, line, hash } of await placedLines(db, from, batch)) {
      if (leafIndex !== tree.size) find(`thiếu bản ghi ${tree.size}`, `record ${tree.size} is missing`);
      const leaf = leafHash(line);
      if (!leaf.equals(hash)) find(`bản ghi ${leafIndex} đã bị sửa`, `record ${leafIndex} was altered`);
      tree.add(leaf);
      noteObject(line, objects);
      compare();
    }
  }
  for (const { size: left } of waiting)
    find(`nhật ký ngắn hơn mốc ${left} bản ghi`, `the log is shorter than its checkpoint of ${left} records`);
  return objects;
}

function noteObject(line: string, { sealed, destroyed }: LoggedObjects): void {
  const { event, object, sha256 } = JSON.parse(line) as { event: string; object?: string; sha256?: string };
  if (object === undefined) return;
  if (event === "deletion") destroyed.add(object);
  // Other lines' sha256 is that of the plain file.
  else sealed.set(object, event === "snapshot" ? (sha256 ?? null) : null);
}

async function checkTokens(
  stamped: readonly CheckpointWithToken[],
  { tokenHolds }: VerifyRequest,
  find: Find,
): Promise<void> {
  if (tokenHolds === null) return;
  for (const { note, token, size } of stamped) {
    if (token && (await tokenHolds(token.response, Buffer.from(note, "utf8"), token.stampedAt))) continue;
    find(
      `dấu thời gian của mốc ${size} bản ghi không đúng`,
      `the token of the checkpoint of ${size} records fails`,
    );
  }
}

async function openObjects(
  { db, archive }: Pick<Context, "db" | "archive">,
  { sealed, destroyed }: LoggedObjects,
  find: Find,
): Promise<{ opened: number; destroyed: number }> {
  let opened = 0;
  const open = async (objectId: string, sha256: string | null) => {
    try {
      const object = await archiveObject(db, objectId);
      if (sha256 !== null && sha256 !== object.sha256)
        find(`vật lưu ${objectId} khác mã băm trong nhật ký`, `object ${objectId} is not the one on record`);
      await archive.open(object);
      opened += 1;
    } catch (error) {
      const words = error instanceof SisoError ? error.words : { vi: String(error), en: String(error) };
      find(`vật lưu ${objectId}: ${words.vi}`, `object ${objectId}: ${words.en}`);
    }
  };
  for (const [objectId, sha256] of sealed) if (!destroyed.has(objectId)) await open(objectId, sha256);
  for await (const row of unloggedRows(db, sealed)) {
    if (!row.destroyed) await open(row.objectId, null);
    else if (!destroyed.has(row.objectId))
      find(
        `vật lưu ${row.objectId} mất khóa mà không có bản ghi tiêu hủy`,
        `object ${row.objectId} has no key and no deletion record`,
      );
  }
  return { opened, destroyed: destroyed.size };
}

/** Portraits and the like: no line of the log names them. */
async function* unloggedRows(
  db: Db,
  sealed: ReadonlyMap<string, unknown>,
): AsyncGenerator<{ objectId: string; destroyed: boolean }> {
  for (let last: string | null = null; ;) {
    const rows: { objectId: string; destroyed: boolean }[] = await objectRows(db, last, batch);
    yield* rows.filter(({ objectId }) => !sealed.has(objectId));
    if (rows.length < batch) return;
    last = rows.at(-1)?.objectId ?? null;
  }
}
