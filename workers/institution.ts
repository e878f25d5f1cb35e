import { readFile } from "node:fs/promises";
import type { Institution } from "../config/institution-file.ts";
import { SisoError } from "../services/errors.ts";
import type { CameraId, CampusId, LocalDate, RoomId, RuleVersionId, UnitId } from "../services/types.ts";
import { camerasOfRoom, upsertCamera, upsertCampus, upsertRoom, upsertUnit } from "../db/queries/campus.ts";
import { addCameraView } from "../db/queries/views.ts";
import { addRuleVersion, latestRuleVersion } from "../db/queries/rules.ts";
import type { Context } from "./context.ts";

type RoomFile = Institution["rooms"][number];
type CameraFile = RoomFile["cameras"][number];

/** Brings the institution file's campuses, units, rooms, cameras and rules into the database; ids stay from run to run. */
export async function saveInstitution(ctx: Context, institution: Institution): Promise<void> {
  const campuses = new Map<string, CampusId>();
  for (const { code, name, timeZone } of institution.campuses) {
    const id = ctx.random.uuid() as CampusId;
    campuses.set(code, await upsertCampus(ctx.db, { id, code, name, timeZone }));
  }
  for (const { code, name, campus, email } of institution.units) {
    const campusId = campus === null ? null : (campuses.get(campus) ?? null);
    await upsertUnit(ctx.db, { id: ctx.random.uuid() as UnitId, code, name, campusId, email });
  }
  for (const room of institution.rooms) await saveRoom(ctx, room, campuses);
  await saveRules(ctx, institution);
}

async function saveRoom(ctx: Context, room: RoomFile, campuses: Map<string, CampusId>): Promise<void> {
  const { code, name } = room;
  const campusId = campuses.get(room.campus) as CampusId;
  const roomId = await upsertRoom(ctx.db, { id: ctx.random.uuid() as RoomId, campusId, code, name });
  const known = new Map((await camerasOfRoom(ctx.db, roomId)).map((camera) => [camera.code, camera.id]));
  for (const camera of room.cameras) {
    const id = known.get(camera.code) ?? (ctx.random.uuid() as CameraId);
    await saveCamera(ctx, id, roomId, camera);
  }
}

async function saveCamera(ctx: Context, id: CameraId, roomId: RoomId, camera: CameraFile): Promise<void> {
  const { code, host, port, secure, username, presetToken, view } = camera;
  const password = await readPassword(camera);
  const passwordSealed = ctx.vault.seal(Buffer.from(password, "utf8"), `camera-password ${id}`);
  await upsertCamera(ctx.db, { id, roomId, code, host, port, secure, username, passwordSealed, presetToken });
  if (view === null) return;
  const { effectiveAt, ...rest } = view;
  await addCameraView(ctx.db, {
    id: ctx.random.uuid(),
    cameraId: id,
    effectiveAt: new Date(effectiveAt),
    ...rest,
    seenSeats: [],
    seatSights: [],
    source: "institution",
    confirmedBy: null,
    refines: null,
  });
}

async function readPassword(camera: CameraFile): Promise<string> {
  try {
    const [line = ""] = (await readFile(camera.passwordFile, "utf8")).split(/\r?\n/);
    return line;
  } catch (cause) {
    throw new SisoError(
      "config-invalid",
      {
        vi: `SISO_INSTITUTION_FILE: không đọc được tệp mật khẩu ${camera.passwordFile} của camera ${camera.code}.`,
        en: `SISO_INSTITUTION_FILE: the password file ${camera.passwordFile} of camera ${camera.code} cannot be read.`,
      },
      cause,
    );
  }
}

/** Changed rules become the next version from now on; sessions already held keep theirs (N22). */
async function saveRules(ctx: Context, institution: Institution): Promise<void> {
  const latest = await latestRuleVersion(ctx.db);
  if (latest && JSON.stringify(latest.rules) === JSON.stringify(institution.rules)) return;
  const now = ctx.clock.now();
  const version = {
    id: ctx.random.uuid() as RuleVersionId,
    version: (latest?.version ?? 0) + 1,
    effectiveAt: now,
    approvedBy: institution.rulesApproved.by,
    approvedOn: institution.rulesApproved.on as LocalDate,
    rules: institution.rules,
  };
  await ctx.db.transaction().execute((trx) => addRuleVersion(trx, version, now));
}
