/**
 * RFC 8785 (JCS): keys sorted by UTF-16 code unit, no spaces, ECMAScript numbers; a `Date` is its ISO string (UTC, ms).
 * What is hashed or signed is written this way, so that anybody gets the same bytes.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof Date || value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}
