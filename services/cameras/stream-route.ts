import type { CameraTarget } from "../ports.ts";
import type { Deadline } from "./deadline.ts";
import { unlessAborted } from "./deadline.ts";
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

  return {
    async take(freshness) {
      const signal = deadline.step(settings.timeouts.streamMs);
      const frames = await unlessAborted(start(), signal);
      let last: unknown = null;
      for (let tried = 0; tried < MAX_FRAMES_TRIED; tried += 1) {
        const frame = await frames.next(signal);
        const takenAt = settings.clock.now();
        try {
          const picture = await checkPicture(frame, settings.limits);
          freshness.admitOrCondemn(picture);
          return { ...picture, takenAt } satisfies TakenPicture;
        } catch (error) {
          if (!(error instanceof GapError) || !WORTH_ANOTHER_FRAME.has(error.reason)) throw error;
          last = error;
        }
      }
      throw last;
    },
    async close() {
      await stream?.then(
        (frames) => frames.close(),
        () => undefined,
      );
    },
  };
}
