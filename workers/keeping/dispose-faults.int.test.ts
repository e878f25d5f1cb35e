import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  approvedDisposal,
  copiesIn,
  newestDisposal,
  oldAndYoung,
} from "../../fixtures/archive/approved-disposal.ts";
import { openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import { compileShim, faultEnvironment, type Strike } from "../../fixtures/archive/fault-shim.ts";
import type { KeptCourse } from "../../fixtures/archive/old-course.ts";
import { strikeAfter } from "../../fixtures/archive/strike-after.ts";
import { describeWith } from "../../fixtures/describe-with.ts";
import { createDb } from "../../db/client.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { archiveRemover } from "../../services/archive/remover.ts";
import type { Context } from "../context.ts";
import { concludeDisposal, runDisposal } from "./dispose.ts";
import { readTombstones } from "./tombstones.ts";

let place: KeepingPlace;
let ctx: Context;
let old: KeptCourse;
let young: KeptCourse;

beforeEach(async () => {
  place = await openKeeping({ second: "folder" });
  // Cameras and faces have no part in disposing.
  await prepare(place.ctx as Context);
});
afterEach(() => place.close());

async function prepare(own: Context): Promise<void> {
  ctx = own;
  ({ old, young } = await oldAndYoung(ctx, [2, 1]));
}

const copies = (course: KeptCourse) => copiesIn([place.archiveDir, place.secondDir], course);
const remover = () => archiveRemover({ dir: place.archiveDir, second: place.second });

/** How many deletion lines there are, and how many objects without a key: never one without the other. */
async function gone(): Promise<[lines: number, keys: number]> {
  const { rows } = await sql<{ lines: number; keys: number }>`
    select (select count(*)::int from archive_log where line::jsonb ->> 'event' = 'deletion') as lines,
      (select count(*)::int from archive_object where destroyed_at is not null and length(wrapped_key) = 0) as keys`.execute(
    ctx.db,
  );
  return [rows[0]?.lines ?? -1, rows[0]?.keys ?? -1];
}

/** The next run ends it: nothing of the list is left anywhere, all the rest is whole, and the archive remembers. */
async function finishes(): Promise<void> {
  const disposal = await newestDisposal(ctx);
  await runDisposal(ctx, disposal, remover());
  await concludeDisposal(ctx, disposal.id, Buffer.from("biên bản"));
  expect((await newestDisposal(ctx)).status).toBe("done");
  expect(await copies(old)).toEqual([0, 0]);
  expect(await gone()).toEqual([2, 2]);
  expect(await copies(young)).toEqual([2]);
  for (const { object, plain } of young.objects)
    expect(plain.equals(await ctx.archive.open(object))).toBe(true);
  expect(await readTombstones(ctx.archive.stores, ctx.vault)).toMatchObject([{ objects: { length: 2 } }]);
}

describeWith(["cc"], "a disposal that meets a fault of the disk", () => {
  let folder: string;
  let shim: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "siso-shim-"));
    shim = await compileShim(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each<["KILL" | "EIO" | "ENOSPC", Strike, string, number[]]>([
    ["ENOSPC", { call: "write", at: 1, path: "second/drafts/" }, "refused archive-full", [2, 2]],
    ["EIO", { call: "rename", at: 1, path: "archive/tombstones/" }, "refused EIO", [2, 2]],
    ["EIO", { call: "unlink", at: 1, path: "archive/objects/" }, "refused EIO", [1, 2]],
    ["KILL", { call: "unlink", at: 2, path: "archive/objects/" }, "", [0, 1]],
    // The tombstone is written first, then the minutes: here the bytes are gone, and only the minutes are missing.
    ["ENOSPC", { call: "write", at: 2, path: "archive/drafts/" }, "refused archive-full", [0, 0]],
    ["KILL", { call: "rename", at: 1, path: "archive/objects/" }, "", [0, 0]],
  ])("%s at %o: logged and keyless already, finished by the next run", async (what, strike, says, left) => {
    const { id } = await approvedDisposal(ctx);
    const { connectionString, archiveDir, secondDir, keyFile } = place;
    const script = ["--import", "tsx", "fixtures/archive/disposal-child.ts"];
    const { stdout, signal } = await execa(
      process.execPath,
      [...script, connectionString, archiveDir, secondDir, keyFile, id, "none"],
      { env: faultEnvironment(shim, what, strike), reject: false },
    );
    expect(stdout).toBe(says);
    expect(signal ?? null).toBe(what === "KILL" ? "SIGKILL" : null);
    expect((await newestDisposal(ctx)).status).toBe("running");
    expect(await gone()).toEqual([2, 2]);
    expect((await copies(old)).toSorted((a, b) => a - b)).toEqual(left);
    await finishes();
  });
});

describe("a disposal whose PostgreSQL is stopped", () => {
  test.each([
    [
      "with the keys emptied and not committed: nothing has happened",
      "update archive_object",
      "proposed",
      [0, 0],
      [2, 2],
    ],
    ["with the minutes sealed and their row not committed", "disposal-done", "running", [2, 2], [0, 0]],
  ])("%s, and the next run takes or finishes it", async (_, named, status, destroyed, left) => {
    const folder = await mkdtemp(join(tmpdir(), "siso-stopped-"));
    await execa("chmod", ["711", folder]);
    const dataDir = join(folder, "pg");
    let server = await startEmbedded({ dataDir, durable: false });
    try {
      await migrate(server.connectionString);
      const open = () => createDb(server.connectionString, { onIdleError: () => undefined });
      const first = open();
      await rm(place.archiveDir, { recursive: true });
      await rm(place.secondDir, { recursive: true });
      await execa("mkdir", [place.secondDir]);
      await rm(place.keyFile);
      await prepare({ ...(await place.reopen()), db: first } as Context);
      const disposal = await approvedDisposal(ctx);
      const stopped = { ...ctx, db: strikeAfter(first, named, () => server.stop()) };
      const run = async () => {
        await runDisposal(stopped, disposal, remover());
        await concludeDisposal(stopped, disposal.id, Buffer.from("biên bản"));
      };
      await expect(run()).rejects.toThrow(/connection/i);
      server = await startEmbedded({ dataDir, durable: false });
      await first.destroy();
      ctx = { ...ctx, db: open() };
      expect((await newestDisposal(ctx)).status).toBe(status);
      expect(await gone()).toEqual(destroyed);
      expect(await copies(old)).toEqual(left);
      await finishes();
      await ctx.db.destroy();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
