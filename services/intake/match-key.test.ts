import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import {
  cleanText,
  foldAccents,
  foreignLetters,
  looksLikeName,
  matchKey,
  splitOrdinal,
} from "./match-key.ts";
import { compareNames } from "./name-order.ts";

describe("the match key", () => {
  it.each([
    ["Hoà", "Hòa"],
    ["Thuý Hoà", "thúy hòa"],
    ["Nguyễn Văn Đức", "Nguyễn Văn Ðức"],
    ["Trần Thị Ánh", "Trần Thị Ánh".normalize("NFD")],
    ["Lê Văn An", "\uFEFF Lê\u00A0Văn \u00AD An\u200B "],
    ["Lê Văn An", "02 - Lê Văn An"],
    ["Lê Văn An", "12. LÊ VĂN AN"],
  ])("joins %s and %s", (a, b) => expect(matchKey(a)).toBe(matchKey(b)));

  it.each([
    ["Hoa", "Hòa"],
    ["Nguyễn Văn Tú", "Nguyễn Văn Tư"],
    ["Trần Thị Lan", "Trần Thị Lân"],
    ["Nguyễn Văn An", "Nguyễn An Văn"],
  ])("keeps %s and %s apart", (a, b) => expect(matchKey(a)).not.toBe(matchKey(b)));

  it("is the same however the name is typed, and differs for different names", () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, upper) => {
        const names = [...new Set(inventPeople(seededRandom(seed), 30).map((person) => person.fullName))];
        const typed = names.map((name) =>
          (upper ? name.toUpperCase() : name).normalize("NFD").replaceAll(" ", " \u00A0"),
        );
        expect(typed.map(matchKey)).toEqual(names.map(matchKey));
        expect(new Set(names.map(matchKey)).size).toBe(names.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe("pieces of names", () => {
  it.each([
    ["12", 12, ""],
    ["02 - Trần An", 2, "Trần An"],
    ["12. Trần An", 12, "Trần An"],
    ["STT 7: Trần An", 7, "Trần An"],
    ["7 Trần An", 7, "Trần An"],
    ["Trần An (7)", 7, "Trần An"],
    ["Trần An", null, "Trần An"],
    ["15/01/2000", null, "15/01/2000"],
  ])("splits %s", (text, ordinal, rest) => expect(splitOrdinal(text)).toEqual({ ordinal, rest }));

  it("keeps the original's case and accents", () => expect(cleanText(" Ðặng\u00A0 Thị ")).toBe("Đặng Thị"));
  it("folds for suggestions", () => expect(foldAccents("Đặng Thị Thuỷ")).toBe("dang thi thuy"));
  it("finds look-alike letters", () => expect(foreignLetters("Һọ Vаn")).toEqual(["Һ", "а"]));
  it("knows a name from a code", () =>
    expect(["Lê An", "H'Hen Niê", "SV 102", "An", "15/01/2000"].map(looksLikeName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]));
});

describe("the order of names", () => {
  it("goes by given name, in Vietnamese order", () => {
    const names = [
      "Trần Văn Ước",
      "Lê Thị Ánh",
      "Nguyễn Văn Đạt",
      "Bùi Văn An",
      "Phạm Văn Dũng",
      "Ân Văn An",
    ];
    expect(names.sort(compareNames)).toEqual([
      "Ân Văn An",
      "Bùi Văn An",
      "Lê Thị Ánh",
      "Phạm Văn Dũng",
      "Nguyễn Văn Đạt",
      "Trần Văn Ước",
    ]);
  });
});
