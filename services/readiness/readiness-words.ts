import { DateTime } from "luxon";
import type { Bilingual } from "../types.ts";

export const itemWords = {
  decision: { vi: "Quyết định mở lớp", en: "Class-opening decision" },
  roster: { vi: "Danh sách học viên", en: "Roster" },
  timetable: { vi: "Lịch học", en: "Timetable" },
  place: { vi: "Địa điểm học", en: "Place" },
  chart: { vi: "Sơ đồ chỗ ngồi", en: "Seating chart" },
  cameras: { vi: "Camera", en: "Cameras" },
  portraits: { vi: "Ảnh chân dung", en: "Portraits" },
  "duty-officer": { vi: "Cán bộ phụ trách", en: "Duty officer" },
  online: { vi: "Học trực tuyến", en: "Online sessions" },
} as const satisfies Record<string, Bilingual>;

const none = { vi: "chưa có", en: "missing" };
const there = { vi: "đã có", en: "there" };

export const words = {
  decision: {
    missing: none,
    ready: there,
    incomplete: { vi: "thiếu số hoặc ngày (N9)", en: "number or date missing (N9)" },
  },
  roster: {
    missing: none,
    ready: there,
    counted: (count: number): Bilingual =>
      count === 0 ? none : { vi: `${count} học viên`, en: `${count} trainees` },
  },
  timetable: { missing: none, ready: there },
  place: {
    missing: none,
    ready: there,
    named: (rooms: readonly string[], online = false): Bilingual => {
      if (rooms.length === 0 && !online) {
        return { vi: "chưa biết phòng: chưa có lịch học", en: "unknown: there is no timetable" };
      }
      const also = (words: string) => [...rooms, ...(online ? [words] : [])].join(", ");
      return { vi: also("trực tuyến"), en: also("online") };
    },
  },
  chart: {
    missing: none,
    ready: there,
    ofRoom: (room: string, found: boolean): Bilingual =>
      found ? { vi: room, en: room } : { vi: `chưa có của ${room}`, en: `missing for ${room}` },
  },
  cameras: {
    missing: none,
    ready: there,
    found: (rooms: number, without: readonly string[], down: readonly string[]): Bilingual => {
      if (rooms === 0) return { vi: "chưa biết phòng", en: "the room is not known" };
      if (without.length > 0) {
        return {
          vi: `phòng không có camera: ${without.join(", ")}`,
          en: `rooms without a camera: ${without.join(", ")}`,
        };
      }
      if (down.length === 0) return there;
      return { vi: `không lấy được ảnh: ${down.join(", ")}`, en: `giving no picture: ${down.join(", ")}` };
    },
  },
  portraits: {
    missing: none,
    ready: there,
    counted: (trainees: number, without: number, declined: number): Bilingual => {
      if (trainees === 0) return none;
      const apart = {
        vi: declined === 0 ? "" : `; ${declined} người không đồng ý, do cán bộ xem ảnh điểm danh`,
        en: declined === 0 ? "" : `; ${declined} declined, a person decides on these`,
      };
      const awaited = trainees - declined;
      if (without === 0) {
        return { vi: `đủ ${awaited} học viên${apart.vi}`, en: `all ${awaited} trainees${apart.en}` };
      }
      return {
        vi: `thiếu của ${without} trong ${awaited} học viên; những người này do cán bộ xem ảnh quyết định${apart.vi}`,
        en: `missing for ${without} of ${awaited} trainees; a person decides on these${apart.en}`,
      };
    },
  },
  online: {
    missing: none,
    ready: there,
    told: (sessions: number, link: boolean, awaited: number): Bilingual => {
      const vi = [
        `${sessions} buổi`,
        link ? "đã có link" : "chưa có link của khóa",
        ...(awaited > 0 ? [`${awaited} buổi đang chờ tệp điểm danh`] : []),
      ];
      const en = [
        `${sessions} session(s)`,
        link ? "link set" : "no link yet",
        ...(awaited > 0 ? [`${awaited} waiting for the attendance file`] : []),
      ];
      return { vi: vi.join("; "), en: en.join("; ") };
    },
  },
  "duty-officer": {
    missing: none,
    ready: there,
    named: (name: string | null): Bilingual => (name === null ? none : { vi: name, en: name }),
  },
};

export function withDay({ vi, en }: Bilingual, day: Date, zone: string): Bilingual {
  const written = DateTime.fromJSDate(day, { zone }).toFormat("dd/MM/yyyy");
  return { vi: `${vi}; phải công bố chậm nhất ${written}`, en: `${en}; to be published by ${written}` };
}

/** `hạn 07/09/2026 08:00`, `trễ 3 ngày`. */
export function lateWords(days: number | null): Bilingual | null {
  if (days === null) return null;
  return days === 0
    ? { vi: "trễ trong ngày", en: "late the same day" }
    : { vi: `trễ ${days} ngày`, en: `${days} day(s) late` };
}
