import type { CameraTarget, CapturedPicture } from "../ports.ts";
import type { SnapshotRoute } from "../types.ts";
import { pinAddress } from "./address-policy.ts";
import { unlessAborted } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import type { Freshness } from "./freshness.ts";
import { asGap, GapError } from "./gap-error.ts";
import { openDevice } from "./onvif-device.ts";
import type { DeviceProfile, OnvifDevice } from "./onvif-device.ts";
import type { CameraSettings } from "./settings.ts";
import { openSnapshotRoute } from "./snapshot-route.ts";
import type { Route, TakenPicture } from "./snapshot-route.ts";
import { openStreamRoute } from "./stream-route.ts";

export interface ShotPicture extends CapturedPicture {
  scanSha256: string;
}

/** One camera, opened for one burst or one probe. */
export interface Capture {
  device: OnvifDevice;
  profile: DeviceProfile;
  /** Throws a `GapError` that tells of every route tried. */
  shoot(freshness: Freshness): Promise<ShotPicture>;
  /** Why the last picture did not come by snapshot; null when it did. */
  snapshotTrouble(): GapError | null;
  close(): Promise<void>;
}

/** Resolves and pins the address, logs in, moves to the preset. Throws `GapError`; leaves nothing open then. */
export async function openCapture(
  camera: CameraTarget,
  settings: CameraSettings,
  deadline: Deadline,
): Promise<Capture> {
  const address = await unlessAborted(pinAddress(camera.host, settings.policy), deadline.signal);
  const device = await openDevice({
    camera,
    address,
    clock: settings.clock,
    signal: deadline.signal,
    timeoutMs: settings.timeouts.soapMs,
  }).catch((error: unknown) => Promise.reject(asGap(error, "no-usable-route")));
  const profile = device.profiles[0];
  if (profile === undefined) throw new GapError("no-profile", "the camera has no profile");
  const origin = { host: camera.host, address, port: camera.port, secure: camera.secure };
  const snapshot = lazyRoute(async () =>
    openSnapshotRoute(await device.snapshotUri(profile.token), origin, camera, settings, deadline),
  );
  const stream = lazyRoute(async () =>
    openStreamRoute(await device.streamUri(profile.token), origin, camera, settings, deadline),
  );
  const close = async (): Promise<void> => {
    device.close();
    await Promise.all([snapshot.close(), stream.close()]);
  };
  try {
    await goToPreset(device, profile, camera, settings, deadline);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...createShooter(snapshot, stream, device, settings), device, profile, close };
}

async function goToPreset(
  device: OnvifDevice,
  profile: DeviceProfile,
  camera: CameraTarget,
  settings: CameraSettings,
  deadline: Deadline,
): Promise<void> {
  if (camera.presetToken === null) return;
  try {
    await device.gotoPreset(profile.token, camera.presetToken);
  } catch (error) {
    // A picture of another part of the room would make people absent who are not.
    const gap = asGap(error, "no-usable-route");
    throw new GapError(
      gap.reason,
      `the camera does not go to preset ${camera.presetToken}: ${gap.message}`,
      gap,
    );
  }
  await unlessAborted(settings.clock.sleep(settings.timeouts.presetSettleMs), deadline.signal);
}

/** Opens at the first picture; a route that cannot exist is asked for once only. */
function lazyRoute(open: () => Promise<Route>): Route {
  let route: Promise<Route> | null = null;
  return {
    async take(freshness) {
      route ??= open();
      return (await route).take(freshness);
    },
    async close() {
      const opened = await route?.catch(() => null);
      await opened?.close();
    },
  };
}

/** Reasons that will not go away within seconds; asking again would only cost time, or lock the account. */
const LASTING = new Set([
  "no-usable-route",
  "wrong-password",
  "locked-out",
  "refused-address",
  "too-large",
  "deadline",
]);

/** The snapshot first; the stream when it fails, and from then on, as long as it works. */
function createShooter(
  snapshot: Route,
  stream: Route,
  device: OnvifDevice,
  settings: CameraSettings,
): Pick<Capture, "shoot" | "snapshotTrouble"> {
  let snapshotGap: GapError | null = null;
  let streamGap: GapError | null = null;
  let streaming = false;

  async function bySnapshot(freshness: Freshness): Promise<TakenPicture | null> {
    if (snapshotGap !== null && (streaming || LASTING.has(snapshotGap.reason))) return null;
    try {
      const picture = await snapshot.take(freshness);
      snapshotGap = null;
      return picture;
    } catch (error) {
      snapshotGap = asGap(error, "no-usable-route");
      settings.log.info({ reason: snapshotGap.reason }, "no snapshot, trying the stream");
      return null;
    }
  }

  async function byStream(freshness: Freshness): Promise<TakenPicture> {
    if (streamGap !== null) throw bothFailed(snapshotGap, streamGap);
    try {
      const picture = await stream.take(freshness);
      streaming = true;
      return picture;
    } catch (error) {
      const gap = asGap(error, "no-usable-route");
      // A frozen or grey frame may be followed by a good one; a stream that ended does not come back within the burst.
      if (gap.reason !== "frozen" && gap.reason !== "grey") {
        streaming = false;
        streamGap = gap;
        await stream.close();
      }
      throw bothFailed(snapshotGap, gap);
    }
  }

  async function shoot(freshness: Freshness): Promise<ShotPicture> {
    const startedAt = performance.now();
    const shot = await bySnapshot(freshness);
    const taken = shot ?? (await byStream(freshness));
    const { jpeg, widthPx, heightPx, takenAt, scanSha256 } = taken;
    const route: SnapshotRoute = shot === null ? "rtsp" : "onvif-snapshot";
    const latencyMs = Math.round(performance.now() - startedAt);
    const { clockSkewMs } = device;
    return { jpeg, widthPx, heightPx, takenAt, route, clockSkewMs, latencyMs, scanSha256 };
  }

  return { shoot, snapshotTrouble: () => snapshotGap };
}

/** The snapshot's reason says what is wrong with the camera, unless it only offers none: then the stream's does. */
function bothFailed(snapshot: GapError | null, stream: GapError): GapError {
  if (snapshot === null) return stream;
  const reason = snapshot.reason === "no-usable-route" ? stream.reason : snapshot.reason;
  return new GapError(reason, `snapshot: ${snapshot.message}; stream: ${stream.message}`);
}
