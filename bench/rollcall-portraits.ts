import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { openFaces } from "../fixtures/campus/open-faces.ts";
import { seededRandom } from "./rollcall-random.ts";

/** Trainees and strangers made of the demo's portraits, one photo each; more would take minutes to read. */
const TRAINEES = 44;
const STRANGERS = 30;
/** The portrait itself and views of it. */
const VIEWS = 4;

/**
 * A folder `person/N.jpg`, `strangers/*.jpg` out of portraits of which there is one a person: the further photos are the same
 * picture cropped, turned a little, lit, blurred and compressed otherwise. They show how light and focus disturb, not how a
 * face looks on another day, so figures on them are far too good.
 * @returns the folder, inside `cacheDir`.
 */
export async function viewsOfPortraits(
  portraitsDir: string,
  modelsDir: string,
  cacheDir: string,
): Promise<string> {
  // It leaves out who appears under two names.
  const faces = await openFaces(portraitsDir, modelsDir);
  const folder = join(cacheDir, "portrait-views");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "strangers"), { recursive: true });
  for (const [index, { key }] of faces.people.slice(0, TRAINEES + STRANGERS).entries()) {
    const portrait = await faces.photo(key, 0);
    if (index >= TRAINEES) {
      await writeFile(join(folder, "strangers", `${key}.jpg`), await sharp(portrait).jpeg().toBuffer());
      continue;
    }
    await mkdir(join(folder, key));
    for (let view = 0; view < VIEWS; view++) {
      const jpeg =
        view === 0 ? await sharp(portrait).jpeg().toBuffer() : await otherView(portrait, `${key}/${view}`);
      await writeFile(join(folder, key, `${view + 1}.jpg`), jpeg);
    }
  }
  return folder;
}

async function otherView(portrait: Uint8Array, seed: string): Promise<Buffer> {
  const random = seededRandom(`view/${seed}`);
  const { width, height } = await sharp(portrait).metadata();
  const zoom = 0.9 + 0.1 * random.next();
  const crop = { width: Math.floor(width * zoom), height: Math.floor(height * zoom) };
  const gain = 1 + 0.12 * random.gauss();
  const lift = 8 * random.gauss();
  const cropped = await sharp(portrait)
    .extract({
      ...crop,
      left: random.below(width - crop.width + 1),
      top: random.below(height - crop.height + 1),
    })
    .toBuffer();
  return sharp(cropped)
    .rotate(Math.min(Math.max(4 * random.gauss(), -8), 8), { background: "#808080" })
    .linear(
      [gain * (1 + 0.03 * random.gauss()), gain, gain * (1 + 0.03 * random.gauss())],
      [lift, lift, lift],
    )
    .blur(0.3 + Math.abs(0.5 * random.gauss()))
    .jpeg({ quality: 60 + random.below(30) })
    .toBuffer();
}
