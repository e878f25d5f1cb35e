import { SisoError } from "../services/errors.ts";

/** A full disk or a database that is away is no fault of the mail at hand. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof SisoError && error.retryable && error.code !== "mail-unavailable";
}

export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
