import type { CameraProbe, CameraTarget } from "../ports.ts";
import { openCapture } from "./capture.ts";
import type { Capture } from "./capture.ts";
import { startDeadline } from "./deadline.ts";
import { createFreshness } from "./freshness.ts";
import { asGap } from "./gap-error.ts";
import type { GapError } from "./gap-error.ts";
import { redactError } from "./redact.ts";
import type { CameraSettings } from "./settings.ts";

const NOTHING: CameraProbe = {
  reachable: false,
  manufacturer: null,
  model: null,
  profiles: [],
  presets: [],
  route: null,
  snapshotTrouble: null,
  latencyMs: null,
  clockSkewMs: null,
  picture: null,
  failure: null,
};
/** The camera spoke to us, whatever it said. */
const ANSWERED = new Set(["wrong-password", "no-profile", "no-usable-route", "locked-out"]);

/** Everything one camera tells about itself and one picture of it; `closed` is why it must not be asked at all. */
export async function probeCamera(
  camera: CameraTarget,
  settings: CameraSettings,
  deadlineMs: number,
  closed: GapError | null,
): Promise<CameraProbe> {
  if (closed !== null) return { ...NOTHING, failure: told(closed, camera) };
  const deadline = startDeadline(deadlineMs);
  let capture: Capture | null = null;
  const found: CameraProbe = { ...NOTHING };
  try {
    capture = await openCapture(camera, settings, deadline);
    await describe(capture, found);
    await shoot(capture, camera, found);
  } catch (error) {
    const gap = asGap(error, "unreachable");
    found.reachable ||= ANSWERED.has(gap.reason);
    found.failure = told(gap, camera);
  } finally {
    await capture?.close();
    deadline.clear();
  }
  return found;
}

async function describe({ device, profile }: Capture, found: CameraProbe): Promise<void> {
  found.reachable = true;
  found.clockSkewMs = device.clockSkewMs;
  found.profiles = device.profiles;
  // Neither is needed for a picture, and fixed cameras have no presets.
  Object.assign(found, await device.information().catch(() => ({})));
  found.presets = await device.presets(profile.token).catch(() => []);
}

async function shoot(capture: Capture, camera: CameraTarget, found: CameraProbe): Promise<void> {
  try {
    const { scanSha256: _, ...picture } = await capture.shoot(createFreshness([]));
    found.picture = picture;
    found.route = picture.route;
    found.latencyMs = picture.latencyMs;
  } finally {
    const trouble = capture.snapshotTrouble();
    found.snapshotTrouble = trouble === null ? null : told(trouble, camera);
  }
}

function told(gap: GapError, camera: CameraTarget): NonNullable<CameraProbe["failure"]> {
  return { reason: gap.reason, detail: redactError(gap, [camera.password]) };
}
