import type { Bilingual } from "./types.ts";

/** Every error a person or a queue can meet; `retryable` is what the queue acts on. */
const catalogue = {
  "config-invalid": { retryable: false },
  "file-unreadable": { retryable: false },
  "file-refused": { retryable: false },
  "not-found": { retryable: false },
  "input-invalid": { retryable: false },
  "camera-failed": { retryable: true },
  "archive-corrupt": { retryable: false },
  "archive-full": { retryable: true },
  "store-unavailable": { retryable: true },
  "archive-refused": { retryable: false },
  "key-missing": { retryable: false },
  "timestamp-unavailable": { retryable: true },
  "model-missing": { retryable: false },
  "database-unavailable": { retryable: true },
  "queue-unavailable": { retryable: true },
  "mail-unavailable": { retryable: true },
} as const satisfies Record<string, { retryable: boolean }>;

export type ErrorCode = keyof typeof catalogue;

/** The product's one error class: what happened and what to do, in both languages. Expected outcomes are values, not errors. */
export class SisoError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly words: Bilingual;

  constructor(code: ErrorCode, words: Bilingual, cause?: unknown) {
    super(`${words.vi} | ${words.en}`, { cause });
    this.name = "SisoError";
    this.code = code;
    this.retryable = catalogue[code].retryable;
    this.words = words;
  }
}
