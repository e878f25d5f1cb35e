import { describe, expect, it } from "vitest";
import type { MeetingPerson, TraineeId } from "../types.ts";
import { matchKey } from "./match-key.ts";
import type { MeetingTrainee } from "./meeting-match-words.ts";
import { answersWithoutUse, matchMeeting, type MeetingCast } from "./meeting-matching.ts";

function trainee(ordinal: number, fullName: string, workplace: string | null = null): MeetingTrainee {
  return { id: `t${ordinal}` as TraineeId, ordinal, fullName, matchKey: matchKey(fullName), workplace };
}

const roster = [
  trainee(1, "Nguyễn Văn An", "Sở Y tế tỉnh Lào Cai"),
  trainee(2, "Nguyễn Văn An", "Sở Tư pháp tỉnh Gia Lai"),
  trainee(3, "Trần Thị Bình"),
  trainee(4, "Lê Hoà"),
  trainee(5, "Phạm Minh Châu"),
];

const nobodySaid: MeetingCast = {
  roster,
  accounts: new Map(),
  staff: [],
  pairs: [],
  said: [],
  takeSuggested: false,
};

function person(name: string, over: Partial<MeetingPerson> = {}): MeetingPerson {
  return {
    name,
    accounts: [],
    role: "attendee",
    stays: [],
    awaySeconds: 0,
    rows: 1,
    unreadRows: 0,
    where: name,
    ...over,
  };
}

function match(people: MeetingPerson[], over: Partial<MeetingCast> = {}) {
  return matchMeeting(people, { ...nobodySaid, ...over }).map(
    ({ standing, traineeIds, candidateIds, problem }) => ({
      standing,
      trainees: traineeIds.join(),
      candidates: candidateIds.join(),
      why: problem?.why.vi ?? null,
    }),
  );
}

const one = (name: string, over: Partial<MeetingCast> = {}, of: Partial<MeetingPerson> = {}) =>
  match([person(name, of)], over)[0];

describe("people of a meeting against the roster", () => {
  it.each([
    ["Trần Thị Bình", "t3"],
    ["trần thị bình", "t3"],
    ["3. Trần Thị Bình", "t3"],
    ["03 - Trần Thị Bình", "t3"],
    ["Trần Thị Bình (3)", "t3"],
    ["Trần Thị Bình - Sở Nội vụ", "t3"],
    ["Lê Hòa", "t4"],
    ["Nguyễn Văn An, Sở Y tế", "t1"],
    ["2 Nguyễn Văn An", "t2"],
  ])("knows “%s” by the whole name", (name, id) => {
    expect(one(name)).toEqual({ standing: "trainee", trainees: id, candidates: "", why: null });
  });

  it("never joins namesakes on the name alone, nor against their number", () => {
    expect(one("Nguyễn Văn An")).toMatchObject({ standing: "unclear", trainees: "", candidates: "t1,t2" });
    expect(one("7 Nguyễn Văn An")).toMatchObject({ standing: "unclear", candidates: "t1,t2" });
    expect(one("5 Trần Thị Bình")).toMatchObject({ standing: "unclear", candidates: "t3" });
  });

  it("only suggests a spelling without accents or in another order, until a person takes it", () => {
    for (const name of ["Tran Thi Binh", "Binh Tran Thi", "Bình, Trần Thị"]) {
      expect(one(name)).toMatchObject({ standing: "unclear", candidates: "t3" });
      expect(one(name, { takeSuggested: true })).toMatchObject({ standing: "trainee", trainees: "t3" });
    }
    expect(one("Nguyen Van An", { takeSuggested: true })).toMatchObject({
      standing: "unclear",
      candidates: "t1,t2",
    });
  });

  it("knows an account, by its address or by the trainee's own number before the @", () => {
    const accounts = new Map([
      ["an.nv@x.vn", "t2" as TraineeId],
      ["hv005", "t5" as TraineeId],
    ]);
    expect(one("Nguyễn Văn An", { accounts }, { accounts: ["an.nv@x.vn"] })?.trainees).toBe("t2");
    expect(one("Samsung A52", { accounts }, { accounts: ["hv005@hocvien.edu.vn"] })?.trainees).toBe("t5");
  });

  it("asks about a second account of one name, and lets a guest of that name stand", () => {
    const two = [
      person("Phạm Minh Châu", { accounts: ["a@x.vn"] }),
      person("Phạm Minh Châu", { accounts: ["b@x.vn"] }),
    ];
    expect(match(two).map(({ standing }) => standing)).toEqual(["unclear", "unclear"]);
    const known = { accounts: new Map([["a@x.vn", "t5" as TraineeId]]) };
    expect(match(two, known).map(({ standing }) => standing)).toEqual(["trainee", "unclear"]);
    const guest = [person("Phạm Minh Châu", { accounts: ["a@x.vn"] }), person("Phạm Minh Châu")];
    expect(match(guest).map(({ trainees }) => trainees)).toEqual(["t5", "t5"]);
  });

  it("takes lecturers and the organizer for staff, whatever their titles", () => {
    const staff = ["PGS.TS. Đỗ Thị Mai", "Lê Thị Trực"];
    expect(one("TS Đỗ Thị Mai", { staff })?.standing).toBe("staff");
    expect(one("Lê Thị Trực - P. CNTT", { staff })?.standing).toBe("staff");
    expect(one("Phòng Đào tạo", {}, { role: "organizer" })?.standing).toBe("staff");
    expect(one("Trần Thị Bình", {}, { role: "organizer" })?.trainees).toBe("t3");
    expect(one("Phòng Đào tạo", {}, { role: "presenter" })?.standing).toBe("unknown");
  });

  it("a person's word settles anybody, and one that fits nobody or several is said", () => {
    const said = [
      { words: "iPhone", traineeId: "t5" as TraineeId },
      { words: "Máy phòng họp", traineeId: null },
      { words: "ai đó", traineeId: null },
    ];
    expect(one("iPhone", { said })?.trainees).toBe("t5");
    expect(one("máy phòng họp", { said })?.standing).toBe("guest");
    expect(answersWithoutUse([person("iPhone"), person("Máy phòng họp")], { said })).toEqual(["ai đó"]);
    expect(
      answersWithoutUse([person("iPhone"), person("iPhone", { accounts: ["a@x.vn"] })], { said }),
    ).toHaveLength(3);
    expect(match([person("iPhone"), person("iPhone", { accounts: ["a@x.vn"] })], { said })[0]?.standing).toBe(
      "unknown",
    );
  });

  it("L15: two names at one device count when declared; a third is refused by name", () => {
    const pairs: MeetingCast["pairs"] = [["t3" as TraineeId, "t4" as TraineeId]];
    expect(one("Trần Thị Bình và Lê Hòa", { pairs })).toEqual({
      standing: "trainee",
      trainees: "t3,t4",
      candidates: "",
      why: null,
    });
    const undeclared = one("Trần Thị Bình + Phạm Minh Châu", { pairs });
    expect(undeclared?.why).toContain("chưa đăng ký chung thiết bị");
    const third = one("Trần Thị Bình, Lê Hòa, Phạm Minh Châu", { pairs });
    expect(third).toMatchObject({ trainees: "t3,t4", candidates: "t5" });
    expect(third?.why).toContain("Không tính cho: 5 Phạm Minh Châu");
  });
});
