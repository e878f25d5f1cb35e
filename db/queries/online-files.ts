import { randomBytes } from "node:crypto";
import type { DocumentId, Interval, SessionId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import type { OnlinePerson as PersonTable } from "../tables.ts";
import { appendLog, detailHash } from "./log.ts";

/** Attendance files of sessions held online, and which of them a session is counted from. */

export interface StoredPerson {
  shownName: string;
  standing: PersonTable["standing"];
  traineeIds: TraineeId[];
  candidateIds: TraineeId[];
  stays: Interval[];
  awaySeconds: number;
  unreadRows: number;
}

export interface NewSheet {
  id: string;
  sessionId: SessionId;
  documentId: DocumentId;
  title: string | null;
  startedAt: Date;
  endedAt: Date;
  incomplete: boolean;
  confirmedBy: string;
  confirmedAt: Date;
}

export interface StoredSheet extends NewSheet {
  fileName: string;
  people: StoredPerson[];
}

export async function addSheet(db: Db, sheet: NewSheet, people: readonly StoredPerson[]): Promise<void> {
  await db
    .insertInto("onlineSheet")
    .values({ ...sheet, salt: randomBytes(16) })
    .execute();
  if (people.length === 0) return;
  const rows = people.map(({ stays, ...person }, index) => ({
    ...person,
    sheetId: sheet.id,
    position: index + 1,
    stays: json(
      stays.map(({ startsAt, endsAt }) => ({
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    ),
  }));
  await db.insertInto("onlinePerson").values(rows).execute();
}

export interface OnlineVersion {
  version: number;
  sheetIds: string[];
  madeBy: string;
  madeAt: Date;
}

/** Oldest first; the last one is in force. */
export async function onlineVersions(db: Db, sessionId: SessionId): Promise<OnlineVersion[]> {
  return db
    .selectFrom("onlineVersion")
    .select(["version", "sheetIds", "madeBy", "madeAt"])
    .where("sessionId", "=", sessionId)
    .orderBy("version")
    .execute();
}

/** Which sheets a session is counted from, from now on. Call with the session's row held, its sheets being there. */
export async function addOnlineVersion(
  db: Db,
  version: OnlineVersion & { id: string; sessionId: SessionId },
): Promise<void> {
  await db.insertInto("onlineVersion").values(version).execute();
  const { sessionId, madeAt, sheetIds } = version;
  await appendLog(db, madeAt, {
    event: "online-attendance",
    session: sessionId,
    version: version.version,
    sheets: sheetIds.length,
    detail: detailHash(await onlineFact(db, sessionId, version.version, sheetIds)),
  });
}

function withoutName(person: StoredPerson): Omit<StoredPerson, "shownName"> {
  const { shownName: _, ...told } = person;
  return told;
}

/** What a version's line binds by hash: who was there when, by ids alone. Names of people of no roster are not told. */
export async function onlineFact(db: Db, sessionId: SessionId, version: number, sheetIds: readonly string[]) {
  const sheets = await sheetsById(db, sheetIds);
  const documents = await documentHashes(
    db,
    sheets.map(({ documentId }) => documentId),
  );
  return {
    session: sessionId,
    version,
    sheets: sheets.map(({ id, documentId, startedAt, endedAt, incomplete, people }) => ({
      sheet: id,
      document: documentId,
      sha256: documents.get(documentId) ?? null,
      startedAt,
      endedAt,
      incomplete,
      people: people.map(withoutName),
    })),
  };
}

async function documentHashes(db: Db, ids: readonly DocumentId[]): Promise<Map<DocumentId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("document")
    .select(["id", "sha256"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}

/** Every version of these sessions as the fact its line binds. */
export async function evidenceOnline(db: Db, sessionIds: readonly SessionId[]) {
  const facts = [];
  for (const id of sessionIds) {
    for (const { version, sheetIds } of await onlineVersions(db, id)) {
      facts.push(await onlineFact(db, id, version, sheetIds));
    }
  }
  return facts;
}

/** The sheets a session is counted from now, oldest meeting first; null before the first file. */
export async function sheetsInForce(db: Db, sessionId: SessionId): Promise<StoredSheet[] | null> {
  const newest = (await onlineVersions(db, sessionId)).at(-1);
  return newest === undefined || newest.sheetIds.length === 0 ? null : sheetsById(db, newest.sheetIds);
}

export async function sheetsById(db: Db, ids: readonly string[]): Promise<StoredSheet[]> {
  if (ids.length === 0) return [];
  const sheets = await db
    .selectFrom("onlineSheet")
    .innerJoin("document", "document.id", "onlineSheet.documentId")
    .select([
      "onlineSheet.id",
      "sessionId",
      "documentId",
      "title",
      "startedAt",
      "endedAt",
      "incomplete",
      "confirmedBy",
      "confirmedAt",
      "document.fileName",
    ])
    .where("onlineSheet.id", "in", [...ids])
    .orderBy("startedAt")
    .orderBy("onlineSheet.id")
    .execute();
  const people = await db
    .selectFrom("onlinePerson")
    .select([
      "sheetId",
      "shownName",
      "standing",
      "traineeIds",
      "candidateIds",
      "stays",
      "awaySeconds",
      "unreadRows",
    ])
    .where("sheetId", "in", [...ids])
    .orderBy("position")
    .execute();
  return sheets.map((sheet) => ({
    ...sheet,
    people: people
      .filter(({ sheetId }) => sheetId === sheet.id)
      .map(({ shownName, standing, traineeIds, candidateIds, stays, awaySeconds, unreadRows }) => ({
        shownName,
        standing,
        traineeIds,
        candidateIds,
        awaySeconds,
        unreadRows,
        stays: stays.map(({ startsAt, endsAt }) => ({
          startsAt: new Date(startsAt),
          endsAt: new Date(endsAt),
        })),
      })),
  }));
}
