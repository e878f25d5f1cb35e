import type { CameraTarget } from "../ports.ts";
import { within } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import type { Freshness } from "./freshness.ts";
import { asGap, GapError } from "./gap-error.ts";
import { checkPicture } from "./picture-check.ts";
import type { CheckedPicture } from "./picture-check.ts";
import type { CameraSettings } from "./settings.ts";
import { createSnapshotClient } from "./snapshot-get.ts";
import { snapshotUrls } from "./snapshot-uri.ts";
import type { CameraOrigin } from "./snapshot-uri.ts";

export interface TakenPicture extends CheckedPicture {
  /** By the clock of the system: when the camera was asked, or when the frame arrived. */
  takenAt: Date;
}

/** One way to a picture, used for all pictures of one burst. */
export interface Route {
  /** Throws `GapError`. */
  take(freshness: Freshness): Promise<TakenPicture>;
  close(): Promise<void>;
}

/** A camera's second answer is often right: the first picture after waking is grey, a cached one repeats. */
const WORTH_A_SECOND_TRY = new Set(["grey", "truncated", "frozen"]);
/** Says that this URL is wrong, not that the camera is: the next URL is tried. */
const WRONG_URL = new Set(["unreachable", "no-usable-route", "not-a-picture"]);

/** The ONVIF snapshot by HTTP GET. Throws `no-usable-route` when the URI cannot be one. */
export function openSnapshotRoute(
  uri: string,
  origin: CameraOrigin,
  camera: CameraTarget,
  settings: CameraSettings,
  deadline: Deadline,
): Route {
  let urls = snapshotUrls(uri, origin);
  const { username, password } = camera;
  const client = createSnapshotClient({
    username,
    password,
    maxBytes: settings.limits.maxBytes,
    connectTimeoutMs: settings.timeouts.connectMs,
  });

  async function fetchOnce(url: URL, signal: AbortSignal, fresh: Admission): Promise<TakenPicture> {
    const takenAt = settings.clock.now();
    const picture = await checkPicture(await client.get(url, signal), settings.limits);
    fresh(picture);
    return { ...picture, takenAt };
  }

  async function fetchTwice(url: URL, freshness: Freshness, signal: AbortSignal): Promise<TakenPicture> {
    try {
      return await fetchOnce(url, signal, freshness.admit);
    } catch (error) {
      if (!(error instanceof GapError) || !WORTH_A_SECOND_TRY.has(error.reason)) throw error;
      return fetchOnce(url, signal, freshness.admitOrCondemn);
    }
  }

  async function firstGood(freshness: Freshness, signal: AbortSignal): Promise<TakenPicture> {
    let last = new GapError("no-usable-route", "no snapshot URL");
    for (const url of urls) {
      try {
        const picture = await fetchTwice(url, freshness, signal);
        urls = [url];
        return picture;
      } catch (error) {
        last = asGap(error, "not-a-picture");
        if (!WRONG_URL.has(last.reason)) throw last;
      }
    }
    throw last;
  }

  return {
    take: (freshness) =>
      within(
        Math.min(settings.timeouts.snapshotMs, deadline.remainingMs() * 0.4),
        deadline.signal,
        (signal) => firstGood(freshness, signal),
      ),
    close: client.close,
  };
}

type Admission = Freshness["admit"];
