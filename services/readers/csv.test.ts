import { describe, expect, it } from "vitest";
import { toTcvn3, toVni, toWindows1258 } from "../../fixtures/documents/legacy-fonts.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const TEXT =
  'STT;Họ tên;Đơn vị\r\n1;Nguyễn Văn An;"Sở Nội vụ; tỉnh A"\r\n2;Trần Thị Bình;"Phòng ""Một"""\r\n';
const EXPECTED = [
  ["STT", "Họ tên", "Đơn vị"],
  ["1", "Nguyễn Văn An", "Sở Nội vụ; tỉnh A"],
  ["2", "Trần Thị Bình", 'Phòng "Một"'],
];

async function texts(bytes: Uint8Array): Promise<string[][]> {
  const { format, grids } = await readDocument("a.xlsx", bytes, READ_LIMITS);
  expect(format).toBe("csv");
  const rows: string[][] = [];
  for (const cell of grids[0]?.cells ?? []) (rows[cell.row] ??= [])[cell.column] = cell.text;
  return rows;
}

describe("CSV under any name", () => {
  it.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with mark", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16 little-endian with mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16 big-endian with mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16()],
    ["UTF-16 little-endian without mark", Buffer.from(TEXT, "utf16le")],
    ["windows-1258", toWindows1258(TEXT)],
  ])("reads %s", async (_, bytes) => expect(await texts(bytes)).toEqual(EXPECTED));

  it("refuses TCVN3 and VNI, which no font gives away here", async () => {
    for (const encoded of [toTcvn3(TEXT), toVni(TEXT)]) {
      await expect(readDocument("a.csv", Buffer.from(encoded, "latin1"), READ_LIMITS)).rejects.toMatchObject({
        code: "file-refused",
        words: { vi: expect.stringContaining("bảng mã cũ") },
      });
    }
  });

  it("is cut at tabs when every row has one, whatever commas its dates hold", async () => {
    const rows = [
      ["1. Summary"],
      ["Name", "First Join", "Last Leave"],
      ["An", "3/20/23, 8:55:23 AM", "3/20/23, 9:55:23 AM"],
      ["Name", "Join Time", "Leave Time", "Duration"],
      ["An", "3/20/23, 8:55:23 AM", "3/20/23, 9:55:23 AM", "1h"],
    ];
    expect(await texts(Buffer.from(rows.map((row) => row.join("\t")).join("\r\n"), "utf8"))).toEqual(rows);
  });

  it.each([",", "\t", "|"])("finds the delimiter %j", async (delimiter) => {
    const line = (values: string[]) =>
      values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter);
    expect(await texts(Buffer.from(EXPECTED.map(line).join("\n")))).toEqual(EXPECTED);
  });
});
