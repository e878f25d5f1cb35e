import type { BurstRequest, Cameras, CameraTarget, CaptureOutcome } from "../ports.ts";
import type { GapReason } from "../types.ts";
import { createBreaker } from "./breaker.ts";
import type { Breaker } from "./breaker.ts";
import { openCapture } from "./capture.ts";
import type { Capture, ShotPicture } from "./capture.ts";
import { startDeadline, unlessAborted } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import { createFreshness } from "./freshness.ts";
import type { Freshness } from "./freshness.ts";
import { asGap, GapError } from "./gap-error.ts";
import { probeCamera } from "./probe.ts";
import { redactError } from "./redact.ts";
import { cameraSettings } from "./settings.ts";
import type { CameraSettings, CamerasOptions } from "./settings.ts";

/** Cameras over ONVIF, with RTSP where a camera has no usable snapshot. One instance per process: the circuit breaker lives in it. */
export function createCameras(options: CamerasOptions): Cameras {
  const settings = cameraSettings(options);
  const breaker = createBreaker(settings.breaker);
  return {
    async burst(camera, request) {
      const startedAt = performance.now();
      const closed = askBreaker(breaker, camera, settings);
      if (closed !== null) return gaps(request.pictures, closed, camera);
      const outcomes = await withinDeadline(camera, request, settings);
      breaker.report(camera.id, verdictOf(outcomes), settings.clock.now());
      logBurst(camera, outcomes, settings, performance.now() - startedAt);
      return outcomes;
    },
    async probe(camera, deadlineMs) {
      const closed = askBreaker(breaker, camera, settings);
      const result = await probeCamera(camera, settings, deadlineMs, closed);
      if (closed === null) breaker.report(camera.id, result.failure?.reason ?? null, settings.clock.now());
      return result;
    },
  };
}

function askBreaker(breaker: Breaker, camera: CameraTarget, settings: CameraSettings): GapError | null {
  const verdict = breaker.ask(camera.id, settings.clock.now());
  if (verdict.allowed) return null;
  return new GapError(
    "locked-out",
    `after repeated ${verdict.because}, until ${verdict.openUntil.toISOString()}`,
  );
}

type Shot = { ok: true; picture: ShotPicture } | { ok: false; gap: GapError };

async function withinDeadline(
  camera: CameraTarget,
  request: BurstRequest,
  settings: CameraSettings,
): Promise<CaptureOutcome[]> {
  const deadline = startDeadline(request.deadlineMs);
  const freshness = createFreshness(request.previousSha256);
  const shots: Shot[] = [];
  // Ends by itself once the deadline's signal fires: every wait inside listens to it.
  const work = shootAll(camera, request, settings, deadline, freshness, shots).catch((error: unknown) =>
    asGap(error, "unreachable"),
  );
  const ended = await Promise.race([work, hardEnd(deadline)]);
  deadline.clear();
  const missing = ended ?? new GapError("deadline", `nothing within ${request.deadlineMs} ms`);
  const told = shots.map((shot) => outcomeOf(shot, freshness, camera));
  return [...told, ...gaps(request.pictures - told.length, missing, camera)];
}

/** Answers even if something inside should not listen to the signal. */
async function hardEnd({ signal, endingMs }: Deadline): Promise<null> {
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => setTimeout(resolve, Math.max(0, endingMs - 20)), { once: true });
  });
  return null;
}

async function shootAll(
  camera: CameraTarget,
  request: BurstRequest,
  settings: CameraSettings,
  deadline: Deadline,
  freshness: Freshness,
  shots: Shot[],
): Promise<GapError | null> {
  const capture = await openCapture(camera, settings, deadline);
  try {
    let askedAt: Date | null = null;
    while (shots.length < request.pictures) {
      deadline.signal.throwIfAborted();
      await keepSpacing(askedAt, request.spacingMs, settings, deadline);
      askedAt = settings.clock.now();
      const shot = await shootOne(capture, freshness);
      shots.push(shot);
      if (shot.ok) askedAt = shot.picture.takenAt;
    }
    return null;
  } finally {
    await capture.close();
  }
}

async function shootOne(capture: Capture, freshness: Freshness): Promise<Shot> {
  try {
    return { ok: true, picture: await capture.shoot(freshness) };
  } catch (error) {
    return { ok: false, gap: asGap(error, "not-a-picture") };
  }
}

async function keepSpacing(
  last: Date | null,
  spacingMs: number,
  { clock }: CameraSettings,
  deadline: Deadline,
): Promise<void> {
  if (last === null) return;
  const waitMs = last.getTime() + spacingMs - clock.now().getTime();
  if (waitMs > 0) await unlessAborted(clock.sleep(waitMs), deadline.signal);
}

function outcomeOf(shot: Shot, freshness: Freshness, camera: CameraTarget): CaptureOutcome {
  if (!shot.ok) return gapOutcome(shot.gap, camera);
  const { scanSha256, ...picture } = shot.picture;
  if (!freshness.condemned(scanSha256)) return { ok: true, picture };
  return gapOutcome(new GapError("frozen", "the same picture came again later in the burst"), camera);
}

function gaps(count: number, gap: GapError, camera: CameraTarget): CaptureOutcome[] {
  return Array.from({ length: Math.max(0, count) }, () => gapOutcome(gap, camera));
}

function gapOutcome(gap: GapError, camera: CameraTarget): CaptureOutcome {
  return { ok: false, reason: gap.reason, detail: redactError(gap, [camera.password]) };
}

/** One picture is enough to know that the camera answers. */
function verdictOf(outcomes: CaptureOutcome[]): GapReason | null {
  const reasons = outcomes.map((outcome) => (outcome.ok ? null : outcome.reason));
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

function logBurst(
  camera: CameraTarget,
  outcomes: CaptureOutcome[],
  { log }: CameraSettings,
  tookMs: number,
): void {
  const missing = outcomes.flatMap((outcome) => (outcome.ok ? [] : [`${outcome.reason}: ${outcome.detail}`]));
  const routes = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.picture.route] : []));
  const fields = { camera: camera.id, host: camera.host, routes, missing, tookMs: Math.round(tookMs) };
  if (missing.length === 0) log.info(fields, "burst taken");
  else log.warn(fields, "burst with gaps");
}
