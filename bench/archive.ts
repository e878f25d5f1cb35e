import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createFileArchive } from "../services/archive/file-archive.ts";

const pictureBytes = 1_500_000;

export interface ArchiveFigures {
  /** Pictures at once: one, a camera's burst, the bursts of two cameras. */
  storing: {
    atOnce: number;
    pictures: number;
    /** Milliseconds a picture, median of the rounds. */
    plainMs: number;
    sealedMs: number;
    /** Sealed speed as a share of plain write + fsync + rename of the same bytes. */
    share: number;
  }[];
  reading: { hashMs: number; readAndHashMs: number; share: number };
}

/** `./siso bench archive`: sealing and reading back, each beside the bare work in the same run, round by round in turn. */
export async function run(args: string[]): Promise<void> {
  const options = { json: { type: "string" }, rounds: { type: "string", default: "15" } } as const;
  const { values } = parseArgs({ args, options });
  const folder = await mkdtemp(join(tmpdir(), "siso-bench-archive-"));
  try {
    const figures = await measure(folder, Number(values.rounds));
    print(figures);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, rounds: number): Promise<ArchiveFigures> {
  const archive = await createFileArchive({ dir: join(folder, "archive"), keyFile: join(folder, "key") });
  await mkdir(join(folder, "plain"));
  const picture = randomBytes(pictureBytes);
  const seal = () => archive.seal(picture);
  const storing: ArchiveFigures["storing"] = [];
  for (const atOnce of [1, 3, 6]) {
    const plain: number[] = [];
    const sealed: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      plain.push(await timeOf(atOnce, () => writePlainly(folder, picture)));
      sealed.push(await timeOf(atOnce, seal));
    }
    const [plainMs, sealedMs] = [median(plain), median(sealed)];
    storing.push({ atOnce, pictures: atOnce * rounds, plainMs, sealedMs, share: plainMs / sealedMs });
  }
  const { sha256 } = await archive.seal(picture);
  const hash: number[] = [];
  const read: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    hash.push(await timeOf(1, () => Promise.resolve(digest(picture))));
    read.push(
      await timeOf(1, async () => digest((await archive.stores.first.get(sha256)) ?? Buffer.alloc(0))),
    );
  }
  const [hashMs, readAndHashMs] = [median(hash), median(read)];
  return { storing, reading: { hashMs, readAndHashMs, share: hashMs / readAndHashMs } };
}

/** What any program would do that wants the bytes on disk under their name. */
async function writePlainly(folder: string, bytes: Buffer): Promise<void> {
  const name = randomBytes(16).toString("hex");
  const file = await open(join(folder, name), "wx");
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(join(folder, name), join(folder, "plain", name));
}

/** Milliseconds a piece of work, of so many at once. */
async function timeOf(atOnce: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  return (performance.now() - startedAt) / atOnce;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print({ storing, reading }: ArchiveFigures): void {
  for (const { atOnce, plainMs, sealedMs, share } of storing)
    process.stdout.write(
      `niêm phong ảnh 1,5 MB, ${atOnce} ảnh cùng lúc · sealing, ${atOnce} at once: ${sealedMs.toFixed(2)} ms/ảnh, ghi trơn · plain ${plainMs.toFixed(2)} ms, ${Math.round(share * 100)} %\n`,
    );
  process.stdout.write(
    `đọc lại · reading back: ${reading.readAndHashMs.toFixed(2)} ms/ảnh, chỉ băm · bare SHA-256 ${reading.hashMs.toFixed(2)} ms, ${Math.round(reading.share * 100)} %\n`,
  );
}
