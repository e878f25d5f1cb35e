import { simpleParser, type AddressObject, type ParsedMail } from "mailparser";
import type { MessageParser } from "../ports.ts";
import type { MailAttachment, MailMessage } from "../types.ts";

/** Enough to find a course's code in; nothing else is made of the text. */
const textLength = 20_000;
const fileNameLength = 150;

/** MIME by mailparser; HTML is neither rendered nor followed anywhere. */
export function createMessageParser(): MessageParser {
  return {
    parse: async (message) => {
      try {
        return toMessage(
          await simpleParser(Buffer.from(message), {
            skipHtmlToText: true,
            skipTextToHtml: true,
            skipImageLinks: true,
            skipTextLinks: true,
          }),
        );
      } catch {
        return nothing;
      }
    },
  };
}

const nothing: MailMessage = {
  messageId: null,
  from: [],
  subject: "",
  sentAt: null,
  references: [],
  headers: [],
  text: "",
  attachments: [],
};

function toMessage(mail: ParsedMail): MailMessage {
  const headers = mail.headerLines.map(({ key, line }) => ({
    name: key.toLowerCase(),
    value: unfolded(line),
  }));
  return {
    messageId: mail.messageId ? bare(mail.messageId) : null,
    from: sendersOf(mail, headers),
    subject: oneLine(mail.subject ?? ""),
    sentAt: writtenAt(headers),
    references: [mail.references ?? []].flat().map(bare),
    headers,
    text: (mail.text || (mail.html || "").replace(/<[^>]*>/g, " ")).slice(0, textLength),
    attachments: mail.attachments.map(attachment),
  };
}

/** The parser puts the present instant in place of a date it cannot read. */
function writtenAt(headers: MailMessage["headers"]): Date | null {
  const written = new Date(headers.find(({ name }) => name === "date")?.value ?? "");
  return Number.isFinite(written.getTime()) ? written : null;
}

/** The parser keeps the last From line only; a mail with several names its sender in none of them. */
function sendersOf(mail: ParsedMail, headers: MailMessage["headers"]): MailMessage["from"] {
  const lines = headers.filter(({ name }) => name === "from").length;
  const found = [mail.from ?? []]
    .flat()
    .flatMap((each: AddressObject) => each.value.flatMap((one) => (one.group ? one.group : [one])));
  const senders = found.map(({ address, name }) => ({
    address: (address ?? "").trim().toLowerCase(),
    name: oneLine(name ?? ""),
  }));
  return lines > 1 ? [...senders, { address: "", name: "" }] : senders;
}

function attachment(
  { filename, content, related, contentType, contentDisposition }: ParsedMail["attachments"][number],
  index: number,
): MailAttachment {
  const shown = related || contentDisposition === "inline";
  return {
    fileName: safeName(filename ?? "") || `tep-${index + 1}`,
    bytes: new Uint8Array(content),
    inline: shown && contentType.startsWith("image/"),
  };
}

/** A name to show and to tell kinds by; never a path, never a control character that could turn a line around. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  return oneLine(last).slice(-fileNameLength);
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function unfolded(line: string): string {
  return oneLine(line.slice(line.indexOf(":") + 1));
}

function bare(id: string): string {
  return oneLine(id).replace(/^<|>$/g, "");
}
