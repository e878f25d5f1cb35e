import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { createFileArchive } from "../services/archive/file-archive.ts";
import { megabytesPerSecond, median, rounded } from "./archive-figures.ts";

const pictureBytes = 1_500_000;
/** The bursts of two cameras. */
const mostAtOnce = 6;
const roundsToWarmUp = 120;

export interface StoringFigures {
  pictureBytes: number;
  rounds: number;
  /** Where it was written: device and file system. */
  disk: string;
  /** Pictures at once: one, a camera's burst, the bursts of two cameras. Times are milliseconds a picture. */
  atOnce: {
    pictures: number;
    plainMs: number;
    sealedMs: number;
    plainMbPerSecond: number;
    sealedMbPerSecond: number;
    /** Sealed speed as a share of plain write + fsync + rename, both the median of the rounds. */
    ratio: number;
  }[];
}

/** Sealing beside a plain write of as many bytes, as many at once, in turn, round by round. */
export async function measureStoring(folder: string, rounds: number): Promise<StoringFigures> {
  const archive = await createFileArchive({ dir: join(folder, "archive"), keyFile: join(folder, "key") });
  await mkdir(join(folder, "plain"));
  const picture = randomBytes(pictureBytes);
  const seal = () => archive.seal(picture);
  const write = () => writePlainly(folder, picture);
  // As a service that has been running: until then memory is new and no thread has compiled what it does.
  for (let warmUp = 0; warmUp < roundsToWarmUp; warmUp += 1) {
    await timeOf(mostAtOnce, seal);
    await timeOf(mostAtOnce, write);
  }
  const atOnce: StoringFigures["atOnce"] = [];
  for (const pictures of [1, 3, mostAtOnce]) {
    const plain: number[] = [];
    const sealed: number[] = [];
    // The first rounds warm up, too; which comes first changes from round to round.
    for (let round = -3; round < rounds; round += 1) {
      const plainFirst = round % 2 === 0;
      const before = await timeOf(pictures, plainFirst ? write : seal);
      const after = await timeOf(pictures, plainFirst ? seal : write);
      if (round < 0) continue;
      plain.push(plainFirst ? before : after);
      sealed.push(plainFirst ? after : before);
    }
    const [plainMs, sealedMs] = [median(plain), median(sealed)];
    atOnce.push({
      pictures,
      plainMs: rounded(plainMs, 2),
      sealedMs: rounded(sealedMs, 2),
      plainMbPerSecond: megabytesPerSecond(pictureBytes, plainMs),
      sealedMbPerSecond: megabytesPerSecond(pictureBytes, sealedMs),
      ratio: rounded(plainMs / sealedMs, 2),
    });
  }
  return { pictureBytes, rounds, disk: await diskOf(folder), atOnce };
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

async function diskOf(folder: string): Promise<string> {
  const mounts = (await readFile("/proc/mounts", "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const above = mounts.filter(([, at = ""]) => at === "/" || folder === at || folder.startsWith(`${at}/`));
  const [device, , type] = above.toSorted((a, b) => (b[1]?.length ?? 0) - (a[1]?.length ?? 0))[0] ?? [];
  return `${device} ${type}`;
}
