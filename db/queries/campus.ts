import type { CameraId, CampusId, RoomId, UnitId } from "../../services/types.ts";
import type { Db } from "../client.ts";

export interface CameraRow {
  id: CameraId;
  roomId: RoomId;
  code: string;
  host: string;
  port: number;
  secure: boolean;
  username: string;
  passwordSealed: Uint8Array;
  presetToken: string | null;
}

export async function upsertCampus(
  db: Db,
  campus: { id: CampusId; code: string; name: string; timeZone: string },
): Promise<CampusId> {
  const row = await db
    .insertInto("campus")
    .values(campus)
    .onConflict((c) => c.column("code").doUpdateSet({ name: campus.name, timeZone: campus.timeZone }))
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function upsertUnit(
  db: Db,
  unit: { id: UnitId; code: string; name: string; campusId: CampusId | null; email: string | null },
): Promise<UnitId> {
  const row = await db
    .insertInto("unit")
    .values(unit)
    .onConflict((c) =>
      c.column("code").doUpdateSet({ name: unit.name, campusId: unit.campusId, email: unit.email }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function upsertOfficer(
  db: Db,
  officer: {
    id: string;
    fullName: string;
    role: "it-officer" | "class-manager" | "leader" | "system";
    email: string | null;
  },
): Promise<string> {
  const row = await db
    .insertInto("officer")
    .values(officer)
    .onConflict((c) => c.columns(["fullName", "role"]).doUpdateSet({ email: officer.email }))
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function upsertRoom(
  db: Db,
  room: { id: RoomId; campusId: CampusId; code: string; name: string },
): Promise<RoomId> {
  const row = await db
    .insertInto("room")
    .values(room)
    .onConflict((c) => c.columns(["campusId", "code"]).doUpdateSet({ name: room.name }))
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Adds a camera or changes its address; the caller sealed the password under `id`, so an existing camera keeps its id. */
export async function upsertCamera(db: Db, camera: CameraRow): Promise<void> {
  const { id: _id, roomId: _roomId, code: _code, ...changed } = camera;
  const set = { ...changed, passwordSealed: Buffer.from(camera.passwordSealed) };
  await db
    .insertInto("camera")
    .values({ ...camera, passwordSealed: set.passwordSealed })
    .onConflict((c) => c.columns(["roomId", "code"]).doUpdateSet(set))
    .execute();
}

export async function camerasOfRoom(db: Db, roomId: RoomId): Promise<CameraRow[]> {
  return db
    .selectFrom("camera")
    .select(["id", "roomId", "code", "host", "port", "secure", "username", "passwordSealed", "presetToken"])
    .where("roomId", "=", roomId)
    .orderBy("code")
    .execute();
}

export async function findRoom(db: Db, campusId: CampusId, text: string): Promise<RoomId | null> {
  const row = await db
    .selectFrom("room")
    .select("id")
    .where("campusId", "=", campusId)
    .where((e) => e.or([e("code", "=", text), e("name", "=", text)]))
    .executeTakeFirst();
  return row?.id ?? null;
}

export interface RoomRow {
  id: RoomId;
  code: string;
  name: string;
  campusId: CampusId;
  campusCode: string;
  timeZone: string;
}

/** Rooms with walls; where online sessions are held is none. */
export async function allRooms(db: Db): Promise<RoomRow[]> {
  return db
    .selectFrom("room")
    .innerJoin("campus", "campus.id", "room.campusId")
    .select(["room.id", "room.code", "room.name", "campusId", "campus.code as campusCode", "timeZone"])
    .where("room.online", "=", false)
    .orderBy("campus.code")
    .orderBy("room.code")
    .execute();
}

export async function roomNames(db: Db, campusId: CampusId): Promise<Map<RoomId, string>> {
  const rows = await db.selectFrom("room").select(["id", "name"]).where("campusId", "=", campusId).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function cameraCodes(db: Db): Promise<Map<CameraId, string>> {
  const rows = await db.selectFrom("camera").select(["id", "code"]).execute();
  return new Map(rows.map(({ id, code }) => [id, code]));
}

export interface Campus {
  id: CampusId;
  code: string;
  name: string;
  timeZone: string;
}

export async function campusOf(db: Db, id: CampusId): Promise<Campus> {
  return db.selectFrom("campus").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}

export async function campusByCode(db: Db, code: string): Promise<Campus | null> {
  return (await db.selectFrom("campus").selectAll().where("code", "=", code).executeTakeFirst()) ?? null;
}

export async function unitByCode(db: Db, code: string): Promise<UnitId | null> {
  const row = await db.selectFrom("unit").select("id").where("code", "=", code).executeTakeFirst();
  return row?.id ?? null;
}

export async function unitName(db: Db, id: UnitId): Promise<string> {
  return (await db.selectFrom("unit").select("name").where("id", "=", id).executeTakeFirstOrThrow()).name;
}

export async function unitCode(db: Db, id: UnitId): Promise<string> {
  return (await db.selectFrom("unit").select("code").where("id", "=", id).executeTakeFirstOrThrow()).code;
}

export async function officerName(db: Db, id: string): Promise<string> {
  return (await db.selectFrom("officer").select("fullName").where("id", "=", id).executeTakeFirstOrThrow())
    .fullName;
}
