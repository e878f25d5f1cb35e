import type { Bilingual, ReadingProblem } from "../../types.ts";
import { isRefused, type FilePreview } from "./preview.ts";

/** What a call came to. */
export interface Outcome {
  files: FilePreview[];
  /** About the call as a whole. */
  unsettled: ReadingProblem[];
  /** Nothing stands in the way of taking the files in. */
  ready: boolean;
  /** Files whose content was stored by this call. */
  stored: string[];
}

/** Why the files cannot be taken in as they are; null when they can. Refused files are said in the table already. */
export function obstacle(
  files: readonly FilePreview[],
  unsettled: readonly ReadingProblem[],
  asShown: boolean,
): Bilingual | null {
  const refused = files.filter(isRefused).length;
  if (refused > 0) {
    return {
      vi: `${refused} tệp bị từ chối. Sửa rồi gửi lại.`,
      en: `${refused} file(s) refused. Mend and send again.`,
    };
  }
  const open = unsettled.length + files.reduce((sum, file) => sum + file.unsettled.length, 0);
  if (open > 0) {
    return {
      vi: `Còn ${open} điều phải bổ sung (đánh dấu ! ở trên).`,
      en: `${open} thing(s) are missing (marked ! above).`,
    };
  }
  const asks = files.flatMap(({ problems }) => problems).filter(({ severity }) => severity === "ask").length;
  if (asks === 0 || asShown) return null;
  return {
    vi: `Còn ${asks} điều phải hỏi (đánh dấu ? ở trên). Sửa tệp, hoặc thêm --as-shown để nhận đúng như đã hiểu: dòng chưa hiểu bị bỏ ra, chỗ chưa chắc để trống.`,
    en: `${asks} question(s) are open (marked ? above). Mend the file, or add --as-shown to take in what was understood: rows not understood stay out, uncertain seats stay empty.`,
  };
}
