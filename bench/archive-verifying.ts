import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFileArchive } from "../services/archive/file-archive.ts";
import { objectPath } from "../services/archive/object-name.ts";
import { addArchiveObject } from "../db/queries/captures.ts";
import { beginFixity, fixityRun, planFixity } from "../db/queries/fixity.ts";
import type { Db } from "../db/client.ts";
import { checkNextFolder } from "../workers/jobs/check-fixity.ts";
import { systemClock, systemRandom } from "../workers/system.ts";
import { megabytesPerSecond, median, rounded } from "./archive-figures.ts";

const objectBytes = 1_500_028;
/** Ten million pictures are forty thousand a folder; here two folders hold enough for the same shape. */
const shards = [0x2a, 0x2b];
const objectsPerFolder = 100;

export interface VerifyingFigures {
  objects: number;
  objectBytes: number;
  rounds: number;
  /** Of the night's fixity run: rows, listing, reading, hashing, counting. */
  fixityMbPerSecond: number;
  /** SHA-256 over as many bytes that lie in memory: nothing is read. */
  hashMbPerSecond: number;
  /** The same files read whole one after the other, and hashed. */
  readAndHashMbPerSecond: number;
  /** Fixity as a share of bare SHA-256. */
  ratio: number;
  ratioToReadAndHash: number;
}

/** The nightly reading back of sealed objects beside bare SHA-256, in turn, everything in the page cache. */
export async function measureVerifying(folder: string, db: Db, rounds: number): Promise<VerifyingFigures> {
  const dir = join(folder, "verified");
  const archive = await createFileArchive({ dir, keyFile: join(folder, "verified.key") });
  const names: string[] = [];
  for (const shard of shards)
    for (let n = 0; n < objectsPerFolder; n += 1)
      names.push(await store(db, archive.stores.first.put, shard));
  const ctx = { db, clock: systemClock, random: systemRandom, archive };
  const sample = randomBytes(objectBytes);
  const times = { fixity: [] as number[], hash: [] as number[], readAndHash: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    const fixity = await timed(() => runFixity(ctx));
    const hash = await timed(async () => {
      for (const _ of names) sha256(sample);
    });
    const readAndHash = await timed(async () => {
      for (const name of names) sha256(await readFile(join(dir, objectPath(name))));
    });
    if (round < 0) continue;
    times.fixity.push(fixity);
    times.hash.push(hash);
    times.readAndHash.push(readAndHash);
  }
  const bytes = names.length * objectBytes;
  const [fixity, hash, readAndHash] = [median(times.fixity), median(times.hash), median(times.readAndHash)];
  return {
    objects: names.length,
    objectBytes,
    rounds,
    fixityMbPerSecond: megabytesPerSecond(bytes, fixity),
    hashMbPerSecond: megabytesPerSecond(bytes, hash),
    readAndHashMbPerSecond: megabytesPerSecond(bytes, readAndHash),
    ratio: rounded(hash / fixity, 2),
    ratioToReadAndHash: rounded(readAndHash / fixity, 2),
  };
}

/** A run over the two folders by the very job of the night. */
async function runFixity(ctx: Parameters<typeof checkNextFolder>[0]): Promise<void> {
  const id = randomUUID();
  const [fromShard = 0] = shards;
  await planFixity(ctx.db, { id, kind: "all", dueAt: new Date(), fromShard });
  await beginFixity(ctx.db, id, shards.length, new Date());
  while (await checkNextFolder(ctx, await fixityRun(ctx.db, id)));
  const { objects, troubles } = await fixityRun(ctx.db, id);
  if (objects !== shards.length * objectsPerFolder || troubles > 0)
    throw new Error(`fixity read ${objects} objects and found ${troubles} troubles`);
}

/** Bytes like sealed ones, tried until their name falls into the folder; fixity does not open them. */
async function store(
  db: Db,
  put: (sha256: string, bytes: Uint8Array) => Promise<void>,
  shard: number,
): Promise<string> {
  const bytes = randomBytes(objectBytes);
  const begun = createHash("sha256").update(bytes.subarray(0, -8));
  for (let tried = 0n; ; tried += 1n) {
    bytes.writeBigUInt64LE(tried, objectBytes - 8);
    const digest = begun.copy().update(bytes.subarray(-8)).digest();
    if (digest[0] !== shard) continue;
    const name = digest.toString("hex");
    await put(name, bytes);
    const keys = { wrappedKey: randomBytes(69), commitment: name, commitmentSalt: randomBytes(32) };
    const object = { objectId: randomUUID(), sha256: name, bytes: objectBytes, ...keys };
    await addArchiveObject(db, object, new Date("2040-01-01T00:00:00Z"), new Date());
    return name;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
