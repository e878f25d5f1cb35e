import type { Bilingual, MailAuthentication, MailMessage, Reason } from "../types.ts";
import { authenticationOf, domainOf } from "./authentication.ts";

export interface AllowedSender {
  unitCode: string;
  /** An address, or `@domain`. */
  sender: string;
}

export interface AdmissionPolicy {
  ownAddress: string;
  allowed: readonly AllowedSender[];
  authservId: string | null;
  repliesPerHour: number;
}

export interface AdmissionFacts {
  message: MailMessage;
  /** An officer vouched for this very mail, for this unit. */
  released: { unitCode: string } | null;
  /** An officer took the mail afterwards and does not want it answered. */
  unanswered: boolean;
  /** Replies this address got within the last hour. */
  recentReplies: number;
}

export interface Admission {
  sender: { address: string; name: string } | null;
  authentication: MailAuthentication;
  unitCode: string | null;
  /** Null when the mail may be read; else why it waits for an officer. */
  quarantined: Reason | null;
  /** Null when it may be answered; else why not. */
  unanswered: Reason | null;
}

/** Whose mail this is and whether it is read and answered (N7); nothing of it is dropped either way. */
export function admit(facts: AdmissionFacts, policy: AdmissionPolicy): Admission {
  const { message, released } = facts;
  const sender = message.from.length === 1 && message.from[0]?.address ? message.from[0] : null;
  const lines = headersOf(message, "authentication-results");
  const authentication = authenticationOf(lines, sender?.address ?? "", policy.authservId);
  const unitCode = released?.unitCode ?? unitOf(sender?.address ?? "", policy.allowed);
  const quarantined = released ? null : whyQuarantined({ sender, authentication, unitCode, message }, policy);
  return {
    sender,
    authentication,
    unitCode,
    quarantined,
    unanswered: quarantined ?? whyUnanswered(facts, sender?.address ?? "", policy),
  };
}

function whyQuarantined(
  {
    sender,
    authentication,
    unitCode,
    message,
  }: Pick<Admission, "sender" | "authentication" | "unitCode"> & {
    message: MailMessage;
  },
  policy: AdmissionPolicy,
): Reason | null {
  if (sender === null) return because("sender-unclear", { count: message.from.length });
  if (sender.address === policy.ownAddress.toLowerCase()) return because("own-address");
  if (isBounce(message, sender.address)) return because("delivery-report");
  if (unitCode === null) return because("sender-unknown", { address: sender.address });
  if (authentication.verdict === "fail") {
    return because("sender-not-genuine", { said: saidOf(authentication) });
  }
  if (policy.authservId !== null && authentication.verdict !== "pass") {
    return because("sender-not-vouched", { server: policy.authservId });
  }
  return null;
}

/** RFC 3834: no answer to machines, lists and bounces, or two machines would answer each other for ever. */
function whyUnanswered(facts: AdmissionFacts, address: string, policy: AdmissionPolicy): Reason | null {
  const { message } = facts;
  if (facts.unanswered) return because("taken-afterwards");
  const value = (name: string) => headersOf(message, name)[0]?.toLowerCase() ?? "";
  const submitted = value("auto-submitted").split(";")[0]?.trim() ?? "";
  if (address === "" || address === policy.ownAddress.toLowerCase()) return because("own-address");
  if (isBounce(message, address)) return because("delivery-report");
  if (submitted !== "" && submitted !== "no") return because("automatic-mail");
  if (/\b(all|autoreply|oof)\b/.test(value("x-auto-response-suppress"))) return because("automatic-mail");
  if (/^(bulk|list|junk|auto_reply)$/.test(value("precedence"))) return because("mailing-list");
  if (value("list-id") !== "" || value("list-unsubscribe") !== "") return because("mailing-list");
  if (facts.recentReplies >= policy.repliesPerHour) {
    return because("too-many-replies", { count: facts.recentReplies });
  }
  return null;
}

function isBounce(message: MailMessage, address: string): boolean {
  const value = (name: string) => headersOf(message, name)[0] ?? null;
  return (
    value("return-path") === "<>" ||
    /^multipart\/report\b/i.test(value("content-type") ?? "") ||
    /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/.test(address)
  );
}

function unitOf(address: string, allowed: readonly AllowedSender[]): string | null {
  const entry = (wanted: string) => allowed.find(({ sender }) => sender.toLowerCase() === wanted);
  return (entry(address) ?? entry(`@${domainOf(address)}`))?.unitCode ?? null;
}

function headersOf(message: MailMessage, name: string): string[] {
  return message.headers.filter((header) => header.name === name).map(({ value }) => value);
}

function because(code: keyof typeof words, params: Reason["params"] = {}): Reason {
  return { code, params };
}

function saidOf({ methods, server }: MailAuthentication): string {
  const said = methods.map(
    ({ method, result, domain }) => `${method}=${result}${domain ? ` (${domain})` : ""}`,
  );
  return `${server ?? ""}: ${said.join(", ")}`.slice(0, 300);
}

const words = {
  "sender-unclear": {
    vi: "thư không có đúng một người gửi ({count})",
    en: "the mail does not have exactly one sender ({count})",
  },
  "own-address": {
    vi: "thư mang địa chỉ của chính hộp thư này",
    en: "the mail bears this mailbox's own address",
  },
  "delivery-report": {
    vi: "thư báo của máy chủ thư hoặc địa chỉ không trả lời",
    en: "a delivery report, or from a no-reply address",
  },
  "sender-unknown": {
    vi: "địa chỉ {address} không thuộc đơn vị nào trong danh sách người gửi",
    en: "the address {address} is on no unit's list of senders",
  },
  "sender-not-genuine": {
    vi: "máy chủ thư cho biết người gửi có thể bị giả mạo ({said})",
    en: "the mail server says the sender may be forged ({said})",
  },
  "sender-not-vouched": {
    vi: "máy chủ thư {server} không xác nhận được người gửi",
    en: "the mail server {server} does not vouch for the sender",
  },
  "automatic-mail": { vi: "thư do máy gửi tự động", en: "sent automatically by a machine" },
  "mailing-list": { vi: "thư gửi qua danh sách nhóm", en: "sent through a mailing list" },
  "taken-afterwards": {
    vi: "thư có từ trước, cán bộ nhận sau và không cho trả lời",
    en: "it was there before and an officer took it afterwards, without an answer",
  },
  "not-readable": {
    vi: "đã thử đọc {attempts} lần mà không được: {why}",
    en: "{attempts} attempts to read it failed: {why}",
  },
  "too-many-replies": {
    vi: "địa chỉ này đã nhận {count} thư trả lời trong một giờ",
    en: "this address got {count} replies within an hour",
  },
} as const satisfies Record<string, Bilingual>;

/** Words for a stored reason; an unknown code shows itself. */
export function admissionWords({ code, params }: Reason): Bilingual {
  const found = (words as Record<string, Bilingual>)[code] ?? { vi: code, en: code };
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, key: string) => String(params[key] ?? whole));
  return { vi: fill(found.vi), en: fill(found.en) };
}
