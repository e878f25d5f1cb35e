import { SisoError } from "../errors.ts";
import type { Bilingual } from "../types.ts";
import type { MailServer } from "./server-settings.ts";

/** The part of the institution file that describes the server. */
export type MailSection = "mail.imap" | "mail.smtp";

interface Failure {
  message?: string;
  code?: string;
  /** What an IMAP server answered, without the command. */
  responseText?: string;
  /** What an IMAP server said as it hung up. */
  reason?: string;
  /** What an SMTP server answered. */
  response?: string;
  authenticationFailed?: boolean;
}

/** What stands in the way to a mail server, with what to do; never a credential. */
export function serverTrouble(section: MailSection, server: MailServer, cause: unknown): SisoError {
  if (cause instanceof SisoError) return cause;
  const failure = cause as Failure;
  const words =
    certificateTrouble(section, server, failure) ??
    tlsTrouble(section, server, failure) ??
    loginTrouble(section, server, failure) ??
    silence(server, failure);
  return new SisoError("mail-unavailable", words, cause);
}

const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "INVALID_CA",
]);

function certificateTrouble(section: MailSection, server: MailServer, failure: Failure): Bilingual | null {
  const { host, port, caFile } = server;
  const code = codeOf(failure);
  if (untrusted.has(code)) {
    const vi = caFile === null ? "chưa khai báo tệp nào" : `${caFile} không có cơ quan ấy`;
    const en = caFile === null ? "none is given now" : `${caFile} does not hold that authority`;
    return {
      vi: `Chứng thư của máy chủ thư ${host}:${port} do một cơ quan máy này không tin cấp (${code}). Nếu đó là cơ quan của chính học viện, ghi tệp chứng thư PEM của nó vào ${section}.caFile (${vi}); nếu không, có thể có người đứng giữa: đừng bỏ qua. Chưa gửi mật khẩu.`,
      en: `The certificate of the mail server ${host}:${port} was issued by an authority this machine does not trust (${code}). If it is the institution's own, name its PEM certificate in ${section}.caFile (${en}); if not, somebody may stand in between: do not ignore it. No password was sent.`,
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const listed = /.*altnames: (.+)$/i.exec(failure.message ?? "")?.[1];
    const names = listed === undefined ? "" : `: ${listed}`;
    return {
      vi: `Chứng thư của máy chủ thư ${host}:${port} là của tên khác${names}. Ghi đúng tên ấy vào ${section}.host, hoặc xin chứng thư có tên ${host}. Chưa gửi mật khẩu.`,
      en: `The certificate of the mail server ${host}:${port} is for another name${names}. Put that name into ${section}.host, or get a certificate for ${host}. No password was sent.`,
    };
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    const expired = code === "CERT_HAS_EXPIRED";
    return {
      vi: `Chứng thư của máy chủ thư ${host}:${port} ${expired ? "đã hết hạn" : "chưa đến ngày có hiệu lực"}. Xin người quản trị máy chủ thư thay chứng thư; xem cả đồng hồ của máy này. Chưa gửi mật khẩu.`,
      en: `The certificate of the mail server ${host}:${port} ${expired ? "has expired" : "is not valid yet"}. Ask who runs the mail server for a new one; look at this machine's clock, too. No password was sent.`,
    };
  }
  return null;
}

/** The server speaks no TLS where it must: a wrong port, or somebody who took STARTTLS out of its offer. */
function tlsTrouble(section: MailSection, server: MailServer, failure: Failure): Bilingual | null {
  const { host, port, security } = server;
  const said = saidBy(failure);
  const all = `${failure.message ?? ""} ${said}`;
  if (security === "starttls" && /starttls/i.test(all)) {
    return {
      vi: `Máy chủ thư ${host}:${port} không nhận STARTTLS mà cấu hình đòi (${said}). Chưa gửi mật khẩu. Nếu cổng này nói TLS ngay từ đầu, đặt ${section}.security là “tls”; nếu không, xem máy chủ có bật TLS, hoặc có ai đứng giữa.`,
      en: `The mail server ${host}:${port} does not take the STARTTLS the configuration asks for (${said}). No password was sent. If this port speaks TLS from the start, set ${section}.security to "tls"; if not, see whether the server has TLS, or somebody stands in between.`,
    };
  }
  if (
    security !== "none" &&
    /wrong version number|packet length too long|unsupported protocol|ssl routines|EPROTO/i.test(all)
  ) {
    return {
      vi: `Máy chủ thư ${host}:${port} không nói TLS (từ 1.2) ở cổng này (${said}). Xem lại ${section}.port và ${section}.security: IMAP 993 và SMTP 465 dùng “tls”, 143 và 587 dùng “starttls”.`,
      en: `The mail server ${host}:${port} does not speak TLS (1.2 or newer) at this port (${said}). See ${section}.port and ${section}.security: IMAP 993 and SMTP 465 take "tls", 143 and 587 take "starttls".`,
    };
  }
  return null;
}

function loginTrouble(section: MailSection, { host, port }: MailServer, failure: Failure): Bilingual | null {
  if (failure.authenticationFailed !== true && codeOf(failure) !== "EAUTH") return null;
  const said = saidBy(failure);
  return {
    vi: `Máy chủ thư ${host}:${port} từ chối tên hoặc mật khẩu: ${said}. Xem ${section} trong SISO_INSTITUTION_FILE.`,
    en: `The mail server ${host}:${port} refuses the name or password: ${said}. See ${section} in SISO_INSTITUTION_FILE.`,
  };
}

function silence({ host, port }: MailServer, failure: Failure): Bilingual {
  const said = saidBy(failure);
  return {
    vi: `Máy chủ thư ${host}:${port} không trả lời: ${said}.`,
    en: `The mail server ${host}:${port} does not answer: ${said}.`,
  };
}

/** nodemailer keeps the socket's own code in the message's place of `code`. */
function codeOf({ code, message }: Failure): string {
  if (code !== undefined && code !== "ESOCKET" && code !== "ETLS" && code !== "ECONNECTION") return code;
  const known = [...untrusted].find((each) => message?.includes(each));
  return known ?? byMessage(message ?? "") ?? code ?? "";
}

/** OpenSSL's words, where a library keeps the message alone. */
function byMessage(message: string): string | null {
  if (/self[- ]signed certificate in certificate chain/i.test(message)) return "SELF_SIGNED_CERT_IN_CHAIN";
  if (/self[- ]signed certificate/i.test(message)) return "DEPTH_ZERO_SELF_SIGNED_CERT";
  if (/unable to verify the first certificate/i.test(message)) return "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  if (/unable to get (local )?issuer certificate/i.test(message)) return "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
  if (/does not match certificate's altnames|is not in the cert's/i.test(message))
    return "ERR_TLS_CERT_ALTNAME_INVALID";
  if (/certificate has expired/i.test(message)) return "CERT_HAS_EXPIRED";
  if (/certificate is not yet valid/i.test(message)) return "CERT_NOT_YET_VALID";
  return null;
}

function saidBy({ response, responseText, reason, message, code }: Failure): string {
  const said = responseText ?? response ?? [message, code, reason].filter(Boolean).join(", ");
  return said.replace(/\s+/g, " ").replace(/\.$/, "").slice(0, 300);
}
