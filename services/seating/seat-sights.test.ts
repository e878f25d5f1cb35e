import { expect, it } from "vitest";
import type { CourseId, SeatSight } from "../types.ts";
import { isHidden, isProven, sessionsUnseen } from "./seat-sights.ts";

const seat = { row: 2, column: 3 };
const [own, other] = ["own" as CourseId, "other" as CourseId];
const doubt: SeatSight = {
  ...seat,
  visible: false,
  by: "machine",
  doubt: { courseId: own, sessions: 3 },
};

it("only a person's word hides a seat; a machine's is a doubt of one course", () => {
  expect(isHidden(seat, [doubt])).toBe(false);
  expect(isHidden(seat, [{ ...seat, visible: false, by: "person" }])).toBe(true);
  expect([sessionsUnseen(seat, [doubt], own), sessionsUnseen(seat, [doubt], other)]).toEqual([3, null]);
  expect(sessionsUnseen({ row: 3, column: 2 }, [doubt], own)).toBeNull();
});

it("a person's word, a proof, and nothing else end a doubt; an older version's holds for every course", () => {
  expect(sessionsUnseen(seat, [doubt, { ...seat, visible: true, by: "person" }], own)).toBeNull();
  expect(sessionsUnseen(seat, [doubt, { ...seat, visible: true, by: "machine" }], own)).toBeNull();
  expect(sessionsUnseen(seat, [{ ...seat, visible: false, by: "machine" }], other)).toBe(2);
});

it("a seat is known to be seen by a person's word or a trainee recognised there, not by the lack of a doubt", () => {
  expect(isProven(seat, [{ ...seat, visible: true, by: "machine" }])).toBe(true);
  expect(isProven(seat, [{ ...seat, visible: true, by: "person" }])).toBe(true);
  expect([isProven(seat, [doubt]), isProven(seat, []), isProven({ row: 1, column: 1 }, [doubt])]).toEqual([
    false,
    false,
    false,
  ]);
});
