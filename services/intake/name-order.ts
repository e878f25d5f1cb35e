const VIETNAMESE = new Intl.Collator("vi");

/** The last word: Vietnamese lists are sorted by given name. */
export function givenName(fullName: string): string {
  return fullName.trim().split(/\s+/).at(-1) ?? "";
}

/** Sorts by given name, then the whole name, in Vietnamese alphabetical order. */
export function compareNames(a: string, b: string): number {
  return VIETNAMESE.compare(givenName(a), givenName(b)) || VIETNAMESE.compare(a.trim(), b.trim());
}
