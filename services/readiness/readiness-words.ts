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
  rows: { vi: "Dòng chưa hiểu", en: "Rows not understood" },
} as const satisfies Record<string, Bilingual>;

const none = { vi: "chưa có", en: "missing" };
const there = { vi: "đã có", en: "there" };

const papers = {
  roster: { vi: "danh sách", en: "roster" },
  chart: { vi: "sơ đồ", en: "chart of" },
  timetable: { vi: "lịch học", en: "timetable" },
};

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
  timetable: {
    missing: none,
    ready: there,
    published: (ahead: number, wanted: number): Bilingual => {
      const when =
        ahead >= 0
          ? { vi: `công bố trước khai giảng ${ahead} ngày`, en: `published ${ahead} day(s) ahead` }
          : {
              vi: `công bố sau khai giảng ${-ahead} ngày`,
              en: `published ${-ahead} day(s) after the course began`,
            };
      if (ahead >= wanted) return when;
      return {
        vi: `${when.vi}, thiếu ${wanted - ahead} ngày so với ${wanted} ngày`,
        en: `${when.en}, ${wanted - ahead} short of ${wanted}`,
      };
    },
  },
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
    noRoom: { vi: "chưa biết phòng", en: "the room is not known" },
    ofRoom: (room: string, count: number, down: readonly string[]): Bilingual => {
      if (count === 0) return { vi: `${room}: không có camera`, en: `${room}: no camera` };
      if (down.length === 0) return { vi: `${room}: ${count} camera`, en: `${room}: ${count} camera(s)` };
      const list = down.join(", ");
      return {
        vi: `${room}: ${down.length}/${count} camera không lấy được ảnh (${list})`,
        en: `${room}: ${down.length} of ${count} camera(s) give no picture (${list})`,
      };
    },
  },
  portraits: {
    missing: none,
    ready: there,
    counted: portraitWords,
  },
  rows: {
    missing: none,
    ready: there,
    left: (kind: keyof typeof papers, part: string, reported: number, where: string | null): Bilingual => {
      const of = part === "" ? "" : ` ${part}`;
      const at = where === null ? "" : ` (${where})`;
      return {
        vi: `${papers[kind].vi}${of} đã nhận mà bỏ ra ${reported} dòng chưa hiểu${at}; sửa tệp rồi nhận lại`,
        en: `${papers[kind].en}${of} taken in without ${reported} row(s) not understood${at}; mend the file and import it again`,
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

interface PortraitCounts {
  trainees: number;
  traineesWithoutPortrait: number;
  traineesDeclined: number;
  traineesWithdrew: number;
  portraitsHeldBack: number;
  portraitsToJudge: number;
  facesKeptOn: string | null;
}

/** How many count, and of the rest why not: every trainee is in one of the numbers. */
function portraitWords(counts: PortraitCounts): Bilingual {
  const { trainees, traineesWithoutPortrait: without, traineesDeclined: declined } = counts;
  if (trainees === 0) return none;
  const { portraitsToJudge: toJudge, portraitsHeldBack: heldBack, facesKeptOn: basis } = counts;
  const awaited = trainees - declined;
  const rest = without - heldBack - toJudge;
  const said: Bilingual[] =
    awaited === 0
      ? []
      : [
          without === 0
            ? { vi: `đủ ${awaited} học viên`, en: `all ${awaited} trainees` }
            : {
                vi: `có của ${awaited - without}/${awaited} học viên`,
                en: `there for ${awaited - without} of ${awaited} trainees`,
              },
        ];
  if (toJudge > 0) said.push({ vi: `${toJudge} người có ảnh đang chờ xét`, en: `${toJudge} being judged` });
  if (heldBack > 0) {
    said.push({
      vi: `${heldBack} người có ảnh bị giữ lại (./siso enrol list)`,
      en: `${heldBack} held back (./siso enrol list)`,
    });
  }
  if (rest > 0) {
    said.push({
      vi: `${rest} người chưa có ảnh, cán bộ quyết định`,
      en: `${rest} without, a person decides`,
    });
  }
  if (declined > 0) {
    const withdrew = counts.traineesWithdrew;
    said.push({
      vi: `${declined} người không đồng ý${withdrew > 0 ? ` (${withdrew} đã rút đồng ý)` : ""}, cán bộ quyết định`,
      en: `${declined} declined${withdrew > 0 ? ` (${withdrew} withdrew consent)` : ""}, a person decides on these`,
    });
  }
  if (basis !== null) {
    said.push({
      vi: `đang giữ khuôn mặt để đăng ký, căn cứ ${basis}`,
      en: `faces are being kept to enrol, on ${basis}`,
    });
  }
  return { vi: said.map(({ vi }) => vi).join("; "), en: said.map(({ en }) => en).join("; ") };
}

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
