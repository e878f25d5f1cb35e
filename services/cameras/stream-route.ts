import type { CameraTarget } from "../ports.ts";
import { unlessAborted, within } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import type { Freshness } from "./freshness.ts";
import { GapError } from "./gap-error.ts";
import { checkPicture } from "./picture-check.ts";
import { openFrameStream } from "./rtsp-frames.ts";
import type { FrameStream } from "./rtsp-frames.ts";
import type { CameraSettings } from "./settings.ts";
import type { Route, TakenPicture } from "./snapshot-route.ts";
import { explicitPort, streamUrl } from "./snapshot-uri.ts";
import type { CameraOrigin } from "./snapshot-uri.ts";

/** Frames before the first whole one may be grey or broken. */
const MAX_FRAMES_TRIED = 5;
const WORTH_ANOTHER_FRAME = new Set(["grey", "truncated", "not-a-picture"]);

/** Frames of the RTSP stream by one ffmpeg, started at the first picture. Throws `no-usable-route` when the URI cannot be one. */
export function openStreamRoute(
  uri: string,
  origin: CameraOrigin,
  camera: CameraTarget,
  settings: CameraSettings,
  deadline: Deadline,
): Route {
  const target = streamUrl(uri, origin);
  let stream: Promise<FrameStream> | null = null;

  function start(): Promise<FrameStream> {
    stream ??= openFrameStream({
      target,
      port: explicitPort(target),
      address: origin.address,
      username: camera.username,
      password: camera.password,
      connectTimeoutMs: settings.timeouts.connectMs,
      ffmpegPath: settings.ffmpegPath,
      ...settings.limits,
    });
    return stream;
  }

  async function nextGood(freshness: Freshness, signal: AbortSignal): Promise<TakenPicture> {
    const frames = await unlessAborted(start(), signal);
    let last: unknown = null;
    for (let tried = 0; tried < MAX_FRAMES_TRIED; tried += 1) {
      const frame = await frames.next(signal);
      const takenAt = settings.clock.now();
      try {
        const picture = await checkPicture(frame, settings.limits);
        freshness.admitOrCondemn(picture);
        return { ...picture, takenAt };
      } catch (error) {
        if (!(error instanceof GapError) || !WORTH_ANOTHER_FRAME.has(error.reason)) throw error;
        last = error;
      }
    }
    throw last;
  }

  return {
    take: (freshness) =>
      within(settings.timeouts.streamMs, deadline.signal, (signal) => nextGood(freshness, signal)),
    async close() {
      await stream?.then(
        (frames) => frames.close(),
        () => undefined,
      );
    },
  };
}
