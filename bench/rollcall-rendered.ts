import { join } from "node:path";
import { loadFaceSource } from "../fixtures/scenes/face-source.ts";
import type { FaceSource } from "../fixtures/scenes/face-source.ts";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { BenchResult } from "./rollcall-figures.ts";
import { Tallies } from "./rollcall-figures.ts";
import type { Part } from "./rollcall-people.ts";
import { renderSession } from "./rollcall-rendered-class.ts";
import type { RenderedPeople } from "./rollcall-rendered-class.ts";
import { progressOf } from "./rollcall-progress.ts";
import { renderedRooms } from "./rollcall-rendered-room.ts";
import type { Readers } from "./rollcall-rendered-room.ts";
import { seededRandom } from "./rollcall-random.ts";
import type { ClassMix } from "./rollcall-sitting.ts";
import { openStock } from "./rollcall-stock.ts";
import { variants } from "./rollcall-variants.ts";
import type { VariantName } from "./rollcall-variants.ts";
import { createSeatWatch } from "../services/faces/seat-watch.ts";

export interface RenderedOptions {
  /** The folder the simulation's people come from. */
  dir: string;
  parts: readonly Part[];
  modelsDir: string;
  cacheDir: string;
  mix: ClassMix;
  seed: number;
  /** Class sessions, not trainee-sessions. */
  sessions: number;
}

/** The same decisions on rendered classrooms: detector, recogniser, seats fitted to marked points, comparison with the empty room. */
export async function benchRendered(options: RenderedOptions): Promise<BenchResult> {
  const pack = await loadPack(fr1Manifest, join(options.modelsDir, fr1Manifest.id));
  const cacheFile = join(options.cacheDir, "rendered-faces.json");
  const faces = await loadFaceSource(options.dir, { pack, cacheFile });
  const readers: Readers = {
    pack,
    stock: await openStock(options.modelsDir),
    seatWatch: createSeatWatch(),
  };
  const names = Object.keys(variants) as VariantName[];
  const tallies = new Map(names.map((name) => [name, new Tallies()]));
  const tell = progressOf("buổi học dựng hình · rendered sessions", options.sessions);
  let traineeSessions = 0;
  for (let number = 0; number < options.sessions; number++) {
    const part = options.parts[number % options.parts.length];
    const room = renderedRooms[number % renderedRooms.length];
    if (part === undefined || room === undefined) break;
    const random = seededRandom(`rendered/${options.seed}/${number}`);
    const people = peopleOf(faces, part);
    const session = await renderSession(room, people, options.mix, part.calibration, readers, random);
    traineeSessions += session.truth.length;
    tell(number + 1);
    for (const [name, tally] of tallies) {
      const startedAt = performance.now();
      const said = variants[name](session);
      tally.seconds += (performance.now() - startedAt) / 1000;
      for (const [index, truth] of session.truth.entries()) {
        const answer = said[index];
        if (answer === undefined) continue;
        tally.add(session.room, truth, answer);
      }
    }
  }
  await pack.close();
  const breakdowns = [...tallies].map(([name, tally]) => [name, tally.breakdown()]);
  return { traineeSessions, seed: options.seed, variants: Object.fromEntries(breakdowns) };
}

/** The part's people, as far as the renderer could use their photos. */
function peopleOf(faces: FaceSource, part: Part): RenderedPeople {
  const strangers = new Set(part.strangers.map(({ key }) => key.replace(/\.\w+$/, "")));
  return {
    faces,
    trainees: part.trainees.filter(({ key }) =>
      faces.people.some((one) => one.key === key && one.photoCount >= 4),
    ),
    strangers: faces.people.filter(({ key, stranger }) => stranger && strangers.has(key)),
  };
}
