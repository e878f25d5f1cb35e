import { join } from "node:path";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import { calibrationOf } from "../services/rollcall/packs.ts";
import { fitCalibration } from "./rollcall-calibrate.ts";
import { viewsOfPortraits } from "./rollcall-portraits.ts";
import type { ProbePerson } from "./rollcall-probes.ts";
import { loadPhotos, loadProbes } from "./rollcall-probes.ts";
import { addStock } from "./rollcall-stock.ts";

/** People who meet in classes, those who never belong to one, and the table they are decided by. */
export interface Part {
  trainees: ProbePerson[];
  strangers: ProbePerson[];
  calibration: Calibration;
}

export interface PeopleOptions {
  /** `person/N.jpg`, `strangers/*.jpg`; null makes views of the demo's portraits. */
  facesDir: string | null;
  portraitsDir: string;
  modelsDir: string;
  cacheDir: string;
}

/** Photos of a person from which on there is a portrait and another photo for each round. */
const TRAINEE_PHOTOS = 4;

export async function openPeople(options: PeopleOptions): Promise<{ dir: string; people: ProbePerson[] }> {
  const dir =
    options.facesDir ?? (await viewsOfPortraits(options.portraitsDir, options.modelsDir, options.cacheDir));
  const pack = await loadPack(fr1Manifest, join(options.modelsDir, fr1Manifest.id));
  const photos = await loadPhotos(pack, dir, options.cacheDir);
  const people = await loadProbes(pack, photos);
  await pack.close();
  await addStock(people, photos, options.modelsDir);
  return { dir, people };
}

/** With `crossFit` what is calibrated on one half of the people decides about the other, both ways; else the shipped table. */
export function partsOf(people: readonly ProbePerson[], crossFit: boolean): Part[] {
  const known = people.filter(({ photos }) => photos.length >= TRAINEE_PHOTOS);
  const strangers = people.filter(({ photos }) => photos.length < TRAINEE_PHOTOS);
  const shipped = calibrationOf(fr1Manifest.id);
  if (!crossFit) return [{ trainees: known, strangers, calibration: shipped }];
  return [0, 1].map((which) => ({
    trainees: half(known, which),
    strangers: half(strangers, which),
    calibration: {
      ...fitCalibration(fr1Manifest.id, "the other half", [
        ...half(known, 1 - which),
        ...half(strangers, 1 - which),
      ]),
      ...(shipped.covered && { covered: shipped.covered }),
    },
  }));
}

function half(list: readonly ProbePerson[], which: number): ProbePerson[] {
  return list.filter((_, index) => index % 2 === which);
}
