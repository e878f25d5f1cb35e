import type { Bilingual, Reason } from "../types.ts";

type Render = (params: Reason["params"]) => Bilingual;

const halfVi: Record<string, string> = { 1: "nửa đầu", 2: "nửa sau" };
const halfEn: Record<string, string> = { 1: "first", 2: "second" };

const words: Record<string, Render> = {
  "plan-no-time-left": ({ wanted }) => ({
    vi: `không còn thời gian trong buổi học để điểm danh (còn thiếu ${wanted} lượt)`,
    en: `no teaching time is left for a roll call (${wanted} more needed)`,
  }),
  "plan-half-missed": ({ half, planned, wanted }) => ({
    vi: `không còn thời gian điểm danh trong ${halfVi[String(half)]} buổi học (lập được ${planned}/${wanted} lượt)`,
    en: `the ${halfEn[String(half)]} half of the session can no longer be covered (${planned} of ${wanted} rounds planned)`,
  }),
  "plan-too-few-rounds": ({ planned, wanted }) => ({
    vi: `thời gian còn lại chỉ đủ cho ${planned}/${wanted} lượt điểm danh`,
    en: `the time left allows only ${planned} of ${wanted} rounds`,
  }),
  "reveal-seed-length": ({ bytes }) => ({
    vi: `hạt giống công bố dài ${bytes} byte, cần 32 byte`,
    en: `the revealed seed is ${bytes} bytes, 32 are needed`,
  }),
  "reveal-commitment-differs": ({ stored, recomputed }) => ({
    vi: `mã cam kết đã lưu ${stored} khác mã tính lại ${recomputed}: kế hoạch hoặc hạt giống đã bị sửa`,
    en: `stored commitment ${stored} differs from the recomputed ${recomputed}: the plan or its seed was edited`,
  }),
  "reveal-round-moved": ({ ordinal, stored, recomputed }) => ({
    vi: `lượt ${ordinal} đã lưu lúc ${stored}, theo hạt giống phải là ${recomputed}`,
    en: `round ${ordinal} is stored at ${stored}, the seed gives ${recomputed}`,
  }),
  "reveal-round-missing": ({ ordinal, recomputed }) => ({
    vi: `thiếu lượt ${ordinal}, theo hạt giống phải có lúc ${recomputed}`,
    en: `round ${ordinal} is missing, the seed gives ${recomputed}`,
  }),
  "reveal-round-added": ({ ordinal, stored }) => ({
    vi: `lượt ${ordinal} lúc ${stored} không có trong kế hoạch tính từ hạt giống`,
    en: `round ${ordinal} at ${stored} is not in the plan the seed gives`,
  }),
};

/** Words for every reason of this folder; null for a code of another. */
export function planWords(reason: Reason): Bilingual | null {
  return words[reason.code]?.(reason.params) ?? null;
}
