import { execa } from "execa";
import { GapError } from "./gap-error.ts";
import { trimJpeg } from "./jpeg-trim.ts";
import { startRtspRelay } from "./rtsp-relay.ts";
import type { RtspRelayOptions } from "./rtsp-relay.ts";

export interface FrameStreamOptions extends RtspRelayOptions {
  ffmpegPath: string;
  maxBytes: number;
  maxPixels: number;
}

/** One ffmpeg watching one camera. */
export interface FrameStream {
  /** The first frame to arrive after this call, as JPEG. Rejects with a `GapError` when the stream ends or the signal fires. */
  next(signal: AbortSignal): Promise<Uint8Array>;
  /** Kills the process group and resolves when it is gone. */
  close(): Promise<void>;
}

/** Frames closer together than this are not encoded: a burst needs one every few seconds. */
const MIN_FRAME_GAP_SECONDS = 0.2;

/**
 * ffmpeg reads the relay's address from a playlist on its standard input, so that neither the address nor a credential is in its
 * arguments or environment. It may open nothing but TCP, and gets no variable of ours.
 */
export async function openFrameStream(options: FrameStreamOptions): Promise<FrameStream> {
  const relay = await startRtspRelay(options);
  const child = spawnPlayer(options, relay.url);
  const queue = createFrameQueue(options.maxBytes);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = `${stderr}${chunk.toString("utf8")}`.slice(-2000);
  });
  child.stdout.on("data", queue.push);
  const ended = endOf(child).then((code) => {
    relay.close();
    return queue.fail(relay.failure() ?? playerFailure(code, stderr));
  });

  return {
    next: queue.next,
    async close() {
      relay.close();
      killGroup(child.pid);
      await ended;
    },
  };
}

function spawnPlayer(options: FrameStreamOptions, url: string) {
  const select = `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${MIN_FRAME_GAP_SECONDS})`;
  const args = [
    "-hide_banner -loglevel error -f concat -safe 0 -protocol_whitelist pipe,tcp",
    // A frame that leans on one never received is a grey smear: leave it out.
    `-flags -output_corrupt -max_pixels ${options.maxPixels}`,
    // Frame threads would hold back a frame each.
    "-threads 1 -analyzeduration 1 -fpsprobesize 0",
    `-i pipe:0 -map 0:v:0 -an -vf ${select} -fps_mode passthrough`,
    "-c:v mjpeg -q:v 2 -f image2pipe pipe:1",
  ].flatMap((part) => part.split(" "));
  return execa(options.ffmpegPath, args, {
    // A group of its own, so that nothing it might start outlives it.
    detached: true,
    input: playlist(url),
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"] ?? "", LANG: "C" },
  });
}

async function endOf(child: ReturnType<typeof spawnPlayer>): Promise<string | undefined> {
  return (await child).code;
}

function playlist(url: string): string {
  const options = {
    rtsp_transport: "tcp",
    allowed_media_types: "video",
    // The stream's own description says all that is needed; measuring its frame rate would cost seconds.
    analyzeduration: "1",
    fpsprobesize: "0",
  };
  const lines = Object.entries(options).map(([name, value]) => `option ${name} ${value}`);
  return ["ffconcat version 1.0", `file '${url}'`, ...lines, ""].join("\n");
}

interface FrameQueue {
  push: (chunk: Buffer) => void;
  next: (signal: AbortSignal) => Promise<Uint8Array>;
  fail: (error: GapError) => void;
}

/** Cuts the stream of JPEGs; a frame nobody waits for is dropped. */
function createFrameQueue(maxBytes: number): FrameQueue {
  let rest: Buffer = Buffer.alloc(0);
  let failure: GapError | null = null;
  let waiting: { resolve: (frame: Uint8Array) => void; reject: (error: GapError) => void } | null = null;

  function fail(error: GapError): void {
    failure ??= error;
    waiting?.reject(failure);
    waiting = null;
  }

  return {
    fail,
    push(chunk) {
      rest = Buffer.concat([rest, chunk]);
      for (let cut = trimJpeg(rest); cut.ok; cut = trimJpeg(rest)) {
        waiting?.resolve(new Uint8Array(cut.jpeg));
        waiting = null;
        rest = rest.subarray(cut.jpeg.length);
      }
      if (rest.length > maxBytes) fail(new GapError("too-large", "RTSP: a frame beyond the allowed size"));
    },
    async next(signal) {
      if (failure !== null) throw failure;
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting = null;
          reject(new GapError("deadline", "RTSP: no frame in time"));
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
        const settle =
          <T>(done: (value: T) => void) =>
          (value: T): void => {
            signal.removeEventListener("abort", onAbort);
            done(value);
          };
        waiting = { resolve: settle(resolve), reject: settle(reject) };
      });
    },
  };
}

function playerFailure(code: string | undefined, stderr: string): GapError {
  if (code === "ENOENT")
    return new GapError("no-usable-route", "RTSP: ffmpeg is not installed on this machine");
  return new GapError("no-usable-route", `RTSP: the stream ended: ${stderr.trim().split("\n").at(-1) ?? ""}`);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}
