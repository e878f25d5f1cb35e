import { createTransport } from "nodemailer";
import type { MailSender, OutgoingMail, SendOutcome } from "../ports.ts";
import { serverTrouble } from "./server-trouble.ts";
import { connectDeadlineMs, passwordOf, tlsOf, type MailServer } from "./server-settings.ts";

export interface SmtpSettings extends MailServer {
  from: { name: string; address: string };
}

/** One connection a mail: few are sent, and a server that was away is met anew each time. */
export function createSmtpSender(settings: SmtpSettings): MailSender {
  return { send: (mail) => send(settings, mail), greet: () => greet(settings) };
}

async function greet(settings: SmtpSettings): Promise<void> {
  const transport = await transportTo(settings);
  try {
    await transport.verify();
  } catch (error) {
    throw serverTrouble("mail.smtp", settings, error);
  } finally {
    transport.close();
  }
}

async function transportTo(settings: SmtpSettings) {
  const { host, port, security, username } = settings;
  const pass = await passwordOf(settings);
  return createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: { ...(await tlsOf(settings)), rejectUnauthorized: true },
    ...(username !== null && pass !== null ? { auth: { user: username, pass } } : {}),
    connectionTimeout: connectDeadlineMs,
    greetingTimeout: connectDeadlineMs,
    socketTimeout: 2 * 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
}

async function send(settings: SmtpSettings, mail: OutgoingMail): Promise<SendOutcome> {
  try {
    const transport = await transportTo(settings);
    try {
      await transport.sendMail({
        from: settings.from,
        to: [{ name: "", address: mail.to }],
        subject: mail.subject,
        text: mail.text,
        messageId: `<${mail.messageId}>`,
        ...threading(mail.inReplyTo),
        headers: { "Auto-Submitted": mail.autoSubmitted, "X-Auto-Response-Suppress": "All" },
        attachments: mail.files.map(({ fileName, mediaType, bytes }) => ({
          filename: fileName,
          contentType: mediaType,
          content: Buffer.from(bytes),
        })),
      });
      return { ok: true };
    } finally {
      transport.close();
    }
  } catch (error) {
    return failure(settings, error);
  }
}

function threading(inReplyTo: string[]) {
  const last = inReplyTo.at(-1);
  if (last === undefined) return {};
  return { inReplyTo: `<${last}>`, references: inReplyTo.map((id) => `<${id}>`) };
}

/** 5xx about the mail itself is final; anything about the way there may pass (RFC 5321, 4.2.1). */
function failure(settings: SmtpSettings, cause: unknown): SendOutcome {
  const { code, responseCode, response } = cause as {
    response?: string;
    responseCode?: number;
    code?: string;
  };
  const aboutMail = ["EENVELOPE", "EMESSAGE"].includes(code ?? "") && response !== undefined;
  const why = aboutMail ? response : serverTrouble("mail.smtp", settings, cause).message;
  return { ok: false, permanent: aboutMail && (responseCode ?? 0) >= 500, why: why.slice(0, 900) };
}
