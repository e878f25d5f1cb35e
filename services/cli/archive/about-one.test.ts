import { expect, test } from "vitest";
import { othersIn } from "./about-one.ts";

const seat = { x: 100, y: 100, width: 90, height: 120 };
const inFront = { x: 130.4, y: 140.2, width: 30, height: 40 };
const asMarked = { x: 130, y: 140, width: 30, height: 40 };
const far = { x: 400, y: 100, width: 30, height: 40 };

test("who sits in front of an empty seat stays unrecognisable, who is shown as sitting in it does not", () => {
  expect(othersIn([inFront, far], [seat], [])).toEqual([far]);
  expect(othersIn([inFront, far], [seat], [asMarked])).toEqual([inFront, far]);
  expect(othersIn([inFront, far], [seat, asMarked], [asMarked])).toEqual([far]);
});
