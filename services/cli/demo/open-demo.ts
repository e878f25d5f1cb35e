import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { institutionRooms } from "../../../fixtures/campus/institution-of.ts";
import { createSimulatedClock, type SimulatedClock } from "../../../fixtures/campus/simulated-clock.ts";
import { startCampus, type Campus } from "../../../fixtures/campus/start-campus.ts";
import { tellStory, type Story } from "../../../fixtures/campus/story.ts";
import type { Context } from "../../../workers/context.ts";
import { openContext, openStores, type Stores } from "../../../workers/main.ts";
import { modelsDir, portraitsDir } from "../setup/prepare.ts";
import { demoEnvironment } from "./demo-environment.ts";
import { simulatedRandom } from "./simulated-random.ts";

export interface Demo {
  story: Story;
  clock: SimulatedClock;
  campus: Campus;
  stores: Stores;
  ctx: Context;
  /** Holds the database, the archive, the key and the log. */
  folder: string;
  close(options: { keepFolder: boolean }): Promise<void>;
}

/** Units send the papers ten days before the course (M1). */
const storyStartsAt = new Date("2026-08-27T09:00:00+07:00");
const login = { username: "siso", password: "mat-khau-thu-nghiem" };

/** Starts the simulated campus and the real service beside it: embedded PostgreSQL, its queue, a file archive. */
export async function openDemo(seed: number, withStream: boolean): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "siso-demo-"));
  // PostgreSQL runs as another user when this is root, and has to get through to its folder.
  await chmod(folder, 0o711);
  const story = tellStory(seed);
  const clock = createSimulatedClock(storyStartsAt);
  const thread = { seed, clock: clock.shared, portraitsDir, modelsDir, ...login, withStream };
  const campus = await startCampus(thread);
  const env = await writeInstitution(folder, story, campus);
  const config = readConfig(env, thisMachine);
  const log = pino({ level: "info" }, pino.destination({ dest: join(folder, "siso.log"), sync: true }));
  const stores = await openStores(config, log);
  const overrides = { clock, random: simulatedRandom(seed) };
  const ctx = await openContext(config, stores.db, modelsDir, log, overrides);
  const close = async ({ keepFolder }: { keepFolder: boolean }) => {
    await stores.close();
    await ctx.faces.close();
    await campus.stop();
    if (!keepFolder) await rm(folder, { recursive: true, force: true });
  };
  return { story, clock, campus, stores, ctx, folder, close };
}

/** The configuration a deployment would write, for this campus. */
async function writeInstitution(
  folder: string,
  story: Story,
  campus: Campus,
): Promise<Record<string, string>> {
  const passwordFile = join(folder, "keys", "camera.password");
  const institutionFile = join(folder, "institution.json");
  await mkdir(join(folder, "keys"), { mode: 0o700 });
  await writeFile(passwordFile, `${login.password}\n`, { mode: 0o600 });
  const rooms = institutionRooms(
    story.rooms,
    campus.cameras,
    { username: login.username, passwordFile },
    storyStartsAt,
  );
  const rules = { burst: { pictures: 3, spacingSeconds: 1 } };
  await writeFile(institutionFile, JSON.stringify({ rooms, rules }, null, 2));
  return demoEnvironment(folder);
}
