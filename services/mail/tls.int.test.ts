import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../fixtures/describe-with.ts";
import { startDovecot, type TestMailbox } from "../../fixtures/servers/dovecot.ts";
import {
  makeMailCertificates,
  type CertificateFiles,
  type TestCertificates,
} from "../../fixtures/servers/mail-certificates.ts";
import { startSmtpReceiver, type TestReceiver } from "../../fixtures/servers/smtp-receiver.ts";
import { SisoError } from "../errors.ts";
import type { OutgoingMail } from "../ports.ts";
import { openImapMailbox, type ImapSettings } from "./imap-mailbox.ts";
import { createSmtpSender, type SmtpSettings } from "./smtp-sender.ts";

const mail: OutgoingMail = {
  messageId: "thu@napa.example",
  to: "daotao@donvi.example",
  subject: "Thử",
  text: "thử",
  inReplyTo: [],
  autoSubmitted: "auto-generated",
  files: [],
};

describeWith(["dovecot", "openssl"], "mail servers with TLS, and certificates of our own authority", () => {
  let certificates: TestCertificates;
  let mailbox: TestMailbox;
  let plain: { port: number; heard: () => string; stop(): Promise<void> };

  beforeAll(async () => {
    certificates = await makeMailCertificates();
    mailbox = await startDovecot(certificates.good);
    plain = await startPlainServer();
  });
  afterAll(async () => {
    await plain?.stop();
    await mailbox?.stop();
    await certificates?.remove();
  });

  const imap = (own: Partial<ImapSettings>): ImapSettings => ({
    host: "127.0.0.1",
    port: mailbox.imapsPort,
    security: "tls",
    caFile: certificates.caFile,
    username: mailbox.username,
    passwordFile: mailbox.passwordFile,
    mailbox: "INBOX",
    maxBytes: 1 << 20,
    ...own,
  });

  const smtp = async (receiver: TestReceiver, own: Partial<SmtpSettings>): Promise<SmtpSettings> => {
    const passwordFile = join(dirname(certificates.caFile), "smtp.password");
    await writeFile(passwordFile, receiver.password, { mode: 0o600 });
    const from = { name: "Sĩ số", address: "cntt@napa.example" };
    const { username, port } = receiver;
    const caFile = certificates.caFile;
    return { host: "127.0.0.1", port, security: "tls", caFile, username, passwordFile, from, ...own };
  };

  it("reads a mailbox over TLS from the start and over STARTTLS, trusting the authority it was told", async () => {
    for (const own of [{}, { port: mailbox.imapPort, security: "starttls" as const }]) {
      const opened = await openImapMailbox(imap(own));
      expect(await opened.waiting(1)).toEqual([]);
      await opened.close();
    }
  });

  it.each(["tls", "starttls"] as const)(
    "refuses an IMAP server of an unknown authority over %s, naming host and remedy",
    async (security) => {
      const port = security === "tls" ? mailbox.imapsPort : mailbox.imapPort;
      for (const caFile of [null, certificates.otherCaFile]) {
        const { code, words } = await refusal(openImapMailbox(imap({ port, security, caFile })));
        expect(code).toBe("mail-unavailable");
        expect(words.vi).toContain(
          `Chứng thư của máy chủ thư 127.0.0.1:${port} do một cơ quan máy này không tin`,
        );
        expect(words.vi).toContain("mail.imap.caFile");
        expect(words.en).toContain(
          `The certificate of the mail server 127.0.0.1:${port} was issued by an authority`,
        );
        expect(words.vi).toContain(caFile ?? "chưa khai báo tệp nào");
      }
    },
  );

  it("names a file of certificates that is missing or holds none", async () => {
    const missing = await refusal(openImapMailbox(imap({ caFile: "/khong/co.pem" })));
    expect(missing.words.vi).toContain("/khong/co.pem");
    const empty = await refusal(openImapMailbox(imap({ caFile: mailbox.passwordFile })));
    expect(empty.words.vi).toContain("không có chứng thư PEM nào");
    expect(empty.message).not.toContain(mailbox.password);
  });

  it("sends no password to a server that has lost its STARTTLS, nor to one that speaks no TLS at all", async () => {
    const down = await refusal(openImapMailbox(imap({ port: plain.port, security: "starttls" })));
    expect(down.words.vi).toContain("không nhận STARTTLS mà cấu hình đòi");
    expect(down.words.en).toContain("does not take the STARTTLS");
    const noTls = await refusal(openImapMailbox(imap({ port: plain.port })));
    expect(noTls.words.vi).toContain(`Máy chủ thư 127.0.0.1:${plain.port} không nói TLS`);
    expect(plain.heard()).not.toMatch(/LOGIN|AUTHENTICATE/i);
    expect(plain.heard()).not.toContain(mailbox.password);
  });

  it.each(["start", "starttls"] as const)(
    "sends mail over TLS (%s), and never past a wrong certificate",
    async (from) => {
      const security = from === "start" ? "tls" : "starttls";
      const attempt = async (files: CertificateFiles, own: Partial<SmtpSettings>) => {
        const receiver = await startSmtpReceiver({ files, from });
        try {
          const sender = createSmtpSender(await smtp(receiver, { security, ...own }));
          const outcome = await sender.send(mail);
          const greeted = await sender.greet().then(
            () => null,
            (error: unknown) => (error as SisoError).words,
          );
          return { outcome, greeted, received: receiver.received.length };
        } finally {
          await receiver.stop();
        }
      };
      const { good, otherName, expired, otherCaFile } = certificates;
      expect(await attempt(good, {})).toEqual({ outcome: { ok: true }, greeted: null, received: 1 });
      const bad = [
        [good, { caFile: otherCaFile }, "do một cơ quan máy này không tin cấp", "mail.smtp.caFile"],
        [otherName, { host: "localhost" }, "là của tên khác: DNS:imap.khac.example", "mail.smtp.host"],
        [expired, {}, "đã hết hạn", "đồng hồ"],
      ] as const;
      for (const [files, own, words, remedy] of bad) {
        const { outcome, greeted, received } = await attempt(files, own);
        expect(received).toBe(0);
        expect(outcome).toMatchObject({ ok: false, permanent: false });
        expect(JSON.stringify(outcome)).toContain(words);
        expect(greeted?.vi).toContain(words);
        expect(greeted?.vi).toContain(remedy);
      }
    },
  );

  it("refuses an SMTP server whose STARTTLS was taken away", async () => {
    const receiver = await startSmtpReceiver();
    try {
      const sender = createSmtpSender(await smtp(receiver, { security: "starttls" }));
      const outcome = await sender.send(mail);
      expect(outcome).toMatchObject({ ok: false, permanent: false });
      expect(JSON.stringify(outcome)).toContain("không nhận STARTTLS mà cấu hình đòi");
      expect(receiver.received).toEqual([]);
    } finally {
      await receiver.stop();
    }
  });
});

/** An IMAP server somebody took STARTTLS out of: it would be glad of a password. */
async function startPlainServer() {
  let heard = "";
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("* OK ready\r\n");
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      heard += text;
      for (const line of text.split("\r\n").filter(Boolean)) {
        const tag = line.split(" ")[0] ?? "";
        if (/ CAPABILITY/i.test(line)) socket.write("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
        if (/^[A-Z0-9]+ /i.test(line)) socket.write(`${tag} OK done\r\n`);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function refusal(attempt: Promise<unknown>): Promise<SisoError> {
  const error = await attempt.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(SisoError);
  return error as SisoError;
}
