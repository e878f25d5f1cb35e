import { describe, expect, it } from "vitest";
import { parseInstitution } from "./institution-file.ts";
import { defaultInstitution } from "./institution.ts";

function parse(json: unknown) {
  return parseInstitution(JSON.stringify(json), defaultInstitution);
}

function problems(json: unknown): string[] {
  const reading = parse(json);
  return "problems" in reading ? reading.problems.map((each) => each.en) : [];
}

const camera = { code: "C1", host: "192.168.10.21", username: "siso", passwordFile: "/etc/siso/c1" };

describe("parseInstitution", () => {
  it("accepts the defaults as they are", () => {
    expect(parse({})).toEqual({ institution: defaultInstitution });
    expect(parse(defaultInstitution)).toEqual({ institution: defaultInstitution });
  });

  it("has the five managing units of N Đ3.1 and a campus for each Phân viện", () => {
    expect(defaultInstitution.units).toHaveLength(5);
    expect(defaultInstitution.campuses.map((each) => each.code)).toEqual(["HN", "HCM", "HUE", "TN"]);
  });

  it("fills in what a camera leaves out", () => {
    const reading = parse({ rooms: [{ campus: "HN", code: "A1", name: "Phòng A1", cameras: [camera] }] });
    expect("institution" in reading && reading.institution.rooms[0]?.cameras[0]).toMatchObject({
      ...camera,
      port: 80,
      secure: false,
      presetToken: null,
    });
  });

  it("merges rules and letterhead key by key", () => {
    const reading = parse({ rules: { roundsPerSession: 3 }, letterhead: { symbol: "BC-HVHC" } });
    expect("institution" in reading && reading.institution).toMatchObject({
      rules: { ...defaultInstitution.rules, roundsPerSession: 3 },
      letterhead: { ...defaultInstitution.letterhead, symbol: "BC-HVHC" },
    });
  });

  it.each([
    ["rules.roundsPerSession", { rules: { roundsPerSession: 1 } }],
    ["rules.breakMinutes", { rules: { breakMinutes: 21 } }],
    ["rules.minSightings", { rules: { minSightings: 3 } }],
    ["rules.retentionYears", { rules: { retentionYears: 4 } }],
    [
      "rules.shiftStarts.morning",
      { rules: { shiftStarts: { morning: "8:00", afternoon: "14:00", evening: "19:30" } } },
    ],
    [
      "campuses[0].timeZone",
      { campuses: [{ code: "HN", name: "A", timeZone: "Asia/Hanoi", place: "Hà Nội" }] },
    ],
    ["rooms[0].campus", { rooms: [{ campus: "DN", code: "A1", name: "A1", cameras: [] }] }],
    ["units[0].campus", { units: [{ code: "X", name: "X", campus: "DN", email: null }] }],
    [
      "rooms[0].cameras[0]",
      { rooms: [{ campus: "HN", code: "A", name: "A", cameras: [{ ...camera, password: "x" }] }] },
    ],
  ])("names the key at fault: %s", (key, json) => {
    expect(problems(json).some((line) => line.startsWith(key))).toBe(true);
  });

  it("says so when the file is not JSON", () => {
    const reading = parseInstitution("campuses: []", defaultInstitution);
    expect(reading).toEqual({
      problems: [{ vi: "không phải một đối tượng JSON", en: "is not a JSON object" }],
    });
  });

  it("words problems in both languages", () => {
    const reading = parse({ rules: { breakMinutes: 25 } });
    const [problem] = "problems" in reading ? reading.problems : [];
    expect(problem?.vi).toMatch(/^rules\.breakMinutes: .*(Quá lớn|nhỏ hơn|lớn)/);
  });
});
