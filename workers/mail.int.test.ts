import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../fixtures/describe-with.ts";
import { seededRandom } from "../fixtures/documents/people.ts";
import { buildChartXlsx } from "../fixtures/documents/chart-file.ts";
import { buildDecisionDocx } from "../fixtures/documents/decision-file.ts";
import { buildRosterXlsx } from "../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../fixtures/documents/sample-course.ts";
import { writeZip } from "../fixtures/documents/write-zip.ts";
import { blows, type Blow } from "../fixtures/mail/blows.ts";
import { composeMail, type ComposedMail } from "../fixtures/mail/compose.ts";
import { openMailPlace, type MailPlace } from "../fixtures/mail/mail-place.ts";
import { readAndAnswer } from "../fixtures/mail/take-and-answer.ts";
import { startDovecot, type TestMailbox } from "../fixtures/servers/dovecot.ts";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { startSmtpReceiver, type TestReceiver } from "../fixtures/servers/smtp-receiver.ts";
import { objectPath } from "../services/archive/object-name.ts";
import { takeMail } from "../services/cli/mail/take.ts";
import { unitByCode } from "../db/queries/campus.ts";
import { openAlarms } from "../db/queries/alarms.ts";
import { attachmentsOf, listMails, mailObject, releaseMail } from "../db/queries/mail.ts";
import { addOutgoing, listOutgoing, outgoingById } from "../db/queries/outbox.ts";
import type { UnitId } from "../services/types.ts";
import type { Context } from "./context.ts";
import { copyObjects } from "./jobs/copy-objects.ts";
import { outgoing } from "./jobs/outgoing.ts";
import { sendMail } from "./jobs/send-mail.ts";
import { connectMailbox } from "./open-mail.ts";
import { takeWaiting } from "./take-mail.ts";
import { watchMailbox } from "./watch-mailbox.ts";

const course = sampleCourse(seededRandom(11), 12);

describeWith(["dovecot"], "mail that units send, with a real mailbox and a real SMTP server", () => {
  let mailbox: TestMailbox;
  let receiver: TestReceiver;
  let database: TestDatabase;
  let place: MailPlace;
  let ctx: Context;
  let roster: Uint8Array;

  beforeAll(async () => {
    mailbox = await startDovecot();
    receiver = await startSmtpReceiver();
    database = await createTestDatabase();
    place = await openMailPlace(mailbox, receiver);
    ctx = await place.open(database.db);
    roster = await buildRosterXlsx(course);
    // The watch begins; what lies there already is not taken.
    await takeAll();
  });
  afterAll(async () => {
    await place?.remove();
    await database?.drop();
    await receiver?.stop();
    await mailbox?.stop();
  });

  const deliver = async (mail: ComposedMail, envelopeFrom?: string) =>
    mailbox.deliver(await composeMail(mail), envelopeFrom);

  const takeAll = async (): Promise<number> => {
    const connect = connectMailbox(ctx.institution);
    if (connect === null) throw new Error("no mailbox is configured");
    const opened = await connect();
    try {
      return await takeWaiting(ctx, opened);
    } finally {
      await opened.close();
    }
  };

  /** The mail with this subject after everything that waits was taken, read and answered. */
  const taken = async (subject: string) => {
    await takeAll();
    await readAndAnswer(ctx);
    const found = (await listMails(ctx.db)).filter((mail) => mail.subject === subject);
    expect(found).toHaveLength(1);
    const [mail] = found;
    if (mail === undefined) throw new Error(subject);
    return mail;
  };

  const repliesTo = (subject: string) =>
    receiver.received.filter(({ mail }) => mail.subject === `Re: ${subject}`);

  it("takes a mail, keeps it sealed, reads its files and answers once, confirming nothing", async () => {
    const chart = await buildChartXlsx(course);
    const files = [
      { fileName: "danh-sach.xlsx", bytes: roster },
      { fileName: "so-do.xlsx", bytes: chart },
      { fileName: "anh.exe", bytes: new Uint8Array([77, 90, 0, 1, 2]) },
    ];
    const message = await composeMail({ subject: "Giấy tờ lớp CVC-K12", files });
    await mailbox.deliver(message);
    const mail = await taken("Giấy tờ lớp CVC-K12");
    expect(mail).toMatchObject({ status: "read", unitCode: "BQLBD", fromAddress: "daotao@donvi.example" });

    const kept = Buffer.from(await ctx.archive.open(await mailObject(ctx.db, mail.id)));
    expect(kept.includes(message.subarray(message.indexOf("From:")))).toBe(true);

    const attachments = await attachmentsOf(ctx.db, mail.id);
    expect(attachments.map(({ fileName, kind }) => [fileName, kind])).toEqual([
      ["danh-sach.xlsx", "roster"],
      ["so-do.xlsx", "chart"],
      ["anh.exe", null],
    ]);
    expect(attachments[0]).toMatchObject({ understood: 12, takenAt: null });

    const [reply, ...more] = repliesTo("Giấy tờ lớp CVC-K12");
    expect(more).toEqual([]);
    expect(reply?.to).toEqual(["daotao@donvi.example"]);
    expect(reply?.mail.headers.get("auto-submitted")).toBe("auto-replied");
    expect(reply?.mail.inReplyTo).toBe("<mot@donvi.example>");
    const text = reply?.mail.text ?? "";
    expect(text).toContain("1. danh-sach.xlsx: được hiểu là danh sách học viên; đọc được");
    expect(text).toContain("3. anh.exe: CHƯA ĐỌC ĐƯỢC.");
    expect(text).toContain("CHƯA có gì có hiệu lực");
    expect(text.indexOf("Hệ thống")).toBeLessThan(text.indexOf("The Sĩ số system"));
    expect(text).not.toContain("--as");
    const versions = await ctx.db.selectFrom("rosterVersion").selectAll().execute();
    expect(versions).toEqual([]);
  });

  it("takes the files of a mail in through the importers' preview, when an officer confirms", async () => {
    const subject = "Mở lớp CVC-K12";
    const decision = { fileName: "qd.docx", bytes: await buildDecisionDocx(course) };
    await deliver({
      subject,
      messageId: "qd@donvi.example",
      files: [decision, { fileName: "ds.xlsx", bytes: roster }],
    });
    const { id } = await taken(subject);
    const env = { ...place.env, SISO_DATABASE_URL: database.connectionString };
    const setup = {
      course: "CVC-K12",
      campus: "HN",
      unit: "BQLBD",
      dutyOfficer: "Lê Thị Trực",
      classManager: "Phạm Văn Quản",
    };
    const options = { ...setup, json: true, asShown: true, by: "Lê Thị Trực" };
    expect(await takeMail(id, options, env)).toBe(true);
    expect(await ctx.db.selectFrom("course").select("code").execute()).toEqual([]);
    expect(await takeMail(id, { ...options, confirm: true }, env)).toBe(true);
    const files = await attachmentsOf(ctx.db, id);
    expect(files.map(({ takenCourse, takenBy }) => [takenCourse, takenBy])).toEqual([
      ["CVC-K12", "Lê Thị Trực"],
      ["CVC-K12", "Lê Thị Trực"],
    ]);
    const [document] = await ctx.db
      .selectFrom("document")
      .select("sha256")
      .where("kind", "=", "roster")
      .execute();
    expect(document?.sha256).toBe(files[1]?.sha256);
    await expect(takeMail(id, { ...options, file: ["7"] }, env)).rejects.toThrow("không có tệp số 7");

    // The original lost on the first disk is read from the second copy.
    await copyObjects(ctx);
    const { sha256 } = await mailObject(ctx.db, id);
    await rm(join(ctx.archive.stores.first.address, objectPath(sha256)));
    expect(await takeMail(id, { ...options, file: ["2"] }, env)).toBe(true);
  });

  it("takes the same mail delivered twice as one, and the same Message-ID with other content as another", async () => {
    const mail = {
      subject: "Gửi hai lần",
      messageId: "hai@donvi.example",
      files: [{ fileName: "ds.xlsx", bytes: roster }],
    };
    const message = await composeMail(mail);
    await mailbox.deliver(message);
    await mailbox.deliver(message, "khac@donvi.example");
    expect(await takeAll()).toBe(1);
    await taken("Gửi hai lần");
    expect(repliesTo("Gửi hai lần")).toHaveLength(1);

    await deliver({ ...mail, subject: "Mã thư dùng lại" });
    await taken("Mã thư dùng lại");
    expect(repliesTo("Mã thư dùng lại")[0]?.mail.text).toContain("giống hệt tệp đã gửi trước đây");
  });

  it("keeps the mail of an unknown sender unread and unanswered until an officer releases it", async () => {
    const subject = "Người lạ gửi";
    await deliver({
      subject,
      messageId: "la@xa.example",
      from: "la@xa.example",
      files: [{ fileName: "ds.xlsx", bytes: roster }],
    });
    const mail = await taken(subject);
    expect(mail).toMatchObject({ status: "quarantined", unitCode: null, reason: { code: "sender-unknown" } });
    expect(await attachmentsOf(ctx.db, mail.id)).toEqual([]);
    expect(repliesTo(subject)).toEqual([]);

    const unitId = (await unitByCode(ctx.db, "BQLBD")) as UnitId;
    const release = {
      unitId,
      releasedBy: "Lê Thị Trực",
      releasedAt: ctx.clock.now(),
      releaseWhy: "đã gọi điện",
    };
    expect(await releaseMail(ctx.db, mail.id, release)).toBe(true);
    expect(await releaseMail(ctx.db, mail.id, release)).toBe(false);
    expect(await taken(subject)).toMatchObject({ status: "read", unitCode: "BQLBD" });
    expect(repliesTo(subject)).toHaveLength(1);
  });

  it("quarantines what the mail server calls forged, and says what it said", async () => {
    const subject = "Giả mạo";
    await deliver({
      subject,
      messageId: "gia@donvi.example",
      headers: {
        "Authentication-Results":
          "mx.napa.example; spf=fail smtp.mailfrom=xa.example; dmarc=fail header.from=donvi.example",
      },
      files: [{ fileName: "ds.xlsx", bytes: roster }],
    });
    const mail = await taken(subject);
    expect(mail).toMatchObject({ status: "quarantined", reason: { code: "sender-not-genuine" } });
    expect(mail.authentication).toMatchObject({ verdict: "fail", server: "mx.napa.example" });
    expect(repliesTo(subject)).toEqual([]);
  });

  it("reads the mail of a machine without answering it, and takes a bounce for what it is", async () => {
    await deliver({
      subject: "Máy quét",
      messageId: "may@donvi.example",
      headers: { "Auto-Submitted": "auto-generated" },
      files: [{ fileName: "ds.xlsx", bytes: roster }],
    });
    const scanned = await taken("Máy quét");
    expect(scanned).toMatchObject({ status: "read", reason: { code: "automatic-mail" } });
    expect(await attachmentsOf(ctx.db, scanned.id)).toHaveLength(1);
    await deliver({ subject: "Tự gửi", messageId: "tu@napa.example", from: mailbox.address });
    expect(await taken("Tự gửi")).toMatchObject({ status: "quarantined", reason: { code: "own-address" } });
    await deliver(
      { subject: "Không gửi được", messageId: "bounce@donvi.example", from: "MAILER-DAEMON@donvi.example" },
      "",
    );
    expect(await taken("Không gửi được")).toMatchObject({ reason: { code: "delivery-report" } });
    expect([...repliesTo("Máy quét"), ...repliesTo("Tự gửi"), ...repliesTo("Không gửi được")]).toEqual([]);
  });

  it("answers no out-of-office note, and says what to send instead of a zip", async () => {
    await deliver({
      subject: "Vắng mặt",
      messageId: "vang@donvi.example",
      headers: { "X-Auto-Response-Suppress": "OOF, AutoReply" },
      files: [],
    });
    expect(await taken("Vắng mặt")).toMatchObject({ reason: { code: "automatic-mail" } });
    expect(repliesTo("Vắng mặt")).toEqual([]);

    await deliver({
      subject: "Gói tệp",
      messageId: "goi@donvi.example",
      files: [{ fileName: "ho-so.zip", bytes: writeZip([{ name: "ds.xlsx", bytes: roster }]) }],
    });
    const mail = await taken("Gói tệp");
    expect((await attachmentsOf(ctx.db, mail.id)).map(({ kind }) => kind)).toEqual([null]);
    const text = repliesTo("Gói tệp")[0]?.mail.text ?? "";
    expect(text).toContain("ho-so.zip: CHƯA ĐỌC ĐƯỢC");
  });

  it("reads an attendance file of Teams for what it is, and takes nothing of it by itself", async () => {
    const file = "teams-01-bao-cao.csv";
    const bytes = await readFile(new URL(`../fixtures/documents/out/${file}`, import.meta.url));
    await deliver({
      subject: "Điểm danh Teams",
      messageId: "teams@donvi.example",
      files: [{ fileName: file, bytes: new Uint8Array(bytes) }],
    });
    const mail = await taken("Điểm danh Teams");
    expect(mail).toMatchObject({ status: "read", lastError: null });
    const [attached] = await attachmentsOf(ctx.db, mail.id);
    expect(attached).toMatchObject({ kind: "online-attendance", takenAt: null });
    expect(repliesTo("Điểm danh Teams")[0]?.mail.text).toContain("được hiểu là tệp điểm danh Teams");
  });

  it("fetches only the header of a mail over the limit and says so to its sender", async () => {
    const subject = "Thư quá lớn";
    const bytes = new Uint8Array(1_200_000).map((_, index) => (index * 7919) % 251);
    await deliver({ subject, messageId: "lon@donvi.example", files: [{ fileName: "anh.bin", bytes }] });
    const mail = await taken(subject);
    expect(mail).toMatchObject({ status: "read", kept: "head" });
    expect((await ctx.archive.open(await mailObject(ctx.db, mail.id))).length).toBeLessThan(5_000);
    expect(repliesTo(subject)[0]?.mail.text).toContain("Thư lớn hơn 1 MB");
  });

  it("tries a refused mail again later, gives up one that is refused for good, and raises an alarm", async () => {
    const row = (about: string) =>
      outgoing(ctx, {
        purpose: "reminder",
        about,
        recipient: `${about}@donvi.example`,
        inReplyTo: [],
        subject: about,
        body: "thử",
      });
    const [later, never] = [row("mai"), row("khong")];
    expect(await addOutgoing(ctx.db, later)).toBe(true);
    expect(await addOutgoing(ctx.db, { ...row("mai"), recipient: later.recipient })).toBe(false);
    await addOutgoing(ctx.db, never);
    receiver.refuseNext(451);
    await sendMail(ctx, later.id);
    expect(await outgoingById(ctx.db, later.id)).toMatchObject({
      attempts: 1,
      sentAt: null,
      givenUpAt: null,
    });
    await sendMail(ctx, later.id);
    expect((await outgoingById(ctx.db, later.id)).attempts).toBe(1);
    const soon = { ...ctx, clock: { ...ctx.clock, now: () => new Date(Date.now() + 120_000) } };
    await sendMail(soon, later.id);
    expect((await outgoingById(ctx.db, later.id)).sentAt).not.toBeNull();
    receiver.refuseNext(550);
    await sendMail(ctx, never.id);
    expect((await outgoingById(ctx.db, never.id)).givenUpAt).not.toBeNull();
    expect((await openAlarms(ctx.db)).map(({ code }) => code)).toContain("mail-undeliverable");
  });

  it("connects again when the mailbox was away, raises an alarm meanwhile, and writes no password anywhere", async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const watched = { ...ctx, log: pino({ level: "trace" }, sink) };
    const connect = connectMailbox(ctx.institution);
    if (connect === null) throw new Error("no mailbox is configured");
    await mailbox.kill();
    const watch = watchMailbox(watched, connect, () => Promise.resolve(), 60_000);
    const alarmed = async () => (await openAlarms(ctx.db)).some(({ code }) => code === "mailbox-down");
    await expect.poll(alarmed, { timeout: 10_000 }).toBe(true);
    await mailbox.restart();
    await expect.poll(alarmed, { timeout: 20_000 }).toBe(false);
    await deliver({ subject: "Sau khi mất kết nối", messageId: "sau@donvi.example" });
    const subjects = async () => {
      await readAndAnswer(ctx);
      return (await listMails(ctx.db)).map(({ subject }) => subject);
    };
    await expect.poll(subjects, { timeout: 10_000 }).toContain("Sau khi mất kết nối");
    await watch.stop();
    expect(lines.join("")).toContain("hộp thư chưa đọc được");
    for (const secret of [mailbox.password, receiver.password]) {
      expect(lines.join("")).not.toContain(secret);
      const alarms = await ctx.db.selectFrom("alarm").selectAll().execute();
      expect(JSON.stringify([alarms, await listOutgoing(ctx.db)])).not.toContain(secret);
    }
  });

  it("loses and doubles nothing when killed between any two steps", async () => {
    const before = (await listMails(ctx.db)).length;
    for (const blow of blows) {
      await deliver({
        subject: `Cắt ${blow}`,
        messageId: `${blow}@donvi.example`,
        files: [{ fileName: "ds.xlsx", bytes: roster }],
      });
      expect(await runChild(place.env, database.connectionString, blow)).toBe("SIGKILL");
    }
    expect(await runChild(place.env, database.connectionString, "none")).toBe(0);
    expect((await listMails(ctx.db)).length).toBe(before + blows.length);
    for (const blow of blows) {
      const mails = (await listMails(ctx.db)).filter(({ subject }) => subject === `Cắt ${blow}`);
      expect(mails.map(({ status }) => status)).toEqual(["read"]);
      expect(await attachmentsOf(ctx.db, mails[0]?.id ?? "")).toHaveLength(1);
      const ids = new Set(repliesTo(`Cắt ${blow}`).map(({ mail }) => mail.messageId));
      expect(ids.size).toBe(1);
    }
    const sent = receiver.received.filter(({ mail }) => mail.subject?.startsWith("Re: Cắt "));
    expect(sent).toHaveLength(blows.length + 1);
    const left = await listOutgoing(ctx.db);
    expect(left.filter(({ sentAt, givenUpAt }) => sentAt === null && givenUpAt === null)).toEqual([]);
    expect(await takeAll()).toBe(0);
  });
});

/** How the process that takes, reads and answers ended. */
async function runChild(
  env: Record<string, string>,
  connectionString: string,
  blow: Blow,
): Promise<NodeJS.Signals | number | null> {
  const args = ["--import", "tsx", "fixtures/mail/mail-child.ts", connectionString, blow];
  const child = spawn(process.execPath, args, {
    cwd: new URL("..", import.meta.url),
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}
