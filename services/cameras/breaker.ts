import type { CameraId, GapReason } from "../types.ts";

/**
 * Stops asking a camera that cannot answer. Most cameras lock an account after three to seven wrong passwords for about half an
 * hour, so a wrong password opens it almost at once; a camera that is down costs only time and opens it later.
 */
export interface BreakerOptions {
  /** Captures in a row refused for the password. */
  wrongPasswordLimit: number;
  wrongPasswordPauseMs: number;
  /** Captures in a row without an answer. */
  unreachableLimit: number;
  unreachablePauseMs: number;
}

export const defaultBreakerOptions: BreakerOptions = {
  wrongPasswordLimit: 2,
  wrongPasswordPauseMs: 30 * 60_000,
  unreachableLimit: 5,
  unreachablePauseMs: 2 * 60_000,
};

export type BreakerVerdict =
  | { allowed: true }
  | { allowed: false; openUntil: Date; because: "wrong-password" | "unreachable" };

export interface Breaker {
  /** When open and its pause is over, lets exactly one capture through to try. */
  ask(camera: CameraId, now: Date): BreakerVerdict;
  /** `null` means a picture came. Reasons that say nothing about reaching the camera count as an answer. */
  report(camera: CameraId, reason: GapReason | null, now: Date): void;
}

interface CameraState {
  wrongPasswords: number;
  unanswered: number;
  open: { until: Date; because: "wrong-password" | "unreachable" } | null;
}

export function createBreaker(options: BreakerOptions): Breaker {
  const states = new Map<CameraId, CameraState>();

  function stateOf(camera: CameraId): CameraState {
    const state = states.get(camera) ?? { wrongPasswords: 0, unanswered: 0, open: null };
    states.set(camera, state);
    return state;
  }

  return {
    ask(camera, now) {
      const { open } = stateOf(camera);
      if (open === null) return { allowed: true };
      if (now < open.until) return { allowed: false, openUntil: open.until, because: open.because };
      // Half-open: whoever comes next while this one tries is still refused.
      open.until = new Date(now.getTime() + pauseOf(open.because, options));
      return { allowed: true };
    },
    report(camera, reason, now) {
      const state = stateOf(camera);
      const because = count(state, reason);
      const limit = because === "wrong-password" ? options.wrongPasswordLimit : options.unreachableLimit;
      const failures = because === "wrong-password" ? state.wrongPasswords : state.unanswered;
      if (because === null) state.open = null;
      else if (failures >= limit || reason === "locked-out") {
        state.open = { until: new Date(now.getTime() + pauseOf(because, options)), because };
      }
    },
  };
}

/** Counts the outcome; answers what it counts against. */
function count(state: CameraState, reason: GapReason | null): "wrong-password" | "unreachable" | null {
  if (reason === "wrong-password" || reason === "locked-out") {
    state.wrongPasswords += 1;
    return "wrong-password";
  }
  if (reason === "unreachable" || reason === "deadline") {
    state.unanswered += 1;
    return "unreachable";
  }
  state.wrongPasswords = 0;
  state.unanswered = 0;
  return null;
}

function pauseOf(because: "wrong-password" | "unreachable", options: BreakerOptions): number {
  return because === "wrong-password" ? options.wrongPasswordPauseMs : options.unreachablePauseMs;
}
