import { expect, it } from "vitest";
import type { Embedding, PackId, PackVector } from "../types.ts";
import { decideRound } from "./decide-round.ts";
import { judgePortrait } from "./enrolment.ts";
import type { RoundInput } from "./round-input.ts";
import { defaultDecision } from "./settings.ts";
import { faceAt, faceVector, seatOf, testCalibration, trainee } from "./test-scenes.ts";
import { cosine, meanDirection, similarityOf } from "./vectors.ts";

type A = PackId<"a-1">;
type B = PackId<"b-1">;

function of<P extends PackId>(pack: P): Embedding<P> {
  return { pack, vector: faceVector(1, 1).vector as unknown as PackVector<P> };
}
const ofA = of("a-1" as A);
const ofB = of("b-1" as B);

function roundOf<P extends PackId>({ pack, vector }: Embedding<P>): RoundInput<P> {
  const { traineeId, seat } = trainee(1);
  return {
    pack,
    roster: [{ traineeId, seat, templates: [{ pack, vector }] }],
    otherCourses: [],
    cameras: [],
    calibration: { ...testCalibration, pack },
    settings: defaultDecision,
  };
}

/** `tsc` compiles this file: a line under `@ts-expect-error` that compiled would fail it. */
it("compares within one pack; two packs are refused when compiled, and when run all the same", () => {
  expect(similarityOf(ofA, ofA)).toBeCloseTo(1, 5);
  expect(cosine(ofB.vector, ofB.vector)).toBeCloseTo(1, 5);
  expect(decideRound(roundOf(ofA)).marks).toHaveLength(1);

  // @ts-expect-error numbers of two packs
  expect(() => similarityOf(ofA, ofB)).toThrow(/a-1.*b-1/);
  // @ts-expect-error templates of another pack than the round's
  const mixed: RoundInput<A> = { ...roundOf(ofA), roster: roundOf(ofB).roster };
  expect(() => decideRound(mixed)).toThrow(/a-1, b-1/);
  // @ts-expect-error another pack's calibration
  const wrongTable: RoundInput<A> = { ...roundOf(ofA), calibration: roundOf(ofB).calibration };
  expect(() => decideRound(wrongTable)).toThrow(/a-1, b-1/);
  const portrait = { ...faceAt(seatOf(1), faceVector(1, 1), 90), embedding: ofA };
  // @ts-expect-error a portrait beside somebody's template of another pack
  expect(() => judgePortrait([portrait], { others: [], own: [ofB] })).toThrow(/a-1.*b-1/);
});

it("takes no bare numbers and mixes no means", () => {
  const bare = new Float32Array(64);
  const never = () => {
    // @ts-expect-error nobody says whose numbers these are
    cosine(bare, ofA.vector);
    // @ts-expect-error a mean over two packs
    meanDirection([ofA, ofB].map(({ vector }) => ({ vector, weight: 1 })));
    // @ts-expect-error a known pack's numbers as any pack's
    const forgotten: Embedding = ofA;
    return forgotten;
  };
  expect(never).toBeTypeOf("function");
});
