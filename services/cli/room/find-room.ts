import type { Db } from "../../../db/client.ts";
import { allRooms, type RoomRow } from "../../../db/queries/campus.ts";
import { SisoError } from "../../errors.ts";

/** A room by its code or name. Throws `not-found` naming the rooms there are. */
export async function findRoomByText(db: Db, text: string): Promise<RoomRow> {
  const rooms = await allRooms(db);
  const same = (name: string) => name.normalize("NFC").toLowerCase() === text.normalize("NFC").toLowerCase();
  const found = rooms.filter(({ code, name }) => same(code) || same(name));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const names = rooms.map(({ code, name, campusCode }) => `${code} (${name}, ${campusCode})`).join(", ");
  throw new SisoError("not-found", {
    vi: `Không xác định được phòng “${text}”. Các phòng: ${names || "chưa có, hãy khai trong tệp mô tả học viện"}.`,
    en: `There is no one room “${text}”. Rooms: ${names || "none yet; describe them in the institution's file"}.`,
  });
}
