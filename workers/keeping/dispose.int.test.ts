import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, rm } from "node:fs/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  approvedDisposal,
  copiesIn,
  hung,
  newestDisposal,
  nga,
  oldAndYoung,
  proposedDisposal,
} from "../../fixtures/archive/approved-disposal.ts";
import { fileOf, openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import type { KeptCourse } from "../../fixtures/archive/old-course.ts";
import { archiveObject } from "../../db/queries/captures.ts";
import { standingTroubles } from "../../db/queries/fixity.ts";
import { placeHold } from "../../db/queries/holds.ts";
import { detailHash } from "../../db/queries/log.ts";
import { archiveRemover } from "../../services/archive/remover.ts";
import type { Bilingual, LocalDate } from "../../services/types.ts";
import type { Context } from "../context.ts";
import { copyObjects } from "../jobs/copy-objects.ts";
import { approve, concludeDisposal, objections, proposal, propose, runDisposal } from "./dispose.ts";
import { checkFolder } from "./check-folder.ts";
import { readTombstones } from "./tombstones.ts";

let place: KeepingPlace;
let ctx: Context;
let old: KeptCourse;
let young: KeptCourse;

beforeEach(async () => {
  place = await openKeeping({ second: "folder" });
  // Cameras and faces have no part in disposing.
  ctx = place.ctx as Context;
  ({ old, young } = await oldAndYoung(ctx, [3, 2]));
});
afterEach(() => place.close());

const day = (text: string) => text as LocalDate;
const noOutside: Parameters<typeof objections>[2] = { sources: [], ask: () => Promise.resolve(null) };
const proposed = () => proposedDisposal(ctx);
const approved = () => approvedDisposal(ctx);
const current = () => newestDisposal(ctx);
const copies = (course: KeptCourse) => copiesIn([place.archiveDir, place.secondDir], course);

async function said(own: Partial<Context> = {}, clocks = noOutside): Promise<string> {
  const reasons: Bilingual[] = await objections({ ...ctx, ...own }, await current(), clocks);
  return reasons.map(({ en }) => en).join("; ");
}

function remover() {
  return archiveRemover({ dir: place.archiveDir, second: place.second });
}

describe("N16 what may be proposed", () => {
  test("is only what has expired; the day before, nothing", async () => {
    expect((await proposal(ctx)).map(({ objectId }) => objectId).toSorted()).toEqual(
      old.objects.map(({ object }) => object.objectId).toSorted(),
    );
    const at = (text: string) => ({ ...ctx, clock: { ...ctx.clock, now: () => new Date(text) } });
    expect(await proposal(at("2024-03-01T16:59:59Z"))).toEqual([]);
    expect(await proposal(at("2024-03-01T17:00:00Z"))).toHaveLength(3);
  });

  test("is nothing that is held, or whose course's floor was moved, or that belongs to no course", async () => {
    await ctx.db
      .updateTable("course")
      .set({ startsOn: day("2026-03-01"), endsOn: day("2026-04-01") })
      .where("id", "=", old.id)
      .execute();
    expect(await proposal(ctx)).toEqual([]);
    await ctx.db
      .updateTable("course")
      .set({ startsOn: day("2019-03-01"), endsOn: day("2019-04-01") })
      .where("id", "=", old.id)
      .execute();
    const hold = { id: ctx.random.uuid(), courseId: old.id, reason: "khiếu nại", placedBy: "Thanh tra" };
    await placeHold(ctx.db, { ...hold, placedAt: ctx.clock.now() });
    expect(await proposal(ctx)).toEqual([]);
  });
});

describe("two people", () => {
  test("are two: not one twice, not one typed otherwise, not under two minutes", async () => {
    const disposal = await proposed();
    expect(await said()).toMatch(/0 of two different people/);
    await approve(ctx, disposal, nga);
    await expect(approve(ctx, disposal, nga)).rejects.toThrow(/has approved already/);
    await expect(approve(ctx, disposal, { ...nga, approver: "TRAN  THI  NGA" })).rejects.toThrow(/already/);
    await expect(approve(ctx, disposal, { ...hung, minuteNumber: "13/BB" })).rejects.toThrow(/same minutes/);
    await expect(approve(ctx, disposal, { ...hung, minuteNumber: "số" })).rejects.toThrow(/no minute number/);
    expect(await said()).toMatch(/1 of two different people/);
    await approve(ctx, disposal, hung);
    expect(await said()).toBe("");
  });

  test("at once are one after the other: one person once, and one minute number", async () => {
    const disposal = await proposed();
    const outcomes = await Promise.allSettled([
      approve(ctx, disposal, nga),
      approve(ctx, disposal, { ...nga, approver: "Bà Trần Thị Nga" }),
      approve(ctx, disposal, { ...hung, minuteNumber: "13/BB" }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await said()).toMatch(/1 of two different people/);
  });

  test("are two under one minute number for the database too, whatever was written past the service", async () => {
    const disposal = await proposed();
    const approval = (approver: string, minuteNumber: string) => ({
      disposalId: disposal.id,
      approver,
      approverKey: `${approver} ${minuteNumber}`,
      minuteNumber,
      listSha256: disposal.listSha256,
      approvedAt: new Date(),
    });
    const destroy = () =>
      ctx.db
        .updateTable("archiveObject")
        .set({ wrappedKey: Buffer.alloc(0), destroyedAt: new Date() })
        .where("objectId", "=", old.objects[0]?.object.objectId ?? "")
        .execute();
    await ctx.db.updateTable("disposal").set({ status: "running" }).where("id", "=", disposal.id).execute();
    for (const [name, minutes] of [
      ["Trần Thị Nga", "12/BB"],
      ["Lê Văn Hùng", "13/BB"],
      ["trần thị  nga", "12/BB"],
    ] as const) {
      await ctx.db.insertInto("disposalApproval").values(approval(name, minutes)).execute();
      await expect(destroy()).rejects.toThrow(/two people approved under one minute number/);
    }
    await ctx.db.insertInto("disposalApproval").values(approval("Lê Văn Hùng", "12/BB")).execute();
    await destroy();
  });

  test("are in the log by a hash nobody can guess a name from", async () => {
    const disposal = await approved();
    const { salt } = await ctx.db
      .selectFrom("disposal")
      .select("salt")
      .where("id", "=", disposal.id)
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ approver: string }>`
      select line::jsonb ->> 'approver' as approver from archive_log
      where line::jsonb ->> 'event' = 'disposal-approval' order by seq`.execute(ctx.db);
    const told = [nga, hung].map(({ approver }) =>
      detailHash({ approver, disposal: disposal.id, salt: salt?.toString("hex") }),
    );
    expect(rows.map(({ approver }) => approver)).toEqual(told);
    expect(salt).toHaveLength(16);
  });

  test("and the database itself refuses to destroy a key without them, early, or under a hold", async () => {
    const attempt = (course: KeptCourse) =>
      ctx.db
        .updateTable("archiveObject")
        .set({ wrappedKey: Buffer.alloc(0), destroyedAt: new Date() })
        .where("objectId", "=", course.objects[0]?.object.objectId ?? "")
        .execute();
    await expect(attempt(old)).rejects.toThrow(/no list that two people approved/);
    await expect(attempt(young)).rejects.toThrow(/is kept until/);
    const disposal = await approved();
    await ctx.db.updateTable("disposal").set({ status: "running" }).where("id", "=", disposal.id).execute();
    await placeHold(ctx.db, {
      id: ctx.random.uuid(),
      courseId: old.id,
      reason: "khiếu nại",
      placedBy: "Thanh tra",
      placedAt: new Date(),
    });
    await expect(attempt(old)).rejects.toThrow(/under legal hold/);
    for (const statement of [
      sql`delete from archive_object`,
      sql`truncate archive_object cascade`,
      sql`update archive_object set retain_until = retain_until - interval '1 second'`,
      sql`update archive_object set sha256 = md5(sha256)`,
      sql`delete from disposal_approval`,
      sql`delete from legal_hold`,
    ])
      await expect(statement.execute(ctx.db)).rejects.toThrow(/never|only|evidence|lifted/);
  });
});

describe("a clock set forward", () => {
  const years = 6 * 365 * 86_400_000;
  const forward = { now: () => new Date(Date.now() + years), sleep: () => Promise.resolve() };

  test("by years releases nothing: the database's clock and the days without a run speak against it", async () => {
    await propose(ctx, await proposal({ ...ctx, clock: forward }));
    expect((await current()).objects).toBe(5);
    await approve(ctx, await current(), nga);
    await approve(ctx, await current(), hung);
    expect(await said({ clock: forward })).toMatch(/system clock .* and the database's .* differ/);
    expect(await said({ clock: forward })).toMatch(/ran on no day between/);
    expect(await said()).toMatch(/2 objects have not expired/);
  });

  test("is told by an outside clock; one that is asked and silent stops the disposal", async () => {
    await approved();
    const ntp = { sources: ["ntp://gio.vn"], ask: () => Promise.resolve(new Date(Date.now() - years)) };
    expect(await said({}, ntp)).toMatch(/ntp:\/\/gio.vn says it is/);
    expect(await said({}, { ...ntp, ask: () => Promise.resolve(null) })).toMatch(/no independent clock/);
    expect(await said({}, { ...ntp, ask: () => Promise.resolve(new Date()) })).toBe("");
  });
});

describe("destroying", () => {
  test("waits for a second disk that is away, which would keep its copy", async () => {
    await approved();
    await rename(place.secondDir, `${place.secondDir}.away`);
    expect(await said()).toMatch(/mount its disk again/);
    await mkdir(place.secondDir);
    expect(await said()).toMatch(/is empty where copies were before/);
  });

  test("is refused where the second store is not configured, which would keep its copy", async () => {
    await approved();
    const { archive } = await place.reopen(null);
    expect(await said({ archive })).toMatch(/SISO_ARCHIVE_SECOND is not set/);
  });

  test("is refused for bytes that an object outside the list calls its own; the night's reading tells of them", async () => {
    const [mine] = young.objects.map(({ object }) => object);
    await sql`
      insert into archive_object (object_id, sha256, bytes, wrapped_key, commitment, commitment_salt, retain_until, stored_at)
        select gen_random_uuid(), ${mine?.sha256}, bytes, wrapped_key, commitment, commitment_salt, retain_until, stored_at
        from archive_object where object_id = ${old.objects[0]?.object.objectId}`.execute(ctx.db);
    await approved();
    expect(await said()).toBe("");
    // As somebody would who has the database in hand: an expired row, on the list, with a kept picture's name.
    await sql`insert into disposal_item (disposal_id, object_id, sha256, bytes, kind, course_id, retain_until)
      select i.disposal_id, o.object_id, o.sha256, i.bytes, i.kind, i.course_id, i.retain_until
      from disposal_item i, archive_object o where i.object_id = ${old.objects[0]?.object.objectId}
        and o.sha256 = ${mine?.sha256} and o.object_id <> ${mine?.objectId}`.execute(ctx.db);
    expect(await said()).toContain(
      `1 files of the list are also those of objects outside it: ${mine?.sha256}`,
    );
    expect(await checkFolder(ctx, mine?.sha256.slice(0, 2) ?? "")).toMatchObject({ troubles: 1 });
    expect(await standingTroubles(ctx.db)).toMatchObject([
      { sha256: mine?.sha256, kind: "named-twice", store: "first" },
    ]);
  });

  test("takes exactly the list, in both copies, log first; nothing opens any more", async () => {
    const disposal = await approved();
    await runDisposal(ctx, disposal, remover());
    await concludeDisposal(ctx, disposal.id, Buffer.from("biên bản"));
    expect(await copies(old)).toEqual([0, 0, 0]);
    expect(await copies(young)).toEqual([2, 2]);
    for (const { object, plain } of young.objects)
      expect(plain.equals(await ctx.archive.open(object))).toBe(true);
    const gone = await archiveObject(ctx.db, old.objects[0]?.object.objectId ?? "");
    expect(gone.wrappedKey.length).toBe(0);
    await expect(ctx.archive.open(gone)).rejects.toThrow(/destroyed by an approved disposal/);
    const { rows } = await sql<{ event: string; lines: number }>`
      select line::jsonb ->> 'event' as event, count(*)::int as lines from archive_log group by 1 order by 1`.execute(
      ctx.db,
    );
    expect(rows).toEqual([
      { event: "deletion", lines: 3 },
      { event: "disposal", lines: 1 },
      { event: "disposal-approval", lines: 2 },
      { event: "disposal-done", lines: 1 },
      { event: "disposal-proposed", lines: 1 },
    ]);
    const { rows: named } = await sql`select from archive_log where line ~* 'Nga|Hùng'`.execute(ctx.db);
    expect(named).toEqual([]);
    expect(await readTombstones(ctx.archive.stores, ctx.vault)).toMatchObject([
      { disposal: disposal.id, minuteNumber: "12/BB-HĐTH", objects: { length: 3 } },
    ]);
    expect((await current()).status).toBe("done");
    const { rows: done } = await sql`
      select from archive_log join archive_object on sha256 = line::jsonb ->> 'sha256' and object_id::text = line::jsonb ->> 'object'
      where line::jsonb ->> 'event' = 'disposal-done'`.execute(ctx.db);
    expect(done).toHaveLength(1);
    const before = await ctx.db.selectFrom("archiveObject").select("objectId").execute();
    await expect(concludeDisposal(ctx, disposal.id, Buffer.from("lần nữa"))).rejects.toThrow(/not running/);
    expect(await ctx.db.selectFrom("archiveObject").select("objectId").execute()).toEqual(before);
  });

  test("beside a reading back or a copy brings nothing back and leaves no trouble", async () => {
    const [path] = old.objects.map(({ object }) => fileOf(place.secondDir, object.sha256));
    await rm(path ?? "");
    await ctx.db.updateTable("archiveObject").set({ secondKeptUntil: null }).execute();
    const disposal = await approved();
    const { first } = ctx.archive.stores;
    // The disposal runs to its end between the reading of the rows and of the first file.
    let ran: Promise<unknown> | null = null;
    const get = async (sha256: string) => {
      const bytes = await first.get(sha256);
      await (ran ??= runDisposal(ctx, disposal, remover()));
      return bytes;
    };
    const stores = { ...ctx.archive.stores, first: { ...first, get } };
    const beside = { ...ctx, archive: { ...ctx.archive, stores } };
    await copyObjects(beside);
    for (const { object } of old.objects) await checkFolder(ctx, object.sha256.slice(0, 2));
    expect(await copies(old)).toEqual([0, 0, 0]);
    expect(await standingTroubles(ctx.db)).toEqual([]);
  });

  test.each(["log", "tombstone", "1"])(
    "killed after step %s, it is finished by the next run, and keys were never back",
    async (point) => {
      const disposal = await approved();
      await killedAt(point, disposal.id);
      const cut = await current();
      expect(cut.status).toBe("running");
      // The log and the keys are one transaction: what is logged has no key.
      const keys = await ctx.db
        .selectFrom("archiveObject")
        .select("objectId")
        .where("destroyedAt", "is not", null)
        .execute();
      expect(keys).toHaveLength(3);
      await runDisposal(ctx, cut, remover());
      await concludeDisposal(ctx, disposal.id, Buffer.from("biên bản"));
      expect(await copies(old)).toEqual([0, 0, 0]);
      expect(await copies(young)).toEqual([2, 2]);
      const { rows } = await sql<{ lines: number }>`
        select count(*)::int as lines from archive_log where line::jsonb ->> 'event' = 'deletion'`.execute(
        ctx.db,
      );
      expect(rows).toEqual([{ lines: 3 }]);
    },
  );
});

/** A process of its own disposes and is killed when it gets there. */
async function killedAt(point: string, disposal: string): Promise<void> {
  const { connectionString, archiveDir, secondDir, keyFile } = place;
  const args = [connectionString, archiveDir, secondDir, keyFile, disposal, point];
  const script = "fixtures/archive/disposal-child.ts";
  const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
}
