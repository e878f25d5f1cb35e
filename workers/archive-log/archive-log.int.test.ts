import { mkdtemp, rm, stat } from "node:fs/promises";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeWith } from "../../fixtures/describe-with.ts";
import { defaultInstitution } from "../../config/institution.ts";
import { mailSettings } from "../../config/mail-settings.ts";
import { listOutgoing } from "../../db/queries/outbox.ts";
import type { Context } from "../context.ts";
import { createTestDatabase, type TestDatabase } from "../../fixtures/servers/postgres.ts";
import { startTimestampAuthority, type TestAuthority } from "../../fixtures/servers/timestamp-authority.ts";
import { logKeyFile, nextLogKey, openLogSigner } from "../../services/archive/log-key.ts";
import { httpTimestampAuthority } from "../../services/archive/timestamp-authority.ts";
import { SisoError } from "../../services/errors.ts";
import { openNote } from "../../services/evidence/signed-note.ts";
import { leafHash, nodeHash } from "../../services/evidence/merkle.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import {
  checkpointsWithTokens,
  latestCheckpoint,
  logKeys,
  logsToSign,
} from "../../db/queries/log-checkpoints.ts";
import { addLeaves, addNodes, placedLines, treeSize } from "../../db/queries/log-tree.ts";
import { appendLog } from "../../db/queries/log.ts";
import { checkpointLog } from "./checkpoint-log.ts";
import { mailAuditors } from "./mail-checkpoint.ts";
import { openLog, type LogContext } from "./open-log.ts";
import { consistencyProofs, inclusionProofs, treeRoot } from "./read-tree.ts";
import { rotateLogKey } from "./rotate-key.ts";
import { sequenceLog } from "./sequence-log.ts";
import { stampCheckpoints } from "./stamp-checkpoints.ts";

let folder: string;
let keyFile: string;
let database: TestDatabase;
let now: Date;
let ctx: LogContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  database = await createTestDatabase();
  keyFile = join(folder, `${randomUUID()}.key`);
  now = new Date("2026-09-07T01:00:00Z");
  ctx = {
    db: database.db,
    clock: { now: () => now, sleep: async () => undefined },
    random: { bytes: (length) => new Uint8Array(length), uuid: () => randomUUID() },
    logSigner: await openLogSigner(keyFile),
    timestamps: null,
    log: pino({ level: "silent" }),
  };
  return () => database.drop();
});

async function append(count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n += 1) await appendLog(ctx.db, now, { event: "test", n });
}

async function hashesInPlace(): Promise<Buffer[]> {
  const lines = await placedLines(ctx.db, 0, 10_000);
  expect(lines.map(({ leafIndex }) => leafIndex)).toEqual(lines.map((_, index) => index));
  return lines.map(({ line }) => leafHash(line));
}

function definition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(definition(leaves.slice(0, split)), definition(leaves.slice(split)));
}

async function writeTransactions(writer: number): Promise<void> {
  for (let n = 0; n < 18; n += 1) {
    const kept = n % 3 !== 2;
    const work = ctx.db.transaction().execute(async (trx) => {
      await appendLog(trx, now, { event: "test", writer, n: 2 * n, kept });
      await new Promise((resolve) => {
        setTimeout(resolve, (writer * 7 + n * 3) % 11);
      });
      await appendLog(trx, now, { event: "test", writer, n: 2 * n + 1, kept });
      if (!kept) throw new Error("rolled back");
    });
    await work.catch(() => undefined);
  }
}

describe("places in the tree", () => {
  test("a line is canonical: keys sorted, no spaces, its instant in UTC", async () => {
    await appendLog(ctx.db, now, { event: "gap", reason: "grey", burst: 2, round: null, é: "ầ" });
    const { line } = await ctx.db.selectFrom("archiveLog").select("line").executeTakeFirstOrThrow();
    expect(line).toBe(
      '{"at":"2026-09-07T01:00:00.000Z","burst":2,"event":"gap","reason":"grey","round":null,"é":"ầ"}',
    );
  });

  test("transactions at once, some rolled back, two processes giving places: no hole, nothing twice, cause first", async () => {
    const writers = Array.from({ length: 8 }, (_, writer) => writeTransactions(writer));
    const done = Promise.all(writers);
    const state = { writing: true };
    void done.finally(() => (state.writing = false));
    while (state.writing) await Promise.all([sequenceLog(ctx.db), sequenceLog(ctx.db)]);
    await done;
    const size = await sequenceLog(ctx.db);
    const lines = (await placedLines(ctx.db, 0, 10_000)).map(
      ({ line }) => JSON.parse(line) as { writer: number; n: number; kept: boolean },
    );
    expect(size).toBe(8 * 12 * 2);
    expect(lines).toHaveLength(size);
    expect(lines.every(({ kept }) => kept)).toBe(true);
    for (let writer = 0; writer < 8; writer += 1) {
      const own = lines.filter((line) => line.writer === writer).map(({ n }) => n);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    expect(await treeRoot(ctx.db, size)).toEqual(definition(await hashesInPlace()));
  });

  test("roots and proofs from stored subtrees are the definition's, across several stored levels", async () => {
    const lines = Array.from({ length: 1_500 }, (_, n) => ({ at: now, line: `{"n":${n}}` }));
    await ctx.db.insertInto("archiveLog").values(lines).execute();
    await sequenceLog(ctx.db);
    await append(77);
    const size = await sequenceLog(ctx.db);
    const hashes = await hashesInPlace();
    expect(size).toBe(1_577);
    for (const at of [1, 255, 256, 257, 1_024, 1_500, size])
      expect(await treeRoot(ctx.db, at)).toEqual(definition(hashes.slice(0, at)));
    const [path] = await inclusionProofs(ctx.db, [300], size);
    expect(path?.[0]).toEqual(hashes[301]);
    expect(path?.at(-1)).toEqual(definition(hashes.slice(1_024)));
    const [proof] = await consistencyProofs(ctx.db, [1_024], size);
    expect(proof).toEqual([definition(hashes.slice(1_024))]);
  });

  test("a tree of 2^24 leaves and more is read from its stored nodes alone", async () => {
    const zero = Buffer.alloc(32, 1);
    const size = 2 ** 24 + 3;
    await addNodes(ctx.db, [{ level: 24, index: 0, hash: zero }]);
    await append(3);
    const rows = await ctx.db.selectFrom("archiveLog").select("seq").orderBy("seq").execute();
    const leaves = rows.map(({ seq }, n) => ({ seq, leafIndex: 2 ** 24 + n, hash: leafHash(String(n)) }));
    await addLeaves(ctx.db, leaves);
    expect(await treeSize(ctx.db)).toBe(size);
    const right = definition(leaves.map(({ hash }) => hash));
    expect(await treeRoot(ctx.db, size)).toEqual(nodeHash(zero, right));
    expect((await inclusionProofs(ctx.db, [size - 1], size))[0]?.at(-1)).toEqual(zero);
  });

  test("what has a place is neither changed nor taken away", async () => {
    await append(1);
    await checkpointLog(ctx, "asked");
    for (const table of ["logLeaf", "archiveLog", "logCheckpoint", "logKey"] as const)
      await expect(ctx.db.deleteFrom(table).execute()).rejects.toThrow(/evidence/);
  });
});

describe("checkpoints", () => {
  test("open with the log's key and name size and root; nothing new, no new checkpoint", async () => {
    await append(5);
    const first = await checkpointLog(ctx, "asked");
    const { key, origin } = await openLog(ctx);
    const root = definition(await hashesInPlace()).toString("base64");
    expect(openNote(first.note, key)).toBe(`${origin}\n5\n${root}\ntime ${now.toISOString()}\n`);
    expect((await checkpointLog(ctx, "asked")).id).toBe(first.id);
    await append(1, 5);
    expect((await checkpointLog(ctx, "asked")).size).toBe(6);
  });

  test("are due a day after the last one, and only when something was added", async () => {
    await append(1);
    await openLog(ctx);
    expect(await logsToSign(ctx.db, now)).toHaveLength(1);
    await checkpointLog(ctx, "daily");
    const later = new Date(now.getTime() + 24 * 3_600_000);
    expect(await logsToSign(ctx.db, later)).toEqual([]);
    await append(1);
    expect(await logsToSign(ctx.db, new Date(later.getTime() - 1))).toEqual([]);
    expect(await logsToSign(ctx.db, later)).toHaveLength(1);
  });

  test("the key is made once, for its owner's eyes; lost or exchanged, nothing is signed any more", async () => {
    await append(1);
    await checkpointLog(ctx, "asked");
    expect((await stat(logKeyFile(keyFile))).mode & 0o777).toBe(0o600);
    expect((await openLogSigner(keyFile)).publicKey).toEqual(ctx.logSigner.publicKey);
    await rm(logKeyFile(keyFile));
    ctx = { ...ctx, logSigner: await openLogSigner(keyFile) };
    await expect(checkpointLog(ctx, "asked")).rejects.toMatchObject({ code: "key-missing" });
  });

  test("an old key names the new one, and each signs its own part", async () => {
    await append(3);
    const { key: oldKey } = await openLog(ctx);
    const rotated = await rotateLogKey(ctx, () => nextLogKey(keyFile));
    const keys = await logKeys(ctx.db);
    expect(keys.map(({ verifierKey, fromSize }) => [verifierKey, fromSize])).toEqual([
      [oldKey, 0],
      [rotated.key, 3],
    ]);
    expect(openNote(keys[1]?.rotationNote ?? "", oldKey)).toContain(rotated.key);
    const [before, after] = await checkpointsWithTokens(ctx.db);
    expect(openNote(before?.note ?? "", oldKey)).not.toBeNull();
    expect(openNote(after?.note ?? "", rotated.key)).not.toBeNull();
    expect((await openLogSigner(keyFile)).publicKey).toEqual(rotated.ctx.logSigner.publicKey);
  });
});

describe("appending cut short", () => {
  test.each([
    ["written", 3],
    ["committed", 4],
    ["placed", 4],
    ["signed", 4],
    ["stored", 4],
  ])(
    "by kill -9 when the line or its checkpoint was %s: what was acknowledged has its place, once, and the log goes on",
    async (point, lines) => {
      await append(2);
      const before = await checkpointLog(ctx, "asked");
      const script = ["--import", "tsx", "fixtures/archive/appending-child.ts"];
      const child = spawn(process.execPath, [...script, database.connectionString, keyFile, point], {
        stdio: ["ignore", "inherit", "inherit"],
      });
      expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
      await append(1, 2);
      const { size, root } = await checkpointLog(ctx, "asked");
      expect(size).toBe(lines);
      const leaves = await hashesInPlace();
      expect(leaves).toHaveLength(lines);
      expect(root).toEqual(definition(leaves));
      expect(before.root).toEqual(definition(leaves.slice(0, 2)));
      const sizes = (await checkpointsWithTokens(ctx.db)).map((each) => each.size);
      expect(sizes).toEqual([2, lines]);
    },
  );
});

describe("a checkpoint by mail", () => {
  test("goes to every auditor once a day, whoever had it made; nothing new is nothing sent", async () => {
    const mail = { ...mailOf(["an@thanhtra.example", "binh@thanhtra.example"]), ...ctx };
    const sent = async () =>
      (await listOutgoing(ctx.db))
        .map(({ recipient, subject }) => `${recipient} ${subject.slice(0, 31)}`)
        .toSorted();
    await mailAuditors(mail);
    expect(await sent()).toEqual([]);
    await append(3);
    await checkpointLog(ctx, "asked");
    await mailAuditors(mail);
    await mailAuditors(mail);
    const first = ["an@thanhtra.example", "binh@thanhtra.example"].map(
      (to) => `${to} Mốc nhật ký lưu trữ: 3 bản ghi `,
    );
    expect(await sent()).toEqual(first);
    await append(1);
    await checkpointLog(ctx, "asked");
    await mailAuditors(mail);
    expect(await sent()).toEqual(first);
    now = new Date(now.getTime() + 24 * 3_600_000);
    await mailAuditors(mail);
    now = new Date(now.getTime() + 24 * 3_600_000);
    await mailAuditors(mail);
    expect(await sent()).toHaveLength(4);
    const [row] = await listOutgoing(ctx.db);
    const { note } = (await latestCheckpoint(ctx.db)) ?? { note: "-" };
    expect(row?.body).toContain(note);
  });
});

function mailOf(auditors: string[]): Pick<Context, "institution"> {
  const server = { host: "127.0.0.1", port: 25, security: "none" as const };
  const mail = mailSettings.parse({
    imap: { ...server, username: "siso", passwordFile: "/x" },
    smtp: server,
    auditors,
  });
  return { institution: { ...defaultInstitution, intakeAddress: "siso@hocvien.example", mail } };
}

const killed = () => Promise.reject(new Error("killed"));

describe("a rotation cut short or raced", () => {
  test("before the database knows the new key: the old one goes on, and the next rotation takes the new one up", async () => {
    await append(2);
    await openLog(ctx);
    const { fresh } = await nextLogKey(keyFile);
    ctx = { ...ctx, logSigner: await openLogSigner(keyFile) };
    expect((await checkpointLog(ctx, "asked")).size).toBe(2);
    const rotated = await rotateLogKey(ctx, () => nextLogKey(keyFile));
    expect(rotated.ctx.logSigner.publicKey).toEqual(fresh.publicKey);
  });

  test("after that, before the files changed places: the service starts with the new key and signs on", async () => {
    await append(2);
    const { publicKey: oldKey } = ctx.logSigner;
    const rotating = rotateLogKey(ctx, async () => ({ ...(await nextLogKey(keyFile)), adopt: killed }));
    await expect(rotating).rejects.toThrow("killed");
    expect((await openLogSigner(keyFile)).publicKey).toEqual(oldKey);
    ctx = { ...ctx, logSigner: await openLogSigner(keyFile) };
    expect(ctx.logSigner.publicKey).toEqual(oldKey);
    await openLog(ctx);
    expect(ctx.logSigner.publicKey).not.toEqual(oldKey);
    expect((await checkpointLog(ctx, "asked")).size).toBe(3);
    expect((await openLogSigner(keyFile)).publicKey).toEqual(ctx.logSigner.publicKey);
  });

  test("files changed places, the database never heard of it: the kept old key is put back", async () => {
    await append(1);
    const { publicKey } = ctx.logSigner;
    await openLog(ctx);
    await (await nextLogKey(keyFile)).adopt(now);
    ctx = { ...ctx, logSigner: await openLogSigner(keyFile) };
    await openLog(ctx);
    expect(ctx.logSigner.publicKey).toEqual(publicKey);
    expect((await checkpointLog(ctx, "asked")).size).toBe(1);
  });

  test.each(["made", "named", "linked", "adopted"])(
    "by kill -9 when the new key was %s: a service that was running all the while signs on, and so does the next start",
    async (point) => {
      await append(2);
      await openLog(ctx);
      const { publicKey: oldKey } = ctx.logSigner;
      const args = [database.connectionString, keyFile, point];
      const child = spawn(
        process.execPath,
        ["--import", "tsx", "fixtures/archive/rotation-child.ts", ...args],
        {
          stdio: ["ignore", "inherit", "inherit"],
        },
      );
      expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
      await append(1);
      const { size, note } = await checkpointLog(ctx, "asked");
      const { key } = await openLog({ ...ctx, logSigner: await openLogSigner(keyFile) });
      const keys = await logKeys(ctx.db);
      expect(keys).toHaveLength(point === "made" ? 1 : 2);
      expect(keys.at(-1)?.verifierKey).toBe(key);
      expect(openNote(note, key)).not.toBeNull();
      expect(size).toBe(point === "made" ? 3 : 4);
      expect(Buffer.from(ctx.logSigner.publicKey).equals(oldKey)).toBe(point === "made");
    },
  );

  test("checkpoints by the old key at the same time: none is larger than what it signed when it named the new one", async () => {
    await append(3);
    const { key: oldKey } = await openLog(ctx);
    const state = { rotating: true };
    const old = ctx;
    const refused: unknown[] = [];
    const others = Array.from({ length: 3 }, async (_, n) => {
      while (state.rotating) {
        await append(1, n);
        await checkpointLog(old, "report").catch((error: unknown) => refused.push(error));
      }
    });
    await rotateLogKey(ctx, () => nextLogKey(keyFile)).finally(() => (state.rotating = false));
    await Promise.all(others);
    expect(refused.filter((error) => !(error instanceof SisoError) || error.code !== "key-missing")).toEqual(
      [],
    );
    const fromSize = (await logKeys(ctx.db))[1]?.fromSize ?? 0;
    const checkpoints = await checkpointsWithTokens(ctx.db);
    for (const { size, verifierKey } of checkpoints) expect(verifierKey === oldKey).toBe(size <= fromSize);
    await append(1);
    expect((await checkpointLog(old, "asked")).verifierKey).not.toBe(oldKey);
  });

  test("a key that lies in no file is refused", async () => {
    await append(1);
    await rotateLogKey(ctx, () => nextLogKey(keyFile));
    const other = await openLogSigner(join(folder, `${randomUUID()}.key`));
    await expect(openLog({ ...ctx, logSigner: other })).rejects.toMatchObject({ code: "key-missing" });
  });
});

describeWith(["openssl"], "tokens of an outside clock", () => {
  let authority: TestAuthority;
  beforeAll(async () => {
    authority = await startTimestampAuthority();
  });
  afterAll(() => authority.stop());
  beforeEach(() => {
    authority.available = true;
    ctx = { ...ctx, timestamps: httpTimestampAuthority(authority.url) };
  });

  test("a checkpoint gets one", async () => {
    await append(2);
    await checkpointLog(ctx, "asked");
    await stampCheckpoints(ctx);
    const [checkpoint] = await checkpointsWithTokens(ctx.db);
    expect(Math.abs(Date.now() - (checkpoint?.token?.stampedAt.getTime() ?? 0))).toBeLessThan(60_000);
    expect(await logsToSign(ctx.db, now)).toEqual([]);
  });

  test("an authority that does not answer is asked again, shown as an alarm, and holds nothing up", async () => {
    authority.available = false;
    await append(2);
    await checkpointLog(ctx, "asked");
    await stampCheckpoints(ctx);
    expect((await openAlarms(ctx.db)).map(({ code }) => code)).toEqual(["timestamp-late"]);
    await append(1, 2);
    expect((await checkpointLog(ctx, "report")).size).toBe(3);
    expect(await logsToSign(ctx.db, now)).toHaveLength(1);
    authority.available = true;
    now = new Date(now.getTime() + 61_000);
    await stampCheckpoints(ctx);
    expect((await checkpointsWithTokens(ctx.db)).every(({ token }) => token !== null)).toBe(true);
    expect(await openAlarms(ctx.db)).toEqual([]);
  });

  test("one that answers with another document's token is not believed", async () => {
    const own = httpTimestampAuthority(authority.url);
    const { response } = await own.stamp(Buffer.from("another document"));
    const { createServer } = await import("node:http");
    const liar = createServer((_, reply) => void reply.end(response)).listen(0, "127.0.0.1");
    await new Promise((resolve) => {
      liar.once("listening", resolve);
    });
    const { port } = liar.address() as { port: number };
    const asked = httpTimestampAuthority(`http://127.0.0.1:${port}/`).stamp(Buffer.from("a checkpoint"));
    await expect(asked).rejects.toMatchObject({ code: "timestamp-unavailable" });
    liar.close();
  });
});
