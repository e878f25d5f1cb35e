import { createHash } from "node:crypto";
import { readFiles } from "../../../workers/imports/read-files.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { createMessageParser } from "../../mail/parse-message.ts";
import { createDocumentReader } from "../../readers/document-reader.ts";
import { SisoError } from "../../errors.ts";
import type { MailAttachment } from "../../types.ts";
import { unitCode } from "../../../db/queries/campus.ts";
import { courseByCode } from "../../../db/queries/courses.ts";
import { attachmentsOf, mailObject, markAttachmentsTaken, type Mail } from "../../../db/queries/mail.ts";
import type { Db } from "../../../db/client.ts";
import type { Config } from "../../../config/read-config.ts";
import { meetArchive } from "../../../workers/keeping/meet-archive.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { takenAs, type ImportOptions } from "../import/options.ts";
import type { TypedFile } from "../import/read-paths.ts";
import { importRead, printResult, type ImportResult } from "../import/run-import.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { withDatabase } from "../open-database.ts";
import { onlyMail } from "./find-mail.ts";

export interface TakeOptions extends ImportOptions {
  file?: string[];
  otherUnit?: boolean;
}

type Env = Record<string, string | undefined>;

interface ChosenFile {
  position: number;
  fileName: string;
  bytes: Uint8Array;
}

/** The files of a kept mail through the same preview and confirmation as files on disk. False asks for a non-zero exit code. */
export async function takeMail(typed: string, options: TakeOptions, env: Env): Promise<boolean> {
  const { mail, files } = await withDatabase(env, async (db, config) => {
    const mail = await onlyMail(db, typed);
    refuseUnread(mail);
    await refuseOtherUnit(db, mail, options);
    return { mail, files: choose(mail, await filesOf(db, config, mail), options.file) };
  });
  const result = await importRead(() => readAll(files, options), options, env);
  await withDatabase(env, (db) => noteTaken(db, mail, files, result, options));
  return printResult(result, options, env);
}

/** The archive as everybody opens it: a damaged original is read from the second copy. */
async function filesOf(
  db: Db,
  { archiveDir, archiveSecond, keyFile }: Config,
  mail: Mail,
): Promise<MailAttachment[]> {
  const archive = await createFileArchive({ dir: archiveDir, keyFile, second: archiveSecond });
  await meetArchive({ db, clock: systemClock, random: systemRandom, archive });
  const source = await archive.open(await mailObject(db, mail.id));
  return (await createMessageParser().parse(source)).attachments;
}

function choose(mail: Mail, all: MailAttachment[], wanted: string[] | undefined): ChosenFile[] {
  const files = all.map((file, index) => ({ ...file, position: index + 1 }));
  const documents = files.filter(({ inline }) => !inline);
  if (wanted === undefined) {
    if (documents.length === 0) throw nothingAttached(mail);
    return documents;
  }
  const numbers = wanted.flatMap((each) => each.split(",")).map(Number);
  const unknown = numbers.filter((number) => !files.some(({ position }) => position === number));
  if (unknown.length > 0) throw noSuchFile(mail, unknown, files.length);
  return files.filter(({ position }) => numbers.includes(position));
}

async function readAll(files: readonly ChosenFile[], options: TakeOptions): Promise<TypedFile[]> {
  const reader = createDocumentReader();
  const read: TypedFile[] = [];
  for (const { fileName, bytes, position } of files) {
    const found = await readFiles(reader, [{ fileName, bytes }], takenAs(options));
    read.push(...found.map((file) => ({ path: `${position}. ${fileName}`, file })));
  }
  return read;
}

/** Noted after the fact: the documents themselves are the truth, and the same call again notes it. */
async function noteTaken(
  db: Db,
  mail: Mail,
  files: readonly ChosenFile[],
  { outcome }: ImportResult,
  options: TakeOptions,
): Promise<void> {
  const course = options.course === undefined ? null : await courseByCode(db, options.course);
  if (course === null || options.confirm !== true) return;
  const known = outcome.files.filter((file) => file.known).map(({ path }) => path);
  const taken = new Set([...outcome.stored, ...known]);
  const positions = files.filter(({ position, fileName }) => taken.has(`${position}. ${fileName}`));
  const stored = new Set((await attachmentsOf(db, mail.id)).map(({ sha256 }) => sha256));
  await markAttachmentsTaken(
    db,
    mail.id,
    positions
      .filter(({ bytes }) => stored.has(createHash("sha256").update(bytes).digest("hex")))
      .map(({ position }) => position),
    { takenCourseId: course.id, takenBy: confirmedBy(options.by), takenAt: systemClock.now() },
  );
}

function refuseUnread({ id, status, kept }: Mail): void {
  const short = id.slice(0, 8);
  if (status === "quarantined") {
    throw new SisoError("input-invalid", {
      vi: `Thư ${short} đang bị giữ lại. Xem ./siso mail show ${short}; nếu tin thì ./siso mail release ${short} --unit MÃ --why "…".`,
      en: `Mail ${short} is in quarantine. See ./siso mail show ${short}; if it is genuine, release it first.`,
    });
  }
  if (status === "fetched") {
    throw new SisoError("input-invalid", {
      vi: `Thư ${short} chưa được đọc. Chờ dịch vụ ./siso start đọc xong.`,
      en: `Mail ${short} has not been read yet. Wait for the service ./siso start to read it.`,
    });
  }
  if (kept === "head") {
    throw new SisoError("input-invalid", {
      vi: `Thư ${short} quá lớn nên tệp của nó không được giữ. Lấy tệp từ hộp thư rồi dùng ./siso import.`,
      en: `Mail ${short} was too large to keep its files. Save them from the mailbox and use ./siso import.`,
    });
  }
}

async function refuseOtherUnit(db: Db, mail: Mail, { course: code, otherUnit }: TakeOptions): Promise<void> {
  const course = code === undefined ? null : await courseByCode(db, code);
  if (course === null || otherUnit || course.unitId === mail.unitId) return;
  const owner = await unitCode(db, course.unitId);
  throw new SisoError("input-invalid", {
    vi: `Khóa ${course.code} thuộc đơn vị ${owner}, còn thư này của ${mail.unitCode ?? "?"}. Nếu đúng vậy, thêm --other-unit.`,
    en: `Course ${course.code} belongs to ${owner}, and this mail is from ${mail.unitCode ?? "?"}. If that is right, add --other-unit.`,
  });
}

function nothingAttached({ id }: Mail): SisoError {
  return new SisoError("input-invalid", {
    vi: `Thư ${id.slice(0, 8)} không có tệp đính kèm nào để nhận.`,
    en: `Mail ${id.slice(0, 8)} has no attached file to take.`,
  });
}

function noSuchFile({ id }: Mail, numbers: readonly number[], count: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `Thư ${id.slice(0, 8)} có ${count} tệp; không có tệp số ${numbers.join(", ")}.`,
    en: `Mail ${id.slice(0, 8)} has ${count} file(s); there is no file ${numbers.join(", ")}.`,
  });
}
