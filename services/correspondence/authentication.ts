import type { MailAuthentication } from "../types.ts";

type Method = MailAuthentication["methods"][number];

/**
 * What the Authentication-Results lines (RFC 8601) of a mail say, from the top. With `trustedServer` only the first line of
 * that server counts, because a sender can write lines of his own below it. Without it nothing can be trusted to say "pass",
 * but a stated failure still counts as one.
 */
export function authenticationOf(
  lines: readonly string[],
  fromAddress: string,
  trustedServer: string | null,
): MailAuthentication {
  const read = lines.map(readLine);
  const trusted = read.find(({ server }) => server.toLowerCase() === trustedServer?.toLowerCase());
  const counting = trustedServer === null ? read : trusted ? [trusted] : [];
  const methods = counting.flatMap((line) => line.methods);
  return {
    verdict: verdictOf(methods, domainOf(fromAddress)),
    server: counting[0]?.server ?? null,
    methods: methods.slice(0, 20),
  };
}

function verdictOf(methods: readonly Method[], fromDomain: string): MailAuthentication["verdict"] {
  const said = (name: string, ...results: string[]) =>
    methods.filter(({ method, result }) => method === name && results.includes(result));
  if (said("dmarc", "fail").length > 0) return "fail";
  const passed = [...said("dmarc", "pass"), ...said("dkim", "pass"), ...said("spf", "pass")];
  if (
    passed.some(({ method, domain }) => aligned(domain ?? (method === "dmarc" ? fromDomain : ""), fromDomain))
  ) {
    return "pass";
  }
  const failed = [...said("spf", "fail", "softfail", "hardfail"), ...said("dkim", "fail", "permerror")];
  return failed.length > 0 ? "fail" : "none";
}

/** `gov.vn`, `com`: anybody may own a name below these, so two names that share only one of them are strangers. */
const registry = /^((com|net|org|gov|edu|ac|info|name|health|biz|int|pro|id|io|ai)\.)?[a-z]{2,}$/;

/** The same domain or one below the other (relaxed alignment, RFC 7489 3.1). */
function aligned(one: string, other: string): boolean {
  const [shorter = "", longer = ""] = [one.toLowerCase(), other.toLowerCase()].toSorted(
    (a, b) => a.length - b.length,
  );
  if (shorter === "") return false;
  return shorter === longer || (longer.endsWith(`.${shorter}`) && !registry.test(shorter));
}

function readLine(line: string): { server: string; methods: Method[] } {
  const [head = "", ...results] = withoutComments(line).split(";");
  const server = head.trim().split(/\s+/)[0] ?? "";
  return { server, methods: results.flatMap(readResult) };
}

function readResult(text: string): Method[] {
  const stated = /^\s*([a-z][a-z0-9-]*)(?:\/\d+)?\s*=\s*([a-z]+)/i.exec(text);
  if (!stated) return [];
  const property =
    /\b(?:header\.(?:from|d|i)|smtp\.(?:mailfrom|mail|helo))\s*=\s*"?([^\s";]+)"?/i.exec(text)?.[1] ?? null;
  const domain = property === null ? null : domainOf(property.includes("@") ? property : `@${property}`);
  return [{ method: (stated[1] ?? "").toLowerCase(), result: (stated[2] ?? "").toLowerCase(), domain }];
}

/** Comments are in parentheses and may nest; a text in quotes keeps its own. */
function withoutComments(line: string): string {
  let depth = 0;
  let quoted = false;
  let kept = "";
  for (const letter of line) {
    if (depth === 0 && letter === '"') quoted = !quoted;
    if (!quoted && letter === "(") depth += 1;
    if (depth === 0) kept += letter;
    if (!quoted && letter === ")") depth = Math.max(0, depth - 1);
  }
  return kept;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}
