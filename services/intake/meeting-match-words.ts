import type { MeetingPerson, ReadingProblem, TraineeId } from "../types.ts";
import { problem } from "./problems.ts";

export interface MeetingTrainee {
  id: TraineeId;
  ordinal: number;
  fullName: string;
  matchKey: string;
  workplace: string | null;
}

/** What is asked about somebody of an attendance file who is not settled. */
export const unmatched = { namesakes, undeclared, third, suggested, unknown, twoAccounts };

function list(trainees: readonly MeetingTrainee[]): string {
  return trainees.map(({ ordinal, fullName }) => `${ordinal} ${fullName}`).join(", ");
}

/** How the officer names this person in an answer: by address where there is one. */
function called({ name, accounts }: MeetingPerson): string {
  return accounts[0] ?? name;
}

function shown(person: MeetingPerson): string {
  const [account] = person.accounts;
  return account === undefined ? `“${person.name}”` : `“${person.name}” (${account})`;
}

function namesakes(person: MeetingPerson, found: readonly MeetingTrainee[]): ReadingProblem {
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)} có thể là ${list(found)}; không ghép chỉ theo tên.`,
      en: `${shown(person)} may be ${list(found)}; people are not joined on the name alone.`,
    },
    {
      vi: `Thêm --is "${called(person)}=STT".`,
      en: `Add --is "${called(person)}=NUMBER".`,
    },
  );
}

function suggested(person: MeetingPerson, trainee: MeetingTrainee): ReadingProblem {
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)}: có phải ${list([trainee])}? Tên chỉ khác dấu hoặc thứ tự.`,
      en: `${shown(person)}: is this ${list([trainee])}? The name differs in accents or order only.`,
    },
    {
      vi: `Đúng thì thêm --is "${called(person)}=${trainee.ordinal}", hoặc --take-suggested cho mọi gợi ý như vậy.`,
      en: `If so, add --is "${called(person)}=${trainee.ordinal}", or --take-suggested for all of these.`,
    },
  );
}

function unknown(person: MeetingPerson): ReadingProblem {
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)} không có trong danh sách lớp. Khi chưa rõ là ai thì không học viên nào bị tính là vắng.`,
      en: `${shown(person)} is not on the roster. While nobody knows who this is, no trainee is counted as absent.`,
    },
    {
      vi: `Là học viên: --is "${called(person)}=STT". Không phải học viên: --guest "${called(person)}".`,
      en: `A trainee: --is "${called(person)}=NUMBER". Nobody of the class: --guest "${called(person)}".`,
    },
  );
}

function twoAccounts(person: MeetingPerson, trainee: MeetingTrainee): ReadingProblem {
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)}: có tài khoản khác cùng mang tên ${list([trainee])}; không ghép chỉ theo tên.`,
      en: `${shown(person)}: another account carries the name of ${list([trainee])}; people are not joined on the name alone.`,
    },
    {
      vi: `Thêm --is "${called(person)}=${trainee.ordinal}" nếu đúng, không thì --guest "${called(person)}".`,
      en: `Add --is "${called(person)}=${trainee.ordinal}" if it is, else --guest "${called(person)}".`,
    },
  );
}

function undeclared(person: MeetingPerson, found: readonly MeetingTrainee[]): ReadingProblem {
  const [one, other] = found.map(({ ordinal }) => ordinal);
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)} ghi hai học viên chưa đăng ký chung thiết bị (L Đ9.8): ${list(found)}. Chưa tính cho ai.`,
      en: `${shown(person)} names two trainees who are not declared to share a device (L Đ9.8): ${list(found)}. Counted for neither.`,
    },
    {
      vi: `Nếu đúng, đăng ký trước: ./siso online share ${one} ${other} --course … --from NGÀY --confirm.`,
      en: `If they do, declare it first: ./siso online share ${one} ${other} --course … --from DAY --confirm.`,
    },
  );
}

function third(
  person: MeetingPerson,
  found: readonly MeetingTrainee[],
  refused: readonly MeetingTrainee[],
): ReadingProblem {
  return problem(
    "ask",
    person.where,
    {
      vi: `${shown(person)} ghi ${found.length} học viên, mà một thiết bị chỉ dùng chung cho hai người đã đăng ký (L Đ9.8). Không tính cho: ${list(refused)}.`,
      en: `${shown(person)} names ${found.length} trainees, and a device is shared by two declared people only (L Đ9.8). Not counted for: ${list(refused)}.`,
    },
    {
      vi: "Người xem quyết định cho những người này bằng ./siso correct sau khi buổi học đã chốt.",
      en: "A person decides on these with ./siso correct once the session is closed.",
    },
  );
}
