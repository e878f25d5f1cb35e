/** Soft hyphen, zero-width marks, byte-order mark: invisible, and left behind by Word and web pages. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u2060\uFEFF]/g;
/** The tone marks of Vietnamese: grave, acute, tilde, hook, dot below. */
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** Text as a person means it: NFC, invisible marks dropped, NBSP and runs of blanks one space, Icelandic Ð → Đ. Case kept. */
export function cleanText(text: string): string {
  return text
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .replaceAll("Ð", "Đ")
    .replaceAll("ð", "đ")
    .replace(/\s+/g, " ")
    .trim();
}

/** As {@link cleanText}, line by line; blank lines dropped. */
export function cleanLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n|\u2028/)
    .map(cleanText)
    .filter((line) => line !== "");
}

/**
 * What two spellings of one name share: {@link cleanText}, a leading "02 - " dropped, lower case, and every tone mark moved
 * to its syllable's end so that Hoà equals Hòa. An opaque key: never shown.
 */
export function matchKey(name: string): string {
  const { rest } = splitOrdinal(name);
  return rest.toLowerCase().split(" ").map(toneLast).join(" ").normalize("NFC");
}

function toneLast(syllable: string): string {
  const marks = syllable.normalize("NFD");
  return marks.replace(TONES, "").normalize("NFC") + (marks.match(TONES) ?? []).join("");
}

/** Letters without accents, lower case. For suggestions to a person only: it joins different people. */
export function foldAccents(text: string): string {
  return cleanText(text).toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

/** "02 - Nguyễn An", "12. An", "STT 7: An", "7 An", "An (7)" → number and the rest; a bare number has an empty rest. */
export function splitOrdinal(text: string): { ordinal: number | null; rest: string } {
  const clean = cleanText(text);
  const leading = /^(?:stt|số|tt)?\s*:?\s*(\d{1,5})(?:\s*[-–—.):/]\s*|\s+|$)(?=\D|$)(.*)$/i.exec(clean);
  if (leading) return { ordinal: Number(leading[1]), rest: (leading[2] ?? "").trim() };
  const trailing = /^(\D+?)\s*\(\s*(?:stt\s*:?\s*)?(\d{1,5})\s*\)$/i.exec(clean);
  if (trailing) return { ordinal: Number(trailing[2]), rest: (trailing[1] ?? "").trim() };
  return { ordinal: null, rest: clean };
}

/** Letters of other scripts that look Latin (Һ, ọ from Cyrillic blocks): a copied name that will match nobody. */
export function foreignLetters(text: string): string[] {
  return [...new Set(text.match(/[^\p{Script=Latin}\P{L}]/gu) ?? [])];
}

/** Could this be a person's name? Two to seven words of letters; initials and hyphens allowed. */
export function looksLikeName(text: string): boolean {
  const words = cleanText(text).split(" ");
  return (
    words.length >= 2 &&
    words.length <= 7 &&
    words.every((word) => /^\p{L}[\p{L}\p{M}'’.-]{0,11}$/u.test(word))
  );
}
