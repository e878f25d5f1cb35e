import { GapError } from "./gap-error.ts";

/** Real time, whatever clock the system runs on: a simulated clock cannot unblock a socket. */
export interface Deadline {
  /** Fires a little before the deadline, so that what runs can be ended within it. */
  signal: AbortSignal;
  remainingMs(): number;
  /** Between the signal and the deadline itself. */
  endingMs: number;
  clear(): void;
}

/** Killing a process and closing sockets has taken up to 130 ms on a machine with a load of ten. */
const ENDING_MS = 600;

export function startDeadline(deadlineMs: number): Deadline {
  const endingMs = Math.min(ENDING_MS, deadlineMs / 4);
  const workMs = deadlineMs - endingMs;
  const endsAt = performance.now() + workMs;
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new GapError("deadline", "the deadline has passed")),
    workMs,
  );
  const remainingMs = (): number => Math.max(0, endsAt - performance.now());
  return {
    signal: controller.signal,
    remainingMs,
    endingMs,
    clear: () => clearTimeout(timer),
  };
}

/** The promise's outcome, or the signal's reason as soon as it fires; the promise itself runs on unheard. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/**
 * One step with a limit of its own, never past the outer signal. Not AbortSignal.any with AbortSignal.timeout: Node 20 may
 * collect the two before they fire.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const controller = new AbortController();
  const onOuter = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(new GapError("deadline", "no answer in time")), ms);
  outer.addEventListener("abort", onOuter, { once: true });
  try {
    return await step(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onOuter);
  }
}
