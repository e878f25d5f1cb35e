import type { GapReason } from "../types.ts";

/** Why one route or one whole capture gives no picture; inside this folder only, a value by the time it leaves. */
export class GapError extends Error {
  readonly reason: GapReason;

  constructor(reason: GapReason, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = "GapError";
    this.reason = reason;
  }
}

/** Any failure as a gap: what is not one of ours is a camera that answers nonsense or not at all. */
export function asGap(error: unknown, fallback: GapReason): GapError {
  if (error instanceof GapError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new GapError(networkReason(error) ?? fallback, words, error);
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

function networkReason(error: unknown): GapReason | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at.name === "AbortError" || at.name === "TimeoutError") return "deadline";
    if (at instanceof GapError) return at.reason;
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    if (UNREACHABLE.has(code)) return "unreachable";
    if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return "deadline";
    if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return "too-large";
  }
  return null;
}
