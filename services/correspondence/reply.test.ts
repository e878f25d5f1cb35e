import { describe, expect, it } from "vitest";
import { replyTo, type ReadAttachment } from "./reply.ts";

const roster: ReadAttachment = {
  fileName: "ds.xlsx",
  inline: false,
  kind: "roster",
  rowsIn: 40,
  understood: 39,
  reported: 1,
  problems: [
    {
      where: "ds.xlsx › Sheet1 › B7",
      why: { vi: "ds.xlsx › Sheet1 › B7: Ngày sinh 31/02 không có thật.", en: "31/02 is no day." },
      fix: { vi: "Sửa ngày. Chọn bằng --as roster.", en: "Correct it. Choose with --as roster." },
      severity: "ask",
    },
  ],
  seenBefore: false,
};
const facts = {
  unit: "Ban Quản lý bồi dưỡng",
  subject: "Danh sách",
  attachments: [roster],
  tooLargeBytes: null,
  institution: "Học viện",
};

describe("replyTo", () => {
  it("tells what was understood and what to mend, Vietnamese first, and confirms nothing", () => {
    const { subject, body } = replyTo(facts);
    expect(subject).toBe("Re: Danh sách");
    expect(body).toMatchInlineSnapshot(`
      "Kính gửi Ban Quản lý bồi dưỡng,

      Hệ thống Sĩ số đã nhận được thư “Danh sách” của đơn vị.

      1. ds.xlsx: được hiểu là danh sách học viên; đọc được 39 trong 40 dòng, 1 dòng cần xem lại.
         - ds.xlsx › Sheet1 › B7: Ngày sinh 31/02 không có thật. Sửa ngày.

      CHƯA có gì có hiệu lực: cán bộ phụ trách sẽ xem những gì hệ thống đã hiểu rồi mới xác nhận. Nếu có dòng cần xem lại, xin sửa tệp và gửi lại; tệp mới thay tệp cũ.

      Thư này do máy gửi tự động.

      Học viện

      --- English ---

      To Ban Quản lý bồi dưỡng,

      The Sĩ số system has received your mail “Danh sách”.

      1. ds.xlsx: understood as a roster; 39 of 40 rows read, 1 to be looked at.
         - ds.xlsx › Sheet1 › B7: 31/02 is no day. Correct it.

      NOTHING is in force yet: the officer in charge looks at what was understood and only then confirms it. Where rows are to be looked at, please mend the file and send it again; the new file replaces the old one.

      This mail was sent automatically.

      Học viện
      "
    `);
  });

  it("tells a sender without files what to send", () => {
    expect(replyTo({ ...facts, attachments: [] }).body).toContain("Thư không có tệp đính kèm");
    const logo = { ...roster, kind: null, inline: true, problems: [] };
    expect(replyTo({ ...facts, attachments: [logo] }).body).toContain("1 ảnh dán trong thân thư");
  });

  it("does not promise an officer's look when nothing could be read", () => {
    const { body } = replyTo({ ...facts, attachments: [{ ...roster, kind: null }] });
    expect(body).toContain("CHƯA ĐỌC ĐƯỢC");
    expect(body).not.toContain("CHƯA có gì có hiệu lực");
  });

  it("shows the first problems of many and says how many more there are", () => {
    const problems = Array.from({ length: 40 }, () => roster.problems).flat();
    const { body } = replyTo({ ...facts, attachments: [{ ...roster, problems }] });
    expect(body.match(/31\/02/g)).toHaveLength(24);
    expect(body).toContain("và 28 điều khác");
  });
});
