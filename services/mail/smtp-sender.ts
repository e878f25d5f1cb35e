import { createTransport } from "nodemailer";
import type { MailSender, OutgoingMail, SendOutcome } from "../ports.ts";
import { SisoError } from "../errors.ts";
import { connectDeadlineMs, passwordOf, type MailServer } from "./server-settings.ts";

export interface SmtpSettings extends MailServer {
  from: { name: string; address: string };
}

/** One connection a mail: few are sent, and a server that was away is met anew each time. */
export function createSmtpSender(settings: SmtpSettings): MailSender {
  return { send: (mail) => send(settings, mail) };
}

async function send(settings: SmtpSettings, mail: OutgoingMail): Promise<SendOutcome> {
  const { host, port, security, username, from } = settings;
  try {
    const pass = await passwordOf(settings);
    const transport = createTransport({
      host,
      port,
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      ...(username !== null && pass !== null ? { auth: { user: username, pass } } : {}),
      connectionTimeout: connectDeadlineMs,
      greetingTimeout: connectDeadlineMs,
      socketTimeout: 2 * 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    });
    try {
      await transport.sendMail({
        from,
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
    return failure(error);
  }
}

function threading(inReplyTo: string[]) {
  const last = inReplyTo.at(-1);
  if (last === undefined) return {};
  return { inReplyTo: `<${last}>`, references: inReplyTo.map((id) => `<${id}>`) };
}

/** 5xx about the mail itself is final; anything about the way there may pass (RFC 5321, 4.2.1). */
function failure(cause: unknown): SendOutcome {
  if (cause instanceof SisoError) return { ok: false, permanent: false, why: cause.message };
  const error = cause as { message?: string; response?: string; responseCode?: number; code?: string };
  const permanent = (error.responseCode ?? 0) >= 500 && ["EENVELOPE", "EMESSAGE"].includes(error.code ?? "");
  const why = error.response ?? error.message ?? String(cause);
  return { ok: false, permanent, why: why.slice(0, 500) };
}
