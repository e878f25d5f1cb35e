import { createHash } from "node:crypto";

/** HTTP and RTSP authentication (RFC 7616, RFC 2069 for old cameras, RFC 7617), as pure functions of the camera's challenge. */

interface DigestChallenge {
  scheme: "digest";
  realm: string;
  nonce: string;
  opaque: string | null;
  /** As the camera wrote it, to be sent back; null when it named none (then MD5). */
  algorithm: string | null;
  hash: HashName;
  session: boolean;
  /** False for cameras older than RFC 2617, which know no counter. */
  qop: boolean;
  stale: boolean;
}

export type Challenge = DigestChallenge | { scheme: "basic" };

type HashName = "md5" | "sha256" | "sha512-256";

export interface AuthorizationRequest {
  method: string;
  /** Exactly what stands on the request line. */
  uri: string;
  username: string;
  password: string;
  /** How often this nonce has been used, from 1. */
  nonceCount: number;
  clientNonce: string;
}

const HASHES: Record<string, HashName> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };
const STRENGTH: (HashName | "basic")[] = ["basic", "md5", "sha256", "sha512-256"];
// Either `Scheme ` in front of its first parameter, or one `name=value`.
const PART =
  /([a-z][\w-]*)\s+(?=[a-z][\w-]*\s*=)|([a-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|\b(basic)\b/giu;

/** The strongest challenge we can answer among the `WWW-Authenticate` headers; null when there is none. */
export function strongestChallenge(headers: readonly string[]): Challenge | null {
  const known = headers.flatMap(readChallenges).filter((challenge) => challenge !== null);
  return known.toSorted((a, b) => strength(b) - strength(a))[0] ?? null;
}

/** The value of the `Authorization` header. */
export function authorization(challenge: Challenge, request: AuthorizationRequest): string {
  if (challenge.scheme === "basic") {
    return `Basic ${Buffer.from(`${request.username}:${request.password}`, "utf8").toString("base64")}`;
  }
  const nc = request.nonceCount.toString(16).padStart(8, "0");
  const fields = [
    `username="${quotable(request.username)}"`,
    `realm="${quotable(challenge.realm)}"`,
    `nonce="${quotable(challenge.nonce)}"`,
    `uri="${quotable(request.uri)}"`,
    `response="${digestResponse(challenge, request, nc)}"`,
  ];
  if (challenge.algorithm !== null) fields.push(`algorithm=${challenge.algorithm}`);
  if (challenge.opaque !== null) fields.push(`opaque="${quotable(challenge.opaque)}"`);
  if (challenge.qop) fields.push("qop=auth", `nc=${nc}`);
  if (challenge.qop || challenge.session) fields.push(`cnonce="${request.clientNonce}"`);
  return `Digest ${fields.join(", ")}`;
}

function digestResponse(challenge: DigestChallenge, request: AuthorizationRequest, nc: string): string {
  const hash = (text: string): string => createHash(challenge.hash).update(text, "utf8").digest("hex");
  const user = hash(`${request.username}:${challenge.realm}:${request.password}`);
  const secret = challenge.session ? hash(`${user}:${challenge.nonce}:${request.clientNonce}`) : user;
  const asked = hash(`${request.method}:${request.uri}`);
  const between = challenge.qop ? `${challenge.nonce}:${nc}:${request.clientNonce}:auth` : challenge.nonce;
  return hash(`${secret}:${between}:${asked}`);
}

function readChallenges(header: string): (Challenge | null)[] {
  const schemes: { scheme: string; params: Map<string, string> }[] = [];
  for (const match of header.matchAll(PART)) {
    const scheme = match[1] ?? match[5];
    if (scheme !== undefined) schemes.push({ scheme: scheme.toLowerCase(), params: new Map() });
    else if (match[2] !== undefined) {
      const value = match[3]?.replaceAll(/\\(.)/gu, "$1") ?? match[4] ?? "";
      schemes.at(-1)?.params.set(match[2].toLowerCase(), value);
    }
  }
  return schemes.map(({ scheme, params }) => {
    if (scheme === "basic") return { scheme };
    return scheme === "digest" ? digestChallenge(params) : null;
  });
}

function digestChallenge(params: Map<string, string>): DigestChallenge | null {
  const algorithm = params.get("algorithm") ?? null;
  const upper = (algorithm ?? "MD5").toUpperCase();
  const session = upper.endsWith("-SESS");
  const hash = HASHES[session ? upper.slice(0, -5) : upper];
  const nonce = params.get("nonce");
  const qops = params
    .get("qop")
    ?.toLowerCase()
    .split(/\s*,\s*/u);
  // `auth-int` alone would need the body's hash; no camera asks for it without offering `auth`.
  if (hash === undefined || nonce === undefined || (qops !== undefined && !qops.includes("auth")))
    return null;
  return {
    scheme: "digest",
    realm: params.get("realm") ?? "",
    nonce,
    opaque: params.get("opaque") ?? null,
    algorithm,
    hash,
    session,
    qop: qops !== undefined,
    stale: params.get("stale")?.toLowerCase() === "true",
  };
}

function strength(challenge: Challenge): number {
  return STRENGTH.indexOf(challenge.scheme === "basic" ? "basic" : challenge.hash);
}

function quotable(text: string): string {
  return text.replaceAll(/["\\]/gu, "\\$&");
}
