import type { Bilingual, TraineeId } from "../types.ts";
import { foldAccents, matchKey } from "./match-key.ts";

export interface PortraitOwner {
  id: TraineeId;
  ordinal: number;
  fullName: string;
}

export interface PlacedFile {
  file: string;
  owner: PortraitOwner;
}

export interface StrayFile {
  file: string;
  why: Bilingual;
}

const PICTURE = /\.(jpe?g|png)$/i;

/**
 * Whose each file of a portrait folder is: `12.jpg` or `12/1.jpg` by the number on the roster, `Nguyễn Văn An.jpg` or
 * `nguyen-van-an/2.jpg` by a name only one trainee has. Every file is placed or comes back with the reason.
 */
export function placePortraits(
  files: readonly string[],
  roster: readonly PortraitOwner[],
): { placed: PlacedFile[]; stray: StrayFile[] } {
  const placed: PlacedFile[] = [];
  const stray: StrayFile[] = [];
  for (const file of [...files].sort()) {
    const found = PICTURE.test(file) ? ownerOf(file, roster) : notAPicture;
    if ("id" in found) placed.push({ file, owner: found });
    else stray.push({ file, why: found });
  }
  return { placed, stray };
}

function ownerOf(file: string, roster: readonly PortraitOwner[]): PortraitOwner | Bilingual {
  const parts = file.split("/");
  const code = parts.length > 1 ? (parts[0] ?? "") : file.replace(PICTURE, "");
  if (parts.length > 2) return tooDeep;
  if (/^\d+$/.test(code)) {
    const ordinal = Number(code);
    return roster.find((owner) => owner.ordinal === ordinal) ?? noNumber(ordinal);
  }
  const name = code.normalize("NFC").replaceAll(/[-_.]+/g, " ");
  const named = roster.filter(({ fullName }) => matchKey(fullName) === matchKey(name));
  // A name typed without any accent is taken when it can only be one person.
  const folded = roster.filter(({ fullName }) => foldAccents(fullName) === foldAccents(name));
  const owners = named.length > 0 || foldAccents(name) !== name.toLowerCase() ? named : folded;
  if (owners.length === 1 && owners[0] !== undefined) return owners[0];
  return owners.length === 0 ? noName(code) : namesakes(owners);
}

const notAPicture: Bilingual = {
  vi: "không phải tệp .jpg hay .png",
  en: "is not a .jpg or .png file",
};

const tooDeep: Bilingual = {
  vi: "nằm quá sâu; chỉ nhận STT.jpg hoặc STT/1.jpg",
  en: "lies too deep; only NUMBER.jpg or NUMBER/1.jpg is taken",
};

function noNumber(ordinal: number): Bilingual {
  return {
    vi: `danh sách không có số thứ tự ${ordinal}`,
    en: `the roster has no number ${ordinal}`,
  };
}

function noName(name: string): Bilingual {
  return {
    vi: `danh sách không có ai tên “${name}”; đặt tên tệp theo số thứ tự, ví dụ 12.jpg`,
    en: `nobody on the roster is named “${name}”; name the file by the roster's number, e.g. 12.jpg`,
  };
}

function namesakes(owners: readonly PortraitOwner[]): Bilingual {
  const numbers = owners.map(({ ordinal }) => ordinal).join(", ");
  return {
    vi: `có ${owners.length} học viên trùng tên này (STT ${numbers}); đặt tên tệp theo số thứ tự`,
    en: `${owners.length} trainees have this name (numbers ${numbers}); name the file by the number`,
  };
}
