import { expect, it } from "vitest";
import { json, storable } from "./stored.ts";

it("writes text that PostgreSQL takes, and leaves whole characters alone", () => {
  const cut = "😀".slice(0, 1);
  expect(storable(`a${cut}b\0c😀 Nguyễn`)).toBe("a\uFFFDb\uFFFDc😀 Nguyễn");
  expect(json([{ why: `x${cut}`, at: new Date(0), n: 1, none: null }])).toBe(
    '[{"why":"x\uFFFD","at":"1970-01-01T00:00:00.000Z","n":1,"none":null}]',
  );
  expect(json({ why: "\0" })).not.toContain("u0000");
  expect(json(null)).toBeNull();
});
