import type { TimetableEntry } from "../types.ts";

/** How the place of an online session is called wherever it is printed. */
export const onlinePlace = "Trực tuyến (Microsoft Teams)";

/** A timetable's place that is no room: "Trực tuyến", "Online qua MS Teams", "Học trên Zoom". */
export function isOnlinePlace(text: string): boolean {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return /\b(truc tuyen|on-?line|(ms |microsoft )?teams|zoom|google meet)\b/.test(plain);
}

/** Entries with one name for the online place, unless a room is really called so: a studio with cameras. */
export function withOnlinePlace(
  entries: readonly TimetableEntry[],
  isRoom: (text: string) => boolean,
): TimetableEntry[] {
  return entries.map((entry) => {
    const { roomText } = entry;
    const online = roomText !== null && !isRoom(roomText) && isOnlinePlace(roomText);
    return online ? { ...entry, roomText: onlinePlace } : entry;
  });
}
