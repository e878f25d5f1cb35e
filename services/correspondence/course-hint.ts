import type { MailMessage } from "../types.ts";

/** The one known course whose code the subject or the text names; null for none or several. */
export function courseHint(
  { subject, text }: Pick<MailMessage, "subject" | "text">,
  codes: readonly string[],
): string | null {
  for (const place of [subject, text]) {
    const words = new Set(place.toUpperCase().split(/[^\p{L}\d-]+/u));
    const named = codes.filter((code) => words.has(code.toUpperCase()));
    if (named.length > 0) return named.length === 1 ? (named[0] ?? null) : null;
  }
  return null;
}
