import { chmod, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../fixtures/describe-with.ts";
import { composeMail } from "../fixtures/mail/compose.ts";
import { openMailPlace, type MailPlace } from "../fixtures/mail/mail-place.ts";
import { readAndAnswer } from "../fixtures/mail/take-and-answer.ts";
import { startDovecot, type TestMailbox } from "../fixtures/servers/dovecot.ts";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { startSmtpReceiver, type TestReceiver } from "../fixtures/servers/smtp-receiver.ts";
import { release } from "../services/cli/mail/release.ts";
import { listMail, showMail } from "../services/cli/mail/run-mail.ts";
import { takeOlder } from "../services/cli/mail/take-older.ts";
import { mostAttempts } from "../services/correspondence/patience.ts";
import { openAlarms } from "../db/queries/alarms.ts";
import { listMails } from "../db/queries/mail.ts";
import { listPending } from "../db/queries/mailbox.ts";
import type { Context } from "./context.ts";
import { connectMailbox } from "./open-mail.ts";
import { takeWaiting } from "./take-mail.ts";

describeWith(["dovecot"], "a mailbox that was in use before, and mail that cannot be taken", () => {
  let mailbox: TestMailbox;
  let receiver: TestReceiver;
  let database: TestDatabase;
  let place: MailPlace;
  let ctx: Context;
  let env: Record<string, string>;

  beforeAll(async () => {
    mailbox = await startDovecot();
    receiver = await startSmtpReceiver();
    database = await createTestDatabase();
    place = await openMailPlace(mailbox, receiver);
    ctx = await place.open(database.db);
    env = { ...place.env, SISO_DATABASE_URL: database.connectionString };
  });
  afterAll(async () => {
    await place?.remove();
    await database?.drop();
    await receiver?.stop();
    await mailbox?.stop();
  });

  const deliver = async (subject: string, sentAt = new Date()) => {
    const messageId = `${subject.replaceAll(/\W/g, "")}@donvi.example`;
    await mailbox.deliver(await composeMail({ subject, messageId, date: sentAt }));
  };

  const takeAll = async (at = new Date()): Promise<number> => {
    const opened = await connectMailbox(ctx.institution)!();
    const then = { ...ctx, clock: { ...ctx.clock, now: () => at } };
    try {
      return await takeWaiting(then, opened);
    } finally {
      await opened.close();
    }
  };

  /** As the watch does: what broke the connection is met once more by the next one. */
  const look = async (at: Date): Promise<number> => takeAll(at).catch(() => takeAll(at));

  const subjects = async () => (await listMails(ctx.db)).map(({ subject }) => subject ?? "").toSorted();
  const answered = () => receiver.received.map(({ mail }) => mail.subject ?? "").toSorted();
  const stuck = async () => (await openAlarms(ctx.db)).filter(({ code }) => code === "mail-stuck");

  /** Subject → flags, as any other mail program sees them. */
  const flags = async (): Promise<Record<string, string[]>> => {
    const auth = { user: mailbox.username, pass: mailbox.password };
    const client = new ImapFlow({
      host: "127.0.0.1",
      port: mailbox.imapPort,
      secure: false,
      auth,
      logger: false,
    });
    await client.connect();
    await client.mailboxOpen("INBOX");
    const found = await client.fetchAll("1:*", { flags: true, envelope: true });
    await client.logout();
    return Object.fromEntries(
      found.map((each) => [each.envelope?.subject ?? "", [...(each.flags ?? [])].toSorted()]),
    );
  };

  /** The server moves files from `new` to `cur`; the first part of their names stays. */
  const fileOf = async (begins: (name: string) => boolean): Promise<string> => {
    for (const folder of ["new", "cur"]) {
      const dir = join(mailbox.maildir, folder);
      const name = (await readdir(dir)).toSorted().findLast(begins);
      if (name !== undefined) return join(dir, name);
    }
    throw new Error("no such message");
  };

  it("takes what comes after the first look alone; mail that lay there is neither read, flagged nor answered", async () => {
    await deliver("Cu 1");
    await deliver("Cu 2");
    expect(await takeAll()).toBe(0);
    await deliver("Moi 1");
    expect(await takeAll()).toBe(1);
    await readAndAnswer(ctx);
    expect(await subjects()).toEqual(["Moi 1"]);
    expect(answered()).toEqual(["Re: Moi 1"]);
    expect(await flags()).toEqual({ "Cu 1": [], "Cu 2": [], "Moi 1": ["$SisoTaken", "\\Seen"] });
    expect(await listMail({}, env)).toContain("2 thư có trong hộp thư trước");
  });

  it("takes older mail when an officer has seen it and says so, and does not answer it", async () => {
    await expect(takeOlder({}, env)).rejects.toThrow("--since 2026-09-01 hay --all");
    await expect(takeOlder({ since: "mai" }, env)).rejects.toThrow("cần ngày dạng");
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await takeOlder({ since: tomorrow }, env)).toBe("");
    const shown = await takeOlder({ all: true }, env);
    expect(shown).toMatch(/Cu 2.*\n.*Cu 1/);
    expect(shown).not.toContain("Moi 1");
    expect(await takeAll()).toBe(0);
    expect(await takeOlder({ all: true, confirm: true }, env)).toBe(shown);
    expect(await takeOlder({ all: true, confirm: true }, env)).toBe("");
    expect(await takeAll()).toBe(2);
    await readAndAnswer(ctx);
    expect(await subjects()).toEqual(["Cu 1", "Cu 2", "Moi 1"]);
    const older = (await listMails(ctx.db)).filter(({ subject }) => subject?.startsWith("Cu"));
    expect(older.map(({ status, reason }) => [status, reason?.code])).toEqual([
      ["read", "taken-afterwards"],
      ["read", "taken-afterwards"],
    ]);
    expect(answered()).toEqual(["Re: Moi 1"]);
  });

  it("knows its mail again when the server numbers everything anew, and takes what came since", async () => {
    // As if the watch had begun late in the second in which this comes: a server tells no fraction of it.
    const beganAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 999);
    await ctx.db.updateTable("mailboxWatch").set({ beganAt }).execute();
    await deliver("Moi 2");
    // Written long ago and put there by whoever moved the mailbox: it has just "arrived".
    await deliver("Rat cu", new Date("2021-03-04T05:06:07Z"));
    await mailbox.kill();
    for (const name of await readdir(mailbox.maildir)) {
      if (name.startsWith("dovecot")) await rm(join(mailbox.maildir, name), { force: true });
    }
    await sleep(1_100);
    await mailbox.restart();
    const before = receiver.received.length;
    expect(await takeAll()).toBe(1);
    await readAndAnswer(ctx);
    expect(await subjects()).toEqual(["Cu 1", "Cu 2", "Moi 1", "Moi 2"]);
    expect(receiver.received.length).toBe(before + 1);
    expect(answered()).toEqual(["Re: Moi 1", "Re: Moi 2"]);
    await deliver("Moi 3");
    expect(await takeAll()).toBe(1);
    expect(await takeAll()).toBe(0);
  });

  it("tries a message the server does not hand out a few times, takes the others meanwhile, then asks a person", async () => {
    await deliver("Ket");
    const path = await fileOf(() => true);
    const begins = basename(path).split(",")[0] ?? "";
    await chmod(path, 0o000);
    await deliver("Sau ket");
    const begun = Date.now();
    const minutes = [0, 1, 3, 7, 15, 31, 63];
    expect(minutes.length + 1).toBe(mostAttempts);
    await expect(takeAll(new Date(begun))).rejects.toThrow("FETCH failed");
    expect(await listPending(ctx.db)).toMatchObject([{ attempts: 0 }, { attempts: 1 }]);
    expect(await listMail({}, env)).toMatch(/chưa nhận được \(1 lần\)/);
    // The server hangs up at each attempt; the others are taken all the same.
    await look(new Date(begun));
    expect(await look(new Date(begun))).toBe(0);
    await readAndAnswer(ctx);
    expect(await subjects()).toContain("Sau ket");
    expect(await stuck()).toEqual([]);
    for (const [index, minute] of minutes.entries()) {
      await look(new Date(begun + minute * 60_000));
      expect((await listPending(ctx.db))[0]?.attempts).toBe(index + 2);
    }
    const [given] = await listPending(ctx.db);
    expect(given?.givenUpAt).not.toBeNull();
    expect(await stuck()).toMatchObject([{ subject: given?.id, detail: { step: "take" } }]);
    const id = given?.id.slice(0, 8) ?? "";
    expect(await listMail({ quarantined: true }, env)).toMatch(new RegExp(`${id}.*KHÔNG NHẬN ĐƯỢC`));
    expect(await showMail(id, env)).toMatch(/Đã thử · Attempts: 8; lỗi · error: .+/);
    expect(await takeAll(new Date(begun + 3_600_000 * 2))).toBe(0);

    await chmod(await fileOf((name) => name.startsWith(begins)), 0o644);
    await release(id, {}, env);
    expect(await stuck()).toEqual([]);
    expect(await takeAll()).toBe(1);
    await readAndAnswer(ctx);
    expect(await listPending(ctx.db)).toEqual([]);
    expect(await subjects()).toContain("Ket");
  });

  it("tries a mail that breaks the reading a few times, then keeps it in quarantine with an alarm", async () => {
    await deliver("Vo trinh doc");
    await takeAll();
    const begun = Date.now() + 5_000;
    const brokenAt = (at: Date): Context => ({
      ...ctx,
      clock: { ...ctx.clock, now: () => at },
      messages: { parse: () => Promise.reject(new TypeError("khong doc duoc phan nay")) },
    });
    const at = (minute: number) => new Date(begun + minute * 60_000);
    await readAndAnswer(brokenAt(at(0)));
    expect(await listMail({}, env)).toMatch(/chưa đọc được \(1 lần\)/);
    for (const minute of [0, 1, 3, 7, 15, 31, 63]) await readAndAnswer(brokenAt(at(minute)));
    const mail = (await listMails(ctx.db)).find(({ status }) => status === "quarantined");
    expect(mail).toMatchObject({ attempts: mostAttempts, reason: { code: "not-readable" } });
    expect(await stuck()).toMatchObject([{ subject: mail?.id, detail: { step: "read" } }]);
    const id = mail?.id.slice(0, 8) ?? "";
    expect(await showMail(id, env)).toContain("đã thử đọc 8 lần mà không được: khong doc duoc phan nay");
    expect(await listMail({ quarantined: true }, env)).toMatch(/KHÔNG ĐỌC ĐƯỢC .*Vo trinh doc/);

    await release(id, {}, env);
    expect(await stuck()).toEqual([]);
    await readAndAnswer(ctx);
    expect(await subjects()).toContain("Vo trinh doc");
    expect(answered()).toContain("Re: Vo trinh doc");
    await expect(release(id, {}, env)).rejects.toThrow("không bị giữ lại");
  });

  it("asks for unit and reason before a stranger's mail is let in", async () => {
    await mailbox.deliver(
      await composeMail({ subject: "La", from: "la@xa.example", messageId: "la@xa.example" }),
    );
    await takeAll();
    await readAndAnswer(ctx);
    const mail = (await listMails(ctx.db)).find(({ status }) => status === "quarantined");
    const id = mail?.id.slice(0, 8) ?? "";
    await expect(release(id, {}, env)).rejects.toThrow(`./siso mail release ${id} --unit BQLBD --why`);
    await expect(release(id, { unit: "KHONGCO", why: "x" }, env)).rejects.toThrow("Không có đơn vị");
    await expect(release(id, { unit: "BQLBD", why: " " }, env)).rejects.toThrow("--why không được trống");
    await release(id, { unit: "BQLBD", why: "đã gọi điện" }, env);
    await readAndAnswer(ctx);
    expect(answered()).toContain("Re: La");
  });
});
