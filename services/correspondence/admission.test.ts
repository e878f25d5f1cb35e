import { describe, expect, it } from "vitest";
import type { MailMessage } from "../types.ts";
import { admissionWords, admit, type AdmissionPolicy } from "./admission.ts";
import { courseHint } from "./course-hint.ts";

const policy: AdmissionPolicy = {
  ownAddress: "CNTT@napa.example",
  allowed: [
    { unitCode: "BQLBD", sender: "@donvi.example" },
    { unitCode: "PVHUE", sender: "hue@donvi.example" },
  ],
  authservId: null,
  repliesPerHour: 3,
};

function mail(headers: Record<string, string> = {}, from = ["a@donvi.example"]): MailMessage {
  return {
    messageId: "1@x",
    from: from.map((address) => ({ address, name: "" })),
    subject: "",
    sentAt: null,
    references: [],
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    text: "",
    attachments: [],
  };
}

const decide = (message: MailMessage, own: Partial<AdmissionPolicy> = {}, recentReplies = 0) =>
  admit({ message, released: null, unanswered: false, recentReplies }, { ...policy, ...own });

describe("admit", () => {
  it("knows the unit by the address, before the domain", () => {
    expect(decide(mail())).toMatchObject({ unitCode: "BQLBD", quarantined: null, unanswered: null });
    expect(decide(mail({}, ["hue@donvi.example"])).unitCode).toBe("PVHUE");
  });

  it.each([
    [["a@xa.example"], "sender-unknown"],
    [["a@donvi.example.xa.example"], "sender-unknown"],
    [["a@donvi.example", "b@donvi.example"], "sender-unclear"],
    [[], "sender-unclear"],
    [["cntt@napa.example"], "own-address"],
    [["mailer-daemon@donvi.example"], "delivery-report"],
  ])("quarantines %j as %s and does not answer", (from, code) => {
    const decided = decide(mail({}, from));
    expect(decided.quarantined?.code).toBe(code);
    expect(decided.unanswered).toEqual(decided.quarantined);
    expect(admissionWords(decided.quarantined ?? { code: "", params: {} }).vi).not.toMatch(/\{|^sender-/);
  });

  it.each([
    [{ "auto-submitted": "auto-replied; x=y" }, "automatic-mail"],
    [{ "x-auto-response-suppress": "OOF, AutoReply" }, "automatic-mail"],
    [{ precedence: "Bulk" }, "mailing-list"],
    [{ "list-id": "<ds.donvi.example>" }, "mailing-list"],
  ])("reads %j without answering", (headers, code) => {
    expect(decide(mail(headers as Record<string, string>))).toMatchObject({
      quarantined: null,
      unanswered: { code },
    });
  });

  it("answers a person whose program writes Auto-Submitted: no", () => {
    expect(decide(mail({ "auto-submitted": "no" })).unanswered).toBeNull();
  });

  it("stops answering one address after so many replies an hour", () => {
    expect(decide(mail(), {}, 2).unanswered).toBeNull();
    expect(decide(mail(), {}, 3).unanswered?.code).toBe("too-many-replies");
  });

  it("asks the institution's own server to vouch, when one is named", () => {
    expect(decide(mail(), { authservId: "mx" }).quarantined?.code).toBe("sender-not-vouched");
    const vouched = mail({ "authentication-results": "mx; dmarc=pass header.from=donvi.example" });
    expect(decide(vouched, { authservId: "mx" }).quarantined).toBeNull();
  });

  it("reads what an officer released, for the unit the officer named", () => {
    const released = {
      message: mail({}, ["a@xa.example"]),
      unanswered: false,
      released: { unitCode: "PVTN" },
      recentReplies: 0,
    };
    expect(admit(released, policy)).toMatchObject({ unitCode: "PVTN", quarantined: null, unanswered: null });
  });
});

describe("courseHint", () => {
  const codes = ["CVC-K12", "CVC-K13"];
  it.each([
    ["Danh sách lớp cvc-k12", "", "CVC-K12"],
    ["[CVC-K12] và CVC-K13", "", null],
    ["Gửi danh sách", "Lớp CVC-K13, khai giảng", "CVC-K13"],
    ["CVC-K123", "", null],
  ])("%s / %s → %s", (subject, text, hint) => {
    expect(courseHint({ subject, text }, codes)).toBe(hint);
  });
});
