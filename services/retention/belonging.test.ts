import { describe, expect, it } from "vitest";
import { judgeMeeting, type Meeting } from "./belonging.ts";

const ledger = { logSeq: 7, lineSha256: "aa" };
const whole: Meeting = {
  archive: { address: "/kho", id: "a", holdsObjects: true, ledger },
  database: { archiveId: "a", knowsObjects: true, logSeq: 9, ledgerLineSha256: "aa" },
};

function meeting(archive: Partial<Meeting["archive"]>, database: Partial<Meeting["database"]>): string {
  const verdict = judgeMeeting({
    archive: { ...whole.archive, ...archive },
    database: { ...whole.database, ...database },
  });
  return verdict.belong ? "belong" : verdict.why.en;
}

describe("N16 archive and database", () => {
  it("belong together when the database has all the archive has seen", () => {
    expect(meeting({}, {})).toBe("belong");
    expect(meeting({ id: null, ledger: null }, { archiveId: null })).toBe("belong");
    const none = { id: null, ledger: null, holdsObjects: false };
    expect(meeting(none, { archiveId: null, knowsObjects: false, logSeq: 0, ledgerLineSha256: null })).toBe(
      "belong",
    );
  });

  it.each([
    [{}, { archiveId: "b" }, /another database/],
    [{ ledger: null }, { archiveId: null, knowsObjects: false, logSeq: 0 }, /database is empty/],
    [{ holdsObjects: false }, {}, /archive .* is empty; its disk/],
    [{}, { logSeq: 5, ledgerLineSha256: null }, /older than the archive/],
    [{}, { ledgerLineSha256: "bb" }, /not the one of the archive/],
  ])("refuse each other: %o with %o", (archive, database, words) => {
    expect(meeting(archive, database)).toMatch(words);
    expect(meeting(archive, database)).toContain("nothing was deleted");
  });
});
