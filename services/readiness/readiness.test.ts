import { describe, expect, it } from "vitest";
import type { LocalDate } from "../types.ts";
import { assessCourse, type CourseFacts, type ReadinessItem } from "./assess-course.ts";
import { officeOwes, reachedSteps, reminderMail } from "./reminders.ts";

const at = (text: string) => new Date(`${text}+07:00`);
const settings = { publishDaysBefore: 10 };
const whole: CourseFacts = {
  code: "CVC-K12",
  name: "Lớp chuyên viên chính",
  unitCode: "BQLBD",
  unitName: "Ban Quản lý bồi dưỡng",
  zone: "Asia/Ho_Chi_Minh",
  startsOn: "2026-09-17" as LocalDate,
  decisionComplete: true,
  decisionArrivedAt: at("2026-09-01T09:00"),
  rosterArrivedAt: at("2026-09-01T09:00"),
  timetableArrivedAt: at("2026-09-01T09:00"),
  firstSessionAt: at("2026-09-17T08:00"),
  rooms: [{ name: "Phòng 301", chartArrivedAt: at("2026-09-02T09:00"), cameras: 2, camerasDown: [] }],
  trainees: 40,
  traineesWithoutPortrait: 0,
  traineesDeclined: 0,
  traineesWithdrew: 0,
  portraitsHeldBack: 0,
  portraitsToJudge: 0,
  facesKeptOn: null,
  unread: [],
  dutyOfficer: "Lê Thị Trực",
};
const now = at("2026-09-16T12:00");

const assess = (own: Partial<CourseFacts>, when = now) => assessCourse({ ...whole, ...own }, when, settings);
const item = (name: ReadinessItem, own: Partial<CourseFacts>, when = now) => {
  const found = assess(own, when).items.find((each) => each.item === name);
  if (!found) throw new Error(name);
  return found;
};

const said = (arrived: string) => item("timetable", { timetableArrivedAt: at(arrived) }).what.vi;

describe("assessCourse", () => {
  it("finds nothing missing in a whole course", () => {
    expect(assess({})).toMatchObject({ ready: true });
    expect(assess({}).items.every(({ lateDays }) => lateDays === null)).toBe(true);
  });

  it.each([
    ["decision", { decisionArrivedAt: null }, "missing"],
    ["decision", { decisionComplete: false }, "incomplete"],
    ["roster", { rosterArrivedAt: null, trainees: 0 }, "missing"],
    ["timetable", { timetableArrivedAt: null }, "missing"],
    ["place", { rooms: [] }, "missing"],
    [
      "chart",
      { rooms: [{ ...(whole.rooms[0] as CourseFacts["rooms"][0]), chartArrivedAt: null }] },
      "missing",
    ],
    ["cameras", { rooms: [{ ...(whole.rooms[0] as CourseFacts["rooms"][0]), cameras: 0 }] }, "missing"],
    [
      "cameras",
      { rooms: [{ ...(whole.rooms[0] as CourseFacts["rooms"][0]), camerasDown: ["C1"] }] },
      "incomplete",
    ],
    ["portraits", { traineesWithoutPortrait: 3 }, "incomplete"],
    ["portraits", { traineesWithoutPortrait: 37, traineesDeclined: 3 }, "missing"],
    ["portraits", { traineesWithoutPortrait: 40 }, "missing"],
    ["duty-officer", { dutyOfficer: null }, "missing"],
  ] as const)("names %s: %j as %s, and only that", (name, own, state) => {
    const { items, ready } = assess(own as Partial<CourseFacts>);
    expect(ready).toBe(false);
    expect(item(name, own as Partial<CourseFacts>).state).toBe(state);
    const lacking = items.filter((each) => each.state !== "ready").map((each) => each.item);
    expect(lacking).toContain(name);
    const others = lacking.filter((each) => each !== name);
    const follow: Partial<Record<ReadinessItem, ReadinessItem[]>> = {
      roster: ["portraits"],
      place: ["chart", "cameras"],
    };
    expect(others).toEqual(follow[name] ?? []);
  });

  it("awaits no portrait of who declined, and says how many they are", () => {
    const portraits = item("portraits", { traineesDeclined: 3 });
    expect(portraits.state).toBe("ready");
    expect(portraits.what).toMatchObject({ en: "all 37 trainees; 3 declined, a person decides on these" });
  });

  it("puts every trainee into one of the numbers of the portraits", () => {
    const counts = {
      traineesWithoutPortrait: 9,
      portraitsHeldBack: 2,
      portraitsToJudge: 3,
      traineesDeclined: 1,
    };
    const { what } = item("portraits", { ...counts, facesKeptOn: "thông báo 12/TB" });
    expect(what.vi).toBe(
      "có của 30/39 học viên; 3 người có ảnh đang chờ xét; 2 người có ảnh bị giữ lại (./siso enrol list); 4 người chưa có ảnh, cán bộ quyết định; 1 người không đồng ý, cán bộ quyết định; đang giữ khuôn mặt để đăng ký, căn cứ thông báo 12/TB",
    );
  });

  it("tells the cameras of each room by themselves", () => {
    const room = { name: "Phòng 302", chartArrivedAt: now, cameras: 2, camerasDown: ["C2"] };
    const rooms = [...whole.rooms, room, { ...room, name: "Phòng 303", cameras: 0, camerasDown: [] }];
    const found = assess({ rooms }).items.filter((each) => each.item === "cameras");
    expect(found.map(({ part, state, what }) => [part, state, what.vi])).toEqual([
      ["Phòng 301", "ready", "Phòng 301: 2 camera"],
      ["Phòng 302", "incomplete", "Phòng 302: 1/2 camera không lấy được ảnh (C2)"],
      ["Phòng 303", "missing", "Phòng 303: không có camera"],
    ]);
  });

  it("keeps rows in sight that a confirmed paper was taken in without", () => {
    const unread = [{ kind: "roster" as const, part: "", reported: 2, where: "ds.xlsx › Sheet1 › B37" }];
    expect(item("rows", { unread })).toMatchObject({ state: "incomplete", from: "office", part: "roster" });
    expect(item("rows", { unread }).what.vi).toBe(
      "danh sách đã nhận mà bỏ ra 2 dòng chưa hiểu (ds.xlsx › Sheet1 › B37); sửa tệp rồi nhận lại",
    );
  });

  it("says how many days ahead the timetable was published, and how many are short (M1)", () => {
    expect(said("2026-09-07T10:00")).toBe("công bố trước khai giảng 10 ngày");
    expect(said("2026-09-08T10:00")).toBe("công bố trước khai giảng 9 ngày, thiếu 1 ngày so với 10 ngày");
    expect(said("2026-09-19T10:00")).toBe("công bố sau khai giảng 2 ngày, thiếu 12 ngày so với 10 ngày");
  });

  it("names the article each deadline comes from", () => {
    const articles = assess({}).items.map(({ item, article }) => `${item} ${article}`);
    expect(articles).toEqual(
      expect.arrayContaining(["roster N Đ3.2", "timetable M 3b", "duty-officer N Đ4.2", "cameras N Đ4.1"]),
    );
  });

  it("wants the timetable ten days ahead: ten is in time, nine is a day late (M1)", () => {
    expect(item("timetable", { timetableArrivedAt: at("2026-09-07T23:59") }).lateDays).toBeNull();
    expect(item("timetable", { timetableArrivedAt: at("2026-09-08T00:01") })).toMatchObject({
      state: "ready",
      lateDays: 1,
    });
    expect(item("timetable", { timetableArrivedAt: null }, at("2026-09-10T09:00")).lateDays).toBe(3);
  });

  it("counts a chart late from the first session on (N5)", () => {
    const rooms = [{ ...(whole.rooms[0] as CourseFacts["rooms"][0]), chartArrivedAt: null }];
    expect(item("chart", { rooms }, at("2026-09-17T07:59")).lateDays).toBeNull();
    expect(item("chart", { rooms }, at("2026-09-17T08:01")).lateDays).toBe(0);
    expect(item("chart", { rooms }, at("2026-09-19T08:01")).lateDays).toBe(2);
  });
});

describe("reminders", () => {
  const own = { timetableArrivedAt: null, rooms: [], firstSessionAt: null };
  const steps = (when: string) =>
    reachedSteps(assess(own, at(when)), at(when), [7, 3, 1]).map(
      ({ item, daysBefore }) => `${item} ${daysBefore}`,
    );

  it("reach each step before the deadline and one when it has gone by", () => {
    expect(steps("2026-08-30T09:00")).toEqual([]);
    expect(steps("2026-09-01T09:00")).toEqual(["timetable 7"]);
    expect(steps("2026-09-07T09:00")).toEqual(["timetable 7", "timetable 3", "timetable 1"]);
    expect(steps("2026-09-10T00:30")).toEqual([
      "timetable 7",
      "timetable 3",
      "timetable 1",
      "timetable 0",
      "place 7",
      "chart 7",
    ]);
  });

  it("are of each room by itself", () => {
    const room = { ...(whole.rooms[0] as CourseFacts["rooms"][0]), chartArrivedAt: null };
    const rooms = [room, { ...room, name: "Phòng 302" }, { ...room, name: "Phòng 303", chartArrivedAt: now }];
    const reached = reachedSteps(assess({ rooms }), now, [1]);
    expect(reached.map(({ item, part }) => `${item} ${part}`)).toEqual([
      "chart Phòng 301",
      "chart Phòng 302",
    ]);
  });

  it("leave the office's own work to an alarm, from the last step before the deadline on", () => {
    const lacking = { dutyOfficer: null, traineesWithoutPortrait: 3 };
    const owes = (when: string) =>
      officeOwes(assess(lacking, at(when)), at(when), [7, 1]).map(({ item }) => item);
    expect(owes("2026-09-16T07:59")).toEqual([]);
    expect(owes("2026-09-16T08:00")).toEqual(["duty-officer"]);
  });

  it("never remind of what is there, nor a unit of the office's own work", () => {
    const late = at("2026-09-18T09:00");
    expect(reachedSteps(assess({ dutyOfficer: null, traineesWithoutPortrait: 40 }, late), late, [7])).toEqual(
      [],
    );
  });

  it("say what is missing, by when, and where to send it", () => {
    const late = at("2026-09-10T09:00");
    const mail = reminderMail(whole, assess(own, late), {
      name: "Học viện",
      intakeAddress: "cntt@napa.example",
    });
    expect(mail).toMatchInlineSnapshot(`
      {
        "body": "Kính gửi Ban Quản lý bồi dưỡng,

      Lớp CVC-K12 (Lớp chuyên viên chính) khai giảng ngày 17/09/2026 còn thiếu:

      - Lịch học: chưa có; phải công bố chậm nhất 07/09/2026 (hạn 23:59 07/09/2026; trễ 3 ngày)
      - Địa điểm học: chưa biết phòng: chưa có lịch học (hạn 00:00 17/09/2026)
      - Sơ đồ chỗ ngồi: chưa có (hạn 00:00 17/09/2026)

      Xin gửi tệp Word hoặc Excel đính kèm đến cntt@napa.example, ghi CVC-K12 trong tiêu đề thư.

      Thư này do máy gửi tự động.

      Học viện

      --- English ---

      To Ban Quản lý bồi dưỡng,

      Course CVC-K12 (Lớp chuyên viên chính), which begins on 17/09/2026, still lacks:

      - Timetable: missing; to be published by 07/09/2026 (due 23:59 07/09/2026; 3 day(s) late)
      - Place: unknown: there is no timetable (due 00:00 17/09/2026)
      - Seating chart: missing (due 00:00 17/09/2026)

      Please send Word or Excel files to cntt@napa.example, with CVC-K12 in the subject.

      This mail was sent automatically.

      Học viện
      ",
        "subject": "[Quá hạn] Lớp CVC-K12: còn thiếu lịch học, địa điểm học, sơ đồ chỗ ngồi",
      }
    `);
  });
});
