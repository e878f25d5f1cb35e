import { describe, expect, it } from "vitest";
import type { ChartFile } from "../../../workers/imports/read-files.ts";
import { chartQuestions } from "../../intake/chart-words.ts";
import type { ChartReading } from "../../types.ts";
import { answeredProblems, answersOf, openQuestions } from "./chart-answers.ts";

function chartFile(said: Partial<ChartReading>): ChartFile {
  const value: ChartReading = {
    seats: [],
    rowCount: 2,
    columnCount: 4,
    aislesAfter: [],
    seatsPerDesk: null,
    roomText: null,
    front: null,
    viewpoint: null,
    ...said,
  };
  const other = {
    where: "B2",
    why: { vi: "lạ", en: "odd" },
    fix: { vi: "", en: "" },
    severity: "note",
  } as const;
  const problems = [...chartQuestions("so-do.xlsx", value), other];
  const reading = { kind: "chart", value, rowsIn: 8, understood: 8, reported: 0, problems } as const;
  return {
    kind: "chart",
    fileName: "so-do.xlsx",
    bytes: new Uint8Array(),
    document: null as never,
    part: null,
    reading,
  };
}

describe("the three questions of a chart", () => {
  it("are asked with the option that answers each, until it was typed", () => {
    const file = chartFile({});
    const flags = (options: Parameters<typeof openQuestions>[1]) =>
      openQuestions(file, options).map(({ fix }) => /--[a-z-]+/.exec(fix.vi)?.[0]);
    expect(flags({})).toEqual(["--viewpoint", "--front", "--seats-per-desk"]);
    expect(flags({ front: "top", viewpoint: "class" })).toEqual(["--seats-per-desk"]);
    expect(flags({ front: "top", viewpoint: "class", seatsPerDesk: "2" })).toEqual([]);
  });

  it("are kept apart from what else was found", () => {
    expect(answeredProblems(chartFile({})).map(({ where }) => where)).toEqual(["B2"]);
  });

  it("are answered by a person before the drawing", () => {
    const file = chartFile({ front: "top", viewpoint: "teacher", seatsPerDesk: 1 });
    expect(answersOf(file.reading.value, { viewpoint: "class" })).toEqual({
      front: "top",
      viewpoint: "class",
      seatsPerDesk: 1,
    });
    expect(answersOf(chartFile({}).reading.value, { viewpoint: "class" })).toBeNull();
  });

  it("contradict a drawing of desks for two when one seat is answered", () => {
    const file = chartFile({ front: "top", viewpoint: "teacher", seatsPerDesk: 2 });
    expect(openQuestions(file, { seatsPerDesk: "1" })[0]?.fix.vi).toContain("--seats-per-desk 2");
  });
});
