import type { Institution } from "../config/institution-file.ts";
import { openImapMailbox } from "../services/mail/imap-mailbox.ts";
import { createMessageParser } from "../services/mail/parse-message.ts";
import { createSmtpSender } from "../services/mail/smtp-sender.ts";
import type { ConnectMailbox } from "../services/ports.ts";
import type { MailContext } from "./context.ts";

/** The mail ports as the institution file configures them. */
export function openMail(institution: Institution): Pick<MailContext, "messages" | "mailSender"> {
  const { mail, intakeAddress } = institution;
  const from = { name: mail?.senderName ?? "", address: intakeAddress ?? "" };
  return {
    messages: createMessageParser(),
    mailSender: mail === null ? null : createSmtpSender({ ...mail.smtp, from }),
  };
}

/** Null when no mailbox is configured. */
export function connectMailbox({ mail }: Institution): ConnectMailbox | null {
  if (mail === null) return null;
  return () => openImapMailbox({ ...mail.imap, maxBytes: mail.maxMegabytes << 20 });
}
