import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../../fixtures/describe-with.ts";
import { composeMail } from "../../../fixtures/mail/compose.ts";
import { openMailPlace, type MailPlace } from "../../../fixtures/mail/mail-place.ts";
import { startDovecot, type TestMailbox } from "../../../fixtures/servers/dovecot.ts";
import { freePort } from "../../../fixtures/servers/free-port.ts";
import { makeMailCertificates, type TestCertificates } from "../../../fixtures/servers/mail-certificates.ts";
import { startSmtpReceiver, type TestReceiver } from "../../../fixtures/servers/smtp-receiver.ts";
import { checkMail } from "./check.ts";

describeWith(["dovecot", "openssl"], "./siso mail check", () => {
  let certificates: TestCertificates;
  let mailbox: TestMailbox;
  let receiver: TestReceiver;
  const places: MailPlace[] = [];

  beforeAll(async () => {
    certificates = await makeMailCertificates();
    mailbox = await startDovecot(certificates.good);
    receiver = await startSmtpReceiver();
  });
  afterAll(async () => {
    for (const place of places) await place.remove();
    await receiver?.stop();
    await mailbox?.stop();
    await certificates?.remove();
  });

  /** What the command says with these settings of the institution's mailbox. */
  async function checked(own: { imap?: object; smtp?: object }) {
    const smtpPassword = join(dirname(certificates.caFile), "smtp.password");
    await writeFile(smtpPassword, receiver.password, { mode: 0o600 });
    const imap = {
      host: "127.0.0.1",
      port: mailbox.imapsPort,
      security: "tls",
      caFile: certificates.caFile,
      username: mailbox.username,
      passwordFile: mailbox.passwordFile,
      ...own.imap,
    };
    const { port, username } = receiver;
    const smtp = {
      host: "127.0.0.1",
      port,
      security: "none",
      username,
      passwordFile: smtpPassword,
      ...own.smtp,
    };
    const place = await openMailPlace(mailbox, receiver, { imap, smtp });
    places.push(place);
    const { text, ok } = await checkMail(place.env);
    expect(text).not.toContain(mailbox.password);
    expect(text).not.toContain(receiver.password);
    return { text, ok };
  }

  it("logs in to both servers, counts what waits, takes and sends nothing", async () => {
    await mailbox.deliver(await composeMail({ subject: "Danh sách", messageId: "a@donvi.example" }));
    for (let times = 0; times < 2; times++) {
      const { text, ok } = await checked({});
      expect(ok).toBe(true);
      expect(text).toMatch(new RegExp(`✓ +Đọc · IMAP +127.0.0.1:${mailbox.imapsPort} \\(tls\\) +1 thư`));
      expect(text).toMatch(new RegExp(`✓ +Gửi · SMTP +127.0.0.1:${receiver.port} \\(none\\) +sẵn sàng gửi`));
    }
    expect(receiver.received).toEqual([]);
  });

  it("says which server does not take the password, and tries the other all the same", async () => {
    const wrong = join(dirname(certificates.caFile), "wrong.password");
    await writeFile(wrong, "khong-dung", { mode: 0o600 });
    const imap = await checked({ imap: { passwordFile: wrong } });
    expect(imap.ok).toBe(false);
    expect(imap.text).toMatch(/✗ +Đọc · IMAP/);
    expect(imap.text).toMatch(/✓ +Gửi · SMTP/);
    expect(imap.text).toContain("từ chối tên hoặc mật khẩu");
    expect(imap.text).toContain("Xem mail.imap");
    const smtp = await checked({ smtp: { passwordFile: wrong } });
    expect(smtp.ok).toBe(false);
    expect(smtp.text).toMatch(/✓ +Đọc · IMAP/);
    expect(smtp.text).toMatch(/✗ +Gửi · SMTP/);
    expect(smtp.text).toContain("Xem mail.smtp");
    expect(`${imap.text}${smtp.text}`).not.toContain("khong-dung");
  });

  it("names the certificate nobody vouches for, and the setting that mends it", async () => {
    const { text, ok } = await checked({ imap: { caFile: certificates.otherCaFile } });
    expect(ok).toBe(false);
    expect(text).toContain(
      `Chứng thư của máy chủ thư 127.0.0.1:${mailbox.imapsPort} do một cơ quan máy này không tin`,
    );
    expect(text).toContain("mail.imap.caFile");
  });

  it("says where nobody listens, of both servers", async () => {
    const [imapPort, smtpPort] = [await freePort(), await freePort()];
    const { text, ok } = await checked({ imap: { port: imapPort }, smtp: { port: smtpPort } });
    expect(ok).toBe(false);
    const [, , ...troubles] = text.split("\n");
    for (const port of [imapPort, smtpPort]) expect(troubles.join("\n")).toContain(`127.0.0.1:${port}`);
    expect(text).not.toMatch(/✓/);
  });

  it("without a mailbox says where one is set up", async () => {
    const env = { SISO_DATA: dirname(certificates.caFile) };
    await expect(checkMail(env)).rejects.toThrow("Hộp thư chưa được khai báo");
  });
});
