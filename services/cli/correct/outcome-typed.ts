import { SisoError } from "../../errors.ts";
import { foldAccents } from "../../intake/match-key.ts";
import type { MarkOutcome } from "../../types.ts";

const typedWords: Record<MarkOutcome, readonly string[]> = {
  present: ["present", "co mat", "co"],
  absent: ["absent", "vang", "vang mat", "vang khong phep", "khong co mat"],
  "not-observable": ["not-observable", "not observable", "khong quan sat duoc"],
  review: ["review", "can xem xet", "xem xet"],
};
const excused = new Set(["excused", "co phep", "vang co phep"]);

/** An outcome in either language, accents or not. Throws `input-invalid` with what can be typed. */
export function outcomeTyped(text: string): MarkOutcome {
  const typed = foldAccents(text.trim());
  const found = (Object.keys(typedWords) as MarkOutcome[]).find((outcome) =>
    typedWords[outcome].includes(typed),
  );
  if (found !== undefined) return found;
  throw excused.has(typed) ? leaveNeeded() : unknownOutcome(text);
}

function leaveNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Vắng có phép chỉ do đơn xin nghỉ đã duyệt, kèm đơn có xác nhận (L Đ9.9). Dùng ./siso leave.",
    en: "An excused absence comes only from an approved leave with its certified request (L Đ9.9). Use ./siso leave.",
  });
}

function unknownOutcome(text: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--outcome “${text}”: cần có mặt, vắng, không quan sát được hoặc cần xem xét.`,
    en: `--outcome "${text}": present, absent, not-observable or review is needed.`,
  });
}
