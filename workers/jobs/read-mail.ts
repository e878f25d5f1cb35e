import { createHash } from "node:crypto";
import { admit, type Admission, type AdmissionPolicy } from "../../services/correspondence/admission.ts";
import { courseHint } from "../../services/correspondence/course-hint.ts";
import { isElsewhere, wordsOf } from "../mail-failure.ts";
import { nextTry } from "../../services/correspondence/patience.ts";
import { kindWords, replyTo } from "../../services/correspondence/reply.ts";
import type { MailAttachment, MailMessage } from "../../services/types.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { unitByCode } from "../../db/queries/campus.ts";
import { listCourses } from "../../db/queries/courses.ts";
import {
  addMailAttachments,
  beginReading,
  contentsSeenBefore,
  mailById,
  mailObject,
  noteUnread,
  saveMailRead,
  type Mail,
  type StoredAttachment,
} from "../../db/queries/mail.ts";
import { addOutgoing, repliesSince, type OutgoingRow } from "../../db/queries/outbox.ts";
import type { MailContext } from "../context.ts";
import { readFiles, type ReadFile } from "../imports/read-files.ts";
import { outgoing } from "./outgoing.ts";

/** More files than a course has papers; the rest are named and not read. */
const readAtMost = 30;
/** A hostile table can have a problem in each of its cells. */
const keptProblems = 300;

/**
 * One kept mail: whose it is, what its files are, and the reply, in one transaction (N7). Confirms nothing. A mail of a sender
 * who is not allowed waits in quarantine with its files unread; so does one that cannot be read after a few attempts.
 */
export async function readMail(ctx: MailContext, id: string): Promise<void> {
  const mail = await mailById(ctx.db, id);
  const now = ctx.clock.now();
  if (mail.status !== "fetched" || ctx.institution.mail === null || now < mail.nextTryAt) return;
  if (nextTry(mail.attempts, now) === null) {
    await noteFailure(
      ctx,
      mail,
      mail.attempts,
      new Error("dịch vụ ngừng giữa chừng mỗi lần đọc | the service ended at each attempt"),
    );
    return;
  }
  const attempts = mail.attempts + 1;
  await beginReading(ctx.db, id, nextTry(attempts, now) ?? now);
  try {
    await readOnce(ctx, mail);
  } catch (error) {
    await noteFailure(ctx, mail, attempts, error);
  }
}

async function noteFailure(ctx: MailContext, { id }: Mail, attempts: number, error: unknown): Promise<void> {
  const at = ctx.clock.now();
  const why = wordsOf(error);
  const counted = !isElsewhere(error);
  const next = counted ? nextTry(attempts, at) : at;
  ctx.log.warn(
    { mail: id, attempts, nextTryAt: next, why },
    "một thư chưa đọc được | a mail could not be read",
  );
  const quarantined = next === null ? { code: "not-readable", params: { attempts, why } } : null;
  await ctx.db.transaction().execute(async (trx) => {
    await noteUnread(trx, id, { why, nextTryAt: next ?? at, counted, quarantined });
    if (quarantined === null) return;
    const detail = { step: "read", mail: id.slice(0, 8), why };
    await openAlarm(trx, { id: ctx.random.uuid(), code: "mail-stuck", subject: id, detail, at });
  });
  if (!counted) throw error;
}

async function readOnce(ctx: MailContext, mail: Mail): Promise<void> {
  const { id } = mail;
  const message = await ctx.messages.parse(await ctx.archive.open(await mailObject(ctx.db, id)));
  const now = ctx.clock.now();
  const admission = admit(
    {
      message,
      released: releaseOf(mail),
      unanswered: mail.unanswered,
      recentReplies: await recentReplies(ctx, message),
    },
    policyOf(ctx),
  );
  const files = admission.quarantined ? [] : await readAttachments(ctx, message.attachments);
  const reply = admission.unanswered ? null : await replyOf(ctx, mail, message, admission, files);
  const codes = (await listCourses(ctx.db)).map(({ code }) => code);
  const unitId = admission.unitCode === null ? null : await unitByCode(ctx.db, admission.unitCode);
  await ctx.db.transaction().execute(async (trx) => {
    const first = await saveMailRead(trx, id, {
      status: admission.quarantined ? "quarantined" : "read",
      fromAddress: message.from[0]?.address ?? null,
      fromName: message.from[0]?.name ?? null,
      subject: message.subject,
      sentAt: message.sentAt,
      unitId,
      authentication: admission.authentication,
      reason: admission.quarantined ?? admission.unanswered,
      courseHint: courseHint(message, codes),
      readAt: now,
    });
    if (!first) return;
    await closeAlarm(trx, "mail-stuck", id, now);
    await addMailAttachments(trx, id, files);
    if (reply) await addOutgoing(trx, reply);
  });
}

function releaseOf({ releasedAt, unitCode }: Mail) {
  return releasedAt !== null && unitCode !== null ? { unitCode } : null;
}

const hourMs = 3_600_000;

async function recentReplies(ctx: MailContext, { from }: MailMessage): Promise<number> {
  const since = new Date(ctx.clock.now().getTime() - hourMs);
  return repliesSince(ctx.db, from[0]?.address ?? "", since);
}

export function policyOf({ institution }: Pick<MailContext, "institution">): AdmissionPolicy {
  const { mail, intakeAddress, units } = institution;
  return {
    ownAddress: intakeAddress ?? "",
    allowed: units.flatMap(({ code, email, senders }) =>
      [...(email ? [email] : []), ...senders].map((sender) => ({ unitCode: code, sender })),
    ),
    authservId: mail?.authservId ?? null,
    repliesPerHour: mail?.repliesPerHour ?? 0,
  };
}

async function readAttachments(ctx: MailContext, attachments: MailAttachment[]): Promise<StoredAttachment[]> {
  const stored: StoredAttachment[] = [];
  let read = 0;
  for (const [index, attachment] of attachments.entries()) {
    const { fileName, bytes, inline } = attachment;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const row = { position: index + 1, fileName, sha256, bytes: bytes.length, inline, ...nothingRead };
    if (inline) stored.push(row);
    else if (read >= readAtMost) stored.push({ ...row, problems: [tooMany(fileName)] });
    else {
      read += 1;
      stored.push({ ...row, ...(await readOne(ctx, fileName, bytes)) });
    }
  }
  return stored;
}

const nothingRead = { kind: null, rowsIn: 0, understood: 0, reported: 0, problems: [] };

/** A file may hold several papers: its main one gives the kind, the others are named, and the counts are of all. */
async function readOne(ctx: MailContext, fileName: string, bytes: Uint8Array) {
  const papers = await readFiles(ctx.documents, [{ fileName, bytes }]);
  const readings = papers.flatMap((paper) => (paper.kind === null ? [] : [paper]));
  const refusals = papers.flatMap((paper) => (paper.kind === null ? paper.problems : []));
  const [main, ...others] = readings;
  const sum = (count: "rowsIn" | "understood" | "reported") =>
    readings.reduce((total, { reading }) => total + reading[count], 0);
  const problems = [
    ...others.map((paper) => alsoHolds(fileName, paper)),
    ...refusals,
    ...readings.flatMap(({ reading }) => reading.problems),
  ];
  return {
    kind: main?.kind ?? null,
    rowsIn: sum("rowsIn"),
    understood: sum("understood"),
    reported: sum("reported"),
    problems: problems.slice(0, keptProblems),
  };
}

function alsoHolds(where: string, { kind, part, reading }: ReadFile) {
  const { vi, en } = kindWords[kind];
  const of = part === null ? "" : ` (${part})`;
  return {
    where,
    why: {
      vi: `Tệp còn có ${vi}${of}: ${reading.understood}/${reading.rowsIn}.`,
      en: `The file also holds a ${en}${of}: ${reading.understood}/${reading.rowsIn}.`,
    },
    fix: { vi: "", en: "" },
    severity: "note" as const,
  };
}

function tooMany(where: string) {
  return {
    where,
    why: {
      vi: `Thư có hơn ${readAtMost} tệp; tệp này chưa được đọc.`,
      en: `The mail has more than ${readAtMost} files; this one was not read.`,
    },
    fix: { vi: "Gửi tệp này trong một thư khác.", en: "Send it in another mail." },
    severity: "refuse" as const,
  };
}

async function replyOf(
  ctx: MailContext,
  mail: Mail,
  message: MailMessage,
  { sender, unitCode }: Admission,
  files: StoredAttachment[],
): Promise<OutgoingRow | null> {
  if (sender === null) return null;
  const seen = await contentsSeenBefore(
    ctx.db,
    mail.id,
    files.map(({ sha256 }) => sha256),
  );
  const unit = ctx.institution.units.find(({ code }) => code === unitCode);
  const { subject, body } = replyTo({
    unit: unit?.name ?? sender.name,
    subject: message.subject,
    attachments: files.map((file) => ({ ...file, seenBefore: seen.has(file.sha256) })),
    tooLargeBytes: mail.kept === "head" ? capOf(ctx) : null,
    institution: ctx.institution.name,
  });
  return outgoing(ctx, {
    purpose: "mail-reply",
    about: mail.releasedAt === null ? mail.id : `${mail.id} released`,
    recipient: sender.address,
    inReplyTo: [...message.references, ...(message.messageId ? [message.messageId] : [])].slice(-20),
    subject,
    body,
  });
}

/** Bytes over which only the header of a mail is fetched. */
export function capOf({ institution }: Pick<MailContext, "institution">): number {
  return (institution.mail?.maxMegabytes ?? 0) << 20;
}
