import { parseArgs } from "node:util";
import { writeFile } from "node:fs/promises";
import { loadPack } from "../services/faces/load-pack.ts";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { adaptProbe, adaptTemplate, fitAdapterBand, meanOf } from "../services/rollcall/adapter.ts";
import type { Adapter } from "../services/rollcall/adapter.ts";
import type { CalibrationSample } from "../services/rollcall/calibrate.ts";
import { calibrate } from "../services/rollcall/calibrate.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import { packCalibration } from "../services/rollcall/stored-calibration.ts";
import { cosine, meanDirection } from "../services/rollcall/vectors.ts";
import type { PackId } from "../services/types.ts";
import type { ProbePerson } from "./rollcall-probes.ts";
import { loadProbes, PROBE_WIDTHS } from "./rollcall-probes.ts";

const ROUNDS = [1, 2, 3];

/** Fits a pack's adapter and table on people of which at least two photos each are known. */
export function fitCalibration(pack: PackId, source: string, people: readonly ProbePerson[]): Calibration {
  const adapter: Adapter = {
    templateMean: meanOf(people.flatMap(({ photos }) => photos.map(({ full }) => full.embedding.vector))),
    bands: PROBE_WIDTHS.map((width) => fitAdapterBand(width, pairsAt(people, width))),
  };
  return calibrate(pack, source, samplesOf(people, adapter), adapter);
}

function pairsAt(people: readonly ProbePerson[], width: number) {
  return people.flatMap(({ photos }) =>
    photos.flatMap(({ full, probes }) => {
      const burst = probes.find(({ widthPx }) => widthPx === width)?.burst ?? [];
      const probe = meanDirection(burst.map((face) => ({ vector: face.embedding.vector, weight: 1 })));
      return probe === null ? [] : [{ probe, full: full.embedding.vector }];
    }),
  );
}

/** Every photo as portrait in turn, against one to three others of the same person fused, and against everybody else. */
function samplesOf(people: readonly ProbePerson[], adapter: Adapter): CalibrationSample[] {
  const known = people.filter(({ photos }) => photos.length >= 4);
  const samples: CalibrationSample[] = [];
  for (const widthPx of PROBE_WIDTHS) {
    const probes = known.map(({ photos }) =>
      photos.map((photo) => {
        const burst = photo.probes.find((probe) => probe.widthPx === widthPx)?.burst ?? [];
        return meanDirection(
          burst.map((face) => ({
            vector: adaptProbe(adapter, face.embedding.vector, face.quality.widthPx),
            weight: 1,
          })),
        );
      }),
    );
    for (const [p, person] of known.entries()) {
      for (const [g, photo] of person.photos.entries()) {
        const template = adaptTemplate(adapter, photo.full.embedding.vector);
        for (const rounds of ROUNDS) {
          for (const [q, other] of probes.entries()) {
            const skipped = q === p ? g : -1;
            if (q !== p && (q + g) % 4 !== 0) continue;
            for (let start = 0; start < (q === p ? other.length : 1); start++) {
              const fused = fuse(other, skipped, start, rounds);
              if (fused === null) continue;
              samples.push({ widthPx, rounds, genuine: q === p, similarity: cosine(template, fused) });
            }
          }
        }
      }
    }
  }
  return samples;
}

function fuse(
  vectors: readonly (Float32Array | null)[],
  skipped: number,
  start: number,
  rounds: number,
): Float32Array | null {
  if (start === skipped) return null;
  const order = vectors.map((_, i) => (start + i) % vectors.length).filter((i) => i !== skipped);
  const parts = order.slice(0, rounds).flatMap((i) => vectors[i] ?? []);
  return parts.length < rounds ? null : meanDirection(parts.map((vector) => ({ vector, weight: 1 })));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faces: { type: "string" },
      models: { type: "string", default: "var/models/fr-1" },
      cache: { type: "string", default: "var/bench" },
      out: { type: "string", default: "services/rollcall/calibration/fr-1.json" },
      source: { type: "string", default: "" },
    },
  });
  if (values.faces === undefined) throw new Error("--faces DIR is needed: person/N.jpg and strangers/*.jpg");
  const pack = await loadPack(fr1Manifest, values.models);
  const people = await loadProbes(pack, values.faces, values.cache);
  await pack.close();
  const photos = people.reduce((sum, person) => sum + person.photos.length, 0);
  const source = values.source || `${people.length} people, ${photos} photos`;
  const calibration = fitCalibration(fr1Manifest.id, source, people);
  await writeFile(values.out, `${JSON.stringify(packCalibration(calibration), null, 2)}\n`);
  for (const { widthPx, byRounds } of calibration.bands) {
    for (const [index, { genuine, impostor, lost }] of byRounds.entries()) {
      process.stdout.write(
        `${widthPx} px, ${index + 1} round(s): genuine ${genuine.mean} ± ${genuine.sd}, others ${impostor.mean} ± ${impostor.sd}, lost ${lost}\n`,
      );
    }
  }
}

if (process.argv[1]?.endsWith("rollcall-calibrate.ts")) await main();
