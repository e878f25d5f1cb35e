import { describe, expect, it } from "vitest";
import { chooseVersion } from "./version-choice.ts";

const at = (day: number) => new Date(Date.UTC(2026, 8, day));
const versions = [
  { version: 1, effectiveAt: at(1) },
  { version: 2, effectiveAt: at(5) },
  { version: 3, effectiveAt: at(20) },
];
const chosen = (day: number, to: number | null = null) => {
  const { inForce, target } = chooseVersion(versions, at(day), to);
  return [inForce.version, target.version];
};

describe("chooseVersion", () => {
  it("goes back to the one in force before, and leaves one still to come alone", () => {
    expect(chosen(6)).toEqual([2, 1]);
    expect(chosen(20)).toEqual([3, 2]);
  });

  it("goes to the version a person names", () => {
    expect(chosen(21, 1)).toEqual([3, 1]);
  });

  it.each([
    [0, null, "Chưa có phiên bản nào"],
    [2, null, "Trước phiên bản 1"],
    [6, 2, "Phiên bản 2 đang có hiệu lực"],
    [6, 9, "Hiện có: 1, 2, 3"],
  ])("says why on day %i nothing can be gone back to (%s)", (day, to, words) => {
    expect(() => chosen(day, to)).toThrow(words);
  });
});
