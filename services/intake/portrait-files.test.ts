import { describe, expect, it } from "vitest";
import type { TraineeId } from "../types.ts";
import { placePortraits } from "./portrait-files.ts";

const roster = ["Nguyễn Văn An", "Trần Thị Hoà", "Lê Văn Bình", "Lê Văn Bính", "Phạm An", "Phạm An"].map(
  (fullName, i) => ({ id: `t${i + 1}` as TraineeId, ordinal: i + 1, fullName }),
);

function ownerOf(file: string): string | undefined {
  return placePortraits([file], roster).placed[0]?.owner.id;
}

function reasonOf(file: string): string | undefined {
  return placePortraits([file], roster).stray[0]?.why.en;
}

describe("placePortraits", () => {
  it("reads numbers and names, accents or not, decomposed or not", () => {
    expect(ownerOf("3.jpg")).toBe("t3");
    expect(ownerOf("003/2.PNG")).toBe("t3");
    expect(ownerOf("Nguyễn Văn An.jpeg".normalize("NFD"))).toBe("t1");
    expect(ownerOf("trần thị hòa.jpg")).toBe("t2");
    expect(ownerOf("nguyen-van-an/1.jpg")).toBe("t1");
  });

  it("asks rather than guess between namesakes, and between names that differ in their accents only", () => {
    expect(reasonOf("Phạm An.jpg")).toMatch(/2 trainees.*5, 6/);
    expect(reasonOf("le-van-binh.jpg")).toMatch(/2 trainees.*3, 4/);
    expect(ownerOf("Lê Văn Bính.jpg")).toBe("t4");
  });

  it("says of every other file why it is not taken, and loses none", () => {
    const files = ["9.jpg", "Võ Lạ.jpg", "1/x/2.jpg", "Thumbs.db", "2.jpg"];
    const { placed, stray } = placePortraits(files, roster);
    expect(placed.map(({ file }) => file)).toEqual(["2.jpg"]);
    expect([...placed, ...stray].map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    expect(reasonOf("9.jpg")).toMatch(/no number 9/);
  });
});
