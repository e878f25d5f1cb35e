/** Everything of a camera's words that may be logged, shown or put into `detail` passes through here first. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets.flatMap(spellings).toSorted((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, HIDDEN);
  }
  return PATTERNS.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), clean);
}

/** An error as one redacted line, its causes included. */
export function redactError(error: unknown, secrets: readonly string[]): string {
  let line = error instanceof Error ? "" : String(error);
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    for (const part of [at.message, code]) {
      if (part !== "" && !line.includes(part)) line += line === "" ? part : `: ${part}`;
    }
  }
  return redact(line, secrets).replaceAll(/\s+/gu, " ").slice(0, 300);
}

const HIDDEN = "***";

const PATTERNS: [RegExp, string][] = [
  // Greedy up to the last @: an unescaped password may itself hold one.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"<>]*@/giu, `$1${HIDDEN}@`],
  [/\b((?:proxy-)?authorization\s*[:=]\s*)[^\r\n]*/giu, `$1${HIDDEN}`],
  [/\b((?:digest|basic|bearer)\s+)(?=\w+=|[a-z0-9+/]{8,})[^\r\n]*/giu, `$1${HIDDEN}`],
  [/(<(?:\w+:)?(?:Password|Nonce)\b[^>]*>)[^<]*/giu, `$1${HIDDEN}`],
  [/\b((?:pass(?:word|wd)?|pwd|token|secret)["']?\s*[=:]\s*["']?)[^\s&"',;<>]+/giu, `$1${HIDDEN}`],
];

/** The ways one secret can be written in a URL, in XML, in JSON or in Basic's base64. */
function spellings(secret: string): string[] {
  if (secret === "") return [];
  const xml = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  const base64 = Buffer.from(secret, "utf8").toString("base64").replaceAll("=", "");
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      xml,
      JSON.stringify(secret).slice(1, -1),
      base64,
    ]),
  ];
}
