import type { Bilingual, Reason, SessionOutcome } from "../types.ts";

type Render = (params: Reason["params"]) => Bilingual;

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
  "session-short-of-rounds": ({ valid, wanted }) => ({
    vi: `chỉ có ${valid}/${wanted} lượt điểm danh hợp lệ`,
    en: `only ${valid} of ${wanted} valid rounds`,
  }),
};

/** Words for every reason of this folder; null for a code of another. */
export function attendanceWords(reason: Reason): Bilingual | null {
  return words[reason.code]?.(reason.params) ?? null;
}

export const outcomeWords: Record<SessionOutcome, Bilingual> = {
  present: { vi: "có mặt", en: "present" },
  absent: { vi: "vắng không phép", en: "absent without leave" },
  excused: { vi: "vắng có phép", en: "excused" },
  "not-observable": { vi: "không quan sát được", en: "not observable" },
  review: { vi: "cần xem xét", en: "to review" },
};
