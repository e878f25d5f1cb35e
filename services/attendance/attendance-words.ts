import type { Bilingual, Reason, SessionOutcome, TraineeId } from "../types.ts";

type Render = (params: Reason["params"], nameOf: (id: TraineeId) => string) => Bilingual;

/** Only of a session that was taught for fewer periods than it counts for. */
function selfStudy({ taught, credited }: Reason["params"]): Bilingual {
  if (taught === undefined) return { vi: "", en: "" };
  return {
    vi: `; dạy ${taught} tiết, phần còn lại tự học, tính như buổi ${credited} tiết (L Đ5.2)`,
    en: `; taught for ${taught} periods, the rest self-study, credited as ${credited} (L Đ5.2)`,
  };
}

const words: Record<string, Render> = {
  "seen-often-enough": ({ seen, valid, needed }) => ({
    vi: `được nhận ra ở ${seen}/${valid} lượt điểm danh hợp lệ (cần ${needed})`,
    en: `seen in ${seen} of ${valid} valid rounds (${needed} needed)`,
  }),
  "on-approved-leave": ({ leave }) => ({
    vi: `có đơn xin nghỉ ${leave} đã được duyệt cho buổi học`,
    en: `on approved leave ${leave} for this session`,
  }),
  "present-despite-leave": ({ leave }) => ({
    vi: `có mặt dù có đơn xin nghỉ ${leave} đã được duyệt`,
    en: `present despite approved leave ${leave}`,
  }),
  "round-to-review": () => ({
    vi: "có lượt điểm danh cần người xem xét",
    en: "a round needs a person's decision",
  }),
  "no-valid-round": () => ({
    vi: "buổi học không có lượt điểm danh hợp lệ nào; không tính là vắng",
    en: "the session has no valid round; this is not an absence",
  }),
  "seen-too-seldom": ({ seen, valid, needed }) => ({
    vi: `chỉ được nhận ra ở ${seen}/${valid} lượt (cần ${needed}), lượt khác vắng: cần người xem xét`,
    en: `seen in only ${seen} of ${valid} rounds (${needed} needed), absent in another: a person decides`,
  }),
  "seen-but-rounds-missing": ({ seen, valid, needed }) => ({
    vi: `được nhận ra ở mọi lượt quan sát được (${seen}/${valid}, cần ${needed}); không tính là vắng`,
    en: `seen in every round that could be observed (${seen} of ${valid}, ${needed} needed); not an absence`,
  }),
  "not-observed-in-every-round": ({ valid }) => ({
    vi: `không quan sát được trong ít nhất một trên ${valid} lượt hợp lệ; không tính là vắng`,
    en: `not observable in at least one of ${valid} valid rounds; not an absence`,
  }),
  "too-few-valid-rounds": ({ valid }) => ({
    vi: `buổi học chỉ có ${valid} lượt hợp lệ, chưa đủ để kết luận vắng`,
    en: `only ${valid} valid rounds, too few to conclude an absence`,
  }),
  "absent-in-every-round": ({ valid }) => ({
    vi: `không có mặt ở cả ${valid} lượt điểm danh hợp lệ`,
    en: `absent in all ${valid} valid rounds`,
  }),
  "corrected-by-person": ({ by, why }) => ({
    vi: `${by} đã quyết định: ${why}`,
    en: `decided by ${by}: ${why}`,
  }),
  "online-waiting": () => ({
    vi: "buổi trực tuyến đang chờ tệp điểm danh; không tính là vắng",
    en: "the online session waits for its attendance file; this is not an absence",
  }),
  "online-joined": ({ joined, minutes, of, needed, periods, ...more }) => ({
    vi: `dự trực tuyến ${joined}: ${minutes}/${of} phút học (cần ${needed}); từng tiết: ${periods} phút${selfStudy(more).vi}`,
    en: `joined online ${joined}: ${minutes} of ${of} teaching minutes (${needed} needed); by period: ${periods}${selfStudy(more).en}`,
  }),
  "online-joined-shared": ({ joined, minutes, of, needed, periods, with: partner, ...more }, nameOf) => ({
    vi: `dự trực tuyến chung thiết bị đã đăng ký với ${nameOf(String(partner) as TraineeId)}, ${joined}: ${minutes}/${of} phút học (cần ${needed}); từng tiết: ${periods} phút${selfStudy(more).vi}`,
    en: `joined online at the device declared as shared with ${nameOf(String(partner) as TraineeId)}, ${joined}: ${minutes} of ${of} teaching minutes (${needed} needed); by period: ${periods}${selfStudy(more).en}`,
  }),
  "online-too-short": ({ joined, minutes, of, needed, periods, ...more }) => ({
    vi: `chỉ dự trực tuyến chắc chắn ${minutes}/${of} phút học (cần ${needed}), ${joined}; từng tiết: ${periods} phút${selfStudy(more).vi}: cần người xem xét`,
    en: `surely joined for only ${minutes} of ${of} teaching minutes (${needed} needed), ${joined}; by period: ${periods}${selfStudy(more).en}: a person decides`,
  }),
  "online-threshold-unset": ({ joined, minutes, of }) => ({
    vi: `dự trực tuyến ${joined}: ${minutes}/${of} phút học, nhưng quy tắc khi đó chưa định mức có mặt (onlineMinPercent): cần người xem xét`,
    en: `joined online ${joined}: ${minutes} of ${of} teaching minutes, but the rules of that time set no threshold (onlineMinPercent): a person decides`,
  }),
  "online-row-unclear": ({ rows }) => ({
    vi: `tệp điểm danh có ${rows} chỗ có thể là của học viên này mà không đọc được hoặc không rõ là ai: cần người xem xét`,
    en: `the attendance file has ${rows} place(s) that may be this trainee's and are unreadable or not clear: a person decides`,
  }),
  "online-unknown-people": ({ people }) => ({
    vi: `không thấy tên trong tệp điểm danh, nhưng tệp có ${people} người chưa rõ là ai: cần người xem xét`,
    en: `not named in the attendance file, but ${people} people of it are not identified: a person decides`,
  }),
  "online-list-incomplete": () => ({
    vi: "không thấy tên trong tệp điểm danh, nhưng tệp tự ghi là có thể chưa đầy đủ: cần người xem xét",
    en: "not named in the attendance file, but the file says that it may be incomplete: a person decides",
  }),
  "online-not-in-file": () => ({
    vi: "không có tên trong tệp điểm danh trực tuyến",
    en: "not in the online attendance file",
  }),
  "session-short-of-rounds": ({ valid, wanted }) => ({
    vi: `chỉ có ${valid}/${wanted} lượt điểm danh hợp lệ`,
    en: `only ${valid} of ${wanted} valid rounds`,
  }),
};

/** Words for every reason of this folder; null for a code of another. */
export function attendanceWords(
  reason: Reason,
  nameOf: (id: TraineeId) => string = (id) => id.slice(0, 8),
): Bilingual | null {
  return words[reason.code]?.(reason.params, nameOf) ?? null;
}

/** Of a word that takes another back, and of the one taken back. */
export const withdrawalWords = "rút lại lần sửa trước · withdrew a correction";
export const withdrawnWords = "đã rút lại · withdrawn";

export const outcomeWords: Record<SessionOutcome, Bilingual> = {
  present: { vi: "có mặt", en: "present" },
  absent: { vi: "vắng không phép", en: "absent without leave" },
  excused: { vi: "vắng có phép", en: "excused" },
  "not-observable": { vi: "không quan sát được", en: "not observable" },
  review: { vi: "cần xem xét", en: "to review" },
};
