import { expect, test } from "vitest";
import { idsBeginning } from "./id-range.ts";

test("the beginning of an id is a range of ids", () => {
  expect(idsBeginning("3F1c")).toEqual({
    from: "3f1c0000-0000-0000-0000-000000000000",
    to: "3f1cffff-ffff-ffff-ffff-ffffffffffff",
  });
  expect(idsBeginning("3f1c0a2b-9")?.to).toBe("3f1c0a2b-9fff-ffff-ffff-ffffffffffff");
  const whole = "3f1c0a2b-9c0d-4e5f-8a1b-2c3d4e5f6071";
  expect(idsBeginning(whole)).toEqual({ from: whole, to: whole });
});

test.each(["3f1c-", "3f1c0a2b9", "xyz", "3f1c0a2b-9c0d-4e5f-8a1b-2c3d4e5f60710", "%"])(
  "no id begins with %s",
  (typed) => {
    expect(idsBeginning(typed)).toBeNull();
  },
);
