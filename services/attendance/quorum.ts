import { SisoError } from "../errors.ts";

/** Share of the roster that must be there, as two whole numbers. */
export interface QuorumShare {
  need: number;
  of: number;
}

/** L Đ7.1 "chỉ thực hiện giảng dạy nếu có từ 2/3 học viên". */
export const twoThirds: QuorumShare = { need: 2, of: 3 };

export interface Attendees {
  present: number;
  /** Everybody on the list, those on leave included. */
  roster: number;
  /** Neither seen nor known to be absent; shown apart and never counted as present. */
  notObservable: number;
}

export interface QuorumVerdict extends Attendees {
  met: boolean;
  /** Fewest present people that meet it. */
  required: number;
  /** Not met, but would be if everybody not observable is there: the alert says so. */
  uncertain: boolean;
}

/** L9, advisory: `of · present ≥ need · roster` in whole numbers, so that 20 of 30 passes without rounding. */
export function quorum(attendees: Attendees, share: QuorumShare = twoThirds): QuorumVerdict {
  const { present, roster, notObservable } = attendees;
  const counts = [present, roster, notObservable, share.need, share.of];
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0) || roster < 1 || share.of < 1) {
    throw new SisoError("input-invalid", {
      vi: `Không xét được tỷ lệ có mặt: cần các số nguyên không âm và danh sách có ít nhất một học viên (${counts.join(", ")}).`,
      en: `Quorum needs whole numbers of at least 0 and a roster of at least one trainee (${counts.join(", ")}).`,
    });
  }
  const met = share.of * present >= share.need * roster;
  return {
    ...attendees,
    met,
    required: Math.floor((share.need * roster + share.of - 1) / share.of),
    uncertain: !met && share.of * (present + notObservable) >= share.need * roster,
  };
}
