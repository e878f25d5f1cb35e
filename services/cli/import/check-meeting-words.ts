import type { Course } from "../../../db/queries/courses.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import type { MeetingMatch } from "../../intake/meeting-matching.ts";
import { problem } from "../../intake/problems.ts";
import type { ReadingProblem } from "../../types.ts";

/** What stands between an attendance file and its session, beside the people in it. */

/** More strangers than trainees: perhaps another class used the room. */
export function strangers(
  where: string,
  matches: readonly Pick<MeetingMatch, "standing">[],
): ReadingProblem[] {
  const unknown = matches.filter(({ standing }) => standing === "unknown").length;
  const known = matches.filter(({ standing }) => standing === "trainee" || standing === "unclear").length;
  if (unknown <= known) return [];
  return [
    problem(
      "ask",
      where,
      {
        vi: `${unknown} người trong tệp không thuộc lớp, chỉ ${known} người thuộc lớp: có thể là tệp của lớp khác.`,
        en: `${unknown} people of the file are not of the class and only ${known} are: it may be another class's file.`,
      },
      { vi: "Kiểm tra --course và tệp.", en: "Check --course and the file." },
    ),
  ];
}

export function unfinished(where: string, { frame }: Session, now: Date): ReadingProblem[] {
  if (frame.endsAt <= now) return [];
  return [
    problem(
      "ask",
      where,
      {
        vi: "Buổi học chưa kết thúc, nên tệp chưa thể trọn vẹn.",
        en: "The session is not over, so the file cannot be whole.",
      },
      { vi: "Tải tệp sau khi tan học rồi nhận.", en: "Download the file once the session is over." },
    ),
  ];
}

export function noLink(where: string, code: string): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: `Khóa ${code} chưa có đường link học trực tuyến (L Đ4.3).`,
      en: `Course ${code} has no online link (L Đ4.3).`,
    },
    {
      vi: `Đặt trước: ./siso online link URL --course ${code} --confirm.`,
      en: `Set it first: ./siso online link URL --course ${code} --confirm.`,
    },
  );
}

export function noRoster(where: string): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: "Khi buổi học bắt đầu chưa có danh sách học viên nào có hiệu lực.",
      en: "No roster was in force when the session began.",
    },
    {
      vi: "Nhận danh sách với --effective-at trước giờ buổi học.",
      en: "Take the roster in with --effective-at before the session began.",
    },
  );
}

export function wrongClass(where: string, { code }: Course): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: `Không ai trong tệp thuộc danh sách của khóa ${code}.`,
      en: `Nobody of the file is on the roster of ${code}.`,
    },
    { vi: "Kiểm tra --course và tệp.", en: "Check --course and the file." },
  );
}

export function answerWithoutUse(words: string): ReadingProblem {
  return problem(
    "ask",
    `--is/--guest “${words}”`,
    {
      vi: "Không chỉ đúng một người trong tệp.",
      en: "This does not mean one person of the file.",
    },
    {
      vi: "Ghi đúng tên như trong tệp, hoặc địa chỉ email khi nhiều người trùng tên.",
      en: "Type the name as in the file, or the address when several people share it.",
    },
  );
}

export function unreadAnswer(typed: string): ReadingProblem {
  return problem(
    "ask",
    `--is “${typed}”`,
    {
      vi: "Không đọc được, hoặc không chỉ đúng một học viên của danh sách.",
      en: "This cannot be read, or does not mean one trainee of the roster.",
    },
    {
      vi: 'Ghi dạng --is "tên hoặc email trong tệp=STT", ví dụ --is "an.nguyen@x.vn=12".',
      en: 'Type --is "name or address in the file=NUMBER", for example --is "an.nguyen@x.vn=12".',
    },
  );
}
