import { describe, expect, it } from "vitest";
import type { PackId, PackVector, TraineeId } from "../types.ts";
import { adaptTemplate, type Adapter } from "./adapter.ts";
import type { Calibration } from "./calibration.ts";
import { templateFromProbe } from "./probe-template.ts";
import { proposePeople, type UnnamedPerson } from "./propose-people.ts";
import { cosine, similarityOf } from "./vectors.ts";

const count = 12;
const trainees = Array.from({ length: count }, (_, i) => `t${i}` as TraineeId);
const spread = (mean: number) => ({ mean, sd: 0.1 });
const separation = { genuine: spread(0.7), impostor: spread(0), lost: 0.002 };
const calibration: Calibration = {
  pack: "p-1" as PackId,
  source: "test",
  bands: [{ widthPx: 30, byRounds: [separation], pairs: separation }],
  adapter: null,
};

/** A face of its own direction, a little different in every session. */
function face(person: number, session: number): PackVector {
  const vector = new Float32Array(64);
  vector[person] = 1;
  vector[32 + ((person + 7 * session) % 30)] = 0.5;
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm) as PackVector;
}

function enrolledFace(person: number) {
  return { pack: calibration.pack, vector: face(person, 9) };
}

function seen(person: number, session: number, seatOf = person): UnnamedPerson {
  const seatOwners = [{ traineeId: trainees[seatOf]!, share: 0.95 }];
  const id = `${person}@${session}`;
  return { id, session, vector: face(person, session), effectivePx: 30, rounds: 2, seatOwners };
}

const everybody = (session: number) => trainees.map((_, i) => seen(i, session));

describe("proposePeople", () => {
  it("names everybody by their seats, the surer the more sessions agree", () => {
    const once = proposePeople(everybody(0), trainees, calibration);
    const twice = proposePeople([...everybody(0), ...everybody(1)], trainees, calibration);
    expect(once.map(({ traineeId, people }) => [traineeId, people[0]?.id])).toEqual(
      trainees.map((id, i) => [id, `${i}@0`]),
    );
    expect(twice.every(({ sessions, rounds }) => sessions === 2 && rounds === 4)).toBe(true);
    expect(twice[0]!.posterior).toBeGreaterThan(once[0]!.posterior);
    expect(once[0]!.posterior).toBeLessThan(1);
  });

  it("follows the face when two change seats once, and leaves both open who only ever sat swapped and apart", () => {
    const swapped = [seen(0, 1, 1), seen(1, 1, 0), ...everybody(1).slice(2)];
    const proposals = proposePeople([...everybody(0), ...swapped, ...everybody(2)], trainees, calibration);
    expect(proposals.slice(0, 2).map(({ people }) => people.map(({ id }) => id[0]))).toEqual([
      ["0", "0", "0"],
      ["1", "1", "1"],
    ]);
  });

  it("never proposes again what a person said it is not", () => {
    const forbidden = new Set(["t3 3@0"]);
    const again = proposePeople([...everybody(0), ...everybody(1)], trainees, calibration, forbidden);
    expect(again.map(({ traineeId }) => traineeId)).not.toContain("t3");
    expect(again).toHaveLength(count - 1);
  });

  it("follows an enrolled face to a seat that is not its own", () => {
    const moved = [seen(0, 0, 1), seen(1, 0, 0), ...everybody(0).slice(2)];
    const names = (enrolled?: Map<TraineeId, ReturnType<typeof enrolledFace>[]>) =>
      proposePeople(moved, trainees, calibration, new Set(), enrolled)
        .slice(0, 2)
        .map(({ people }) => people[0]?.id);
    expect(names()).toEqual(["1@0", "0@0"]);
    expect(names(new Map([0, 1].map((i) => [trainees[i]!, [enrolledFace(i)]])))).toEqual(["0@0", "1@0"]);
  });

  it("proposes the regular sitter of a seat whose portrait is somebody else's after two sessions, not after one", () => {
    const wrong = new Map([[trainees[3]!, [enrolledFace(20)]]]);
    const proposed = (...sessions: number[]) =>
      proposePeople(sessions.flatMap(everybody), trainees, calibration, new Set(), wrong).find(
        ({ traineeId }) => traineeId === trainees[3],
      );
    expect(proposed(0)).toBeUndefined();
    expect(proposed(0, 1)?.people.map(({ id }) => id)).toEqual(["3@0", "3@1"]);
    expect(proposed(0, 1)?.likeEnrolled).toBeLessThan(0);
  });

  it("proposes nobody seen in a single round, too blurred, or at no seat", () => {
    const doubtful = [
      { ...seen(0, 0), rounds: 1 },
      { ...seen(1, 0), effectivePx: 12 },
      { ...seen(2, 0), seatOwners: [] },
    ];
    expect(proposePeople(doubtful, trainees, calibration)).toEqual([]);
  });
});

describe("templateFromProbe", () => {
  it("is of unit length and lies where the probe lies once the templates' mean is taken off", () => {
    const templateMean = Float32Array.from({ length: 64 }, (_, i) => 0.04 * Math.sin(i));
    const adapter: Adapter = { templateMean, bands: [] };
    const probe = face(3, 1);
    const template = templateFromProbe(adapter, probe);
    expect(Math.hypot(...template)).toBeCloseTo(1, 5);
    expect(cosine(adaptTemplate(adapter, template), probe)).toBeCloseTo(1, 5);
    expect(templateFromProbe(null, probe)).toBe(probe);
  });
});

function of(pack: string) {
  return { pack: pack as PackId, vector: face(0, 0) };
}

describe("similarityOf", () => {
  it("refuses faces of two packs, also of equal length", () => {
    expect(similarityOf(of("a-1"), of("a-1"))).toBeCloseTo(1, 5);
    expect(() => similarityOf(of("a-1"), of("b-1"))).toThrow(/a-1.*b-1/);
  });
});
