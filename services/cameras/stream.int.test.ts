import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noFaults } from "../../fixtures/cameras/camera-faults.ts";
import type { CameraFaults } from "../../fixtures/cameras/camera-faults.ts";
import { CANARY, createCaptureBench } from "../../fixtures/cameras/capture-bench.ts";
import type { CaptureBench, Observed } from "../../fixtures/cameras/capture-bench.ts";
import { descendants } from "../../fixtures/cameras/process-watch.ts";
import { describeWith } from "../../fixtures/describe-with.ts";
import { startRtspServer } from "../../fixtures/cameras/rtsp-server.ts";
import type { RtspServer } from "../../fixtures/cameras/rtsp-server.ts";
import { startSimulatedCamera } from "../../fixtures/cameras/simulated-camera.ts";
import type { SimulatedCamera } from "../../fixtures/cameras/simulated-camera.ts";
import { testPicture } from "../../fixtures/cameras/test-picture.ts";
import type { CaptureOutcome } from "../ports.ts";
import type { GapReason } from "../types.ts";
import { openFrameStream } from "./rtsp-frames.ts";

const timeouts = { snapshotMs: 700, soapMs: 1500, connectMs: 1000, streamMs: 8000 };

let camera: SimulatedCamera;
let stream: RtspServer;
let bench: CaptureBench;

function expectClean(observed: Observed): void {
  expect(observed.passwordSeenIn).toEqual([]);
  expect(observed.leaked).toEqual([]);
}

function reasons(outcomes: CaptureOutcome[]): (GapReason | "picture")[] {
  return outcomes.map((outcome) => (outcome.ok ? "picture" : outcome.reason));
}

describeWith(["ffmpeg", "gst-rtsp-server"], "cameras by RTSP", () => {
  beforeAll(async () => {
    bench = createCaptureBench({ timeouts });
    const picture = await testPicture(640, 360);
    camera = await startSimulatedCamera({
      now: () => bench.clock.now(),
      picture: async () => picture,
      username: "officer",
      password: CANARY,
      rtsp: { widthPx: 640, heightPx: 360, framesPerSecond: 10 },
    });
    if (camera.rtsp === null) throw new Error("no RTSP server");
    stream = camera.rtsp;
  });

  beforeEach(async () => {
    Object.assign(camera.faults, noFaults());
    Object.assign(stream.faults, { freeze: false, frozen: false });
    await stream.setState("alive");
  });

  afterAll(async () => {
    await camera.stop();
  });

  describe("a camera with a stream", () => {
    const broken: [string, Partial<CameraFaults>][] = [
      ["the snapshot URI is empty", { snapshotUri: "empty" }],
      [
        "the snapshot URI is rtsp://, all URIs naming another host",
        { snapshotUri: "rtsp", streamUri: "foreign-host" },
      ],
      ["the snapshot asks for the password for ever", { snapshotAuthLoop: true }],
      ["the snapshot redirects", { delivery: "redirect" }],
      ["the snapshot is not found", { delivery: "not-found" }],
      ["the snapshot hangs", { delivery: "hang" }],
      ["the snapshot drips", { delivery: "slow-drip" }],
      ["the snapshot breaks off", { picture: "truncated" }],
      ["the snapshot is always grey", { picture: "grey" }],
      ["the snapshot is HTML", { picture: "not-a-picture" }],
      ["the snapshot claims 4 billion pixels", { picture: "huge-pixels" }],
    ];
    it.each(broken)("gives its picture by RTSP when %s", async (_name, faults) => {
      Object.assign(camera.faults, faults);
      const observed = await bench.burst(camera);
      expectClean(observed);
      expect(observed.outcomes).toEqual([
        { ok: true, picture: expect.objectContaining({ route: "rtsp", widthPx: 640, heightPx: 360 }) },
      ]);
      expect(observed.programs).toContain("ffmpeg");
    });

    it("gives a whole burst from one ffmpeg, every picture its own", async () => {
      camera.faults.snapshotUri = "empty";
      const observed = await bench.burst(camera, { pictures: 3 });
      expectClean(observed);
      expect(reasons(observed.outcomes)).toEqual(["picture", "picture", "picture"]);
      const pictures = observed.outcomes.flatMap((outcome) => (outcome.ok ? [outcome.picture] : []));
      const [first, , third] = pictures.map(({ takenAt }) => takenAt.getTime());
      expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(6000);
    });

    it("turns to the stream in the middle of a burst when the snapshot freezes, and condemns the frozen picture", async () => {
      camera.faults.picture = "frozen";
      const observed = await bench.burst(camera, { pictures: 3 });
      expectClean(observed);
      expect(reasons(observed.outcomes)).toEqual(["frozen", "picture", "picture"]);
      expect(observed.outcomes[1]).toMatchObject({ picture: { route: "rtsp" } });
    });

    it("calls a stream that repeats one frame frozen", async () => {
      camera.faults.snapshotUri = "empty";
      stream.faults.frozen = true;
      const observed = await bench.burst(camera, { pictures: 3, spacingMs: 1000 });
      expectClean(observed);
      expect(new Set(reasons(observed.outcomes).slice(1))).toEqual(new Set(["frozen"]));
    });

    const silent: [GapReason, string, () => Promise<void> | void][] = [
      ["unreachable", "the stream refuses connections", () => stream.setState("dead")],
      ["deadline", "the stream accepts and never answers", () => stream.setState("hung")],
      ["deadline", "the stream is open and no frame comes", () => void (stream.faults.freeze = true)],
      ["unreachable", "the stream's port is closed", () => void (camera.faults.streamUri = "closed-port")],
      ["no-usable-route", "the stream URI is empty", () => void (camera.faults.streamUri = "empty")],
    ];
    it.each(silent)(
      "gives a gap '%s' within its deadline when there is no snapshot and %s",
      async (reason, _name, act) => {
        camera.faults.snapshotUri = "empty";
        await act();
        const observed = await bench.burst(camera, { pictures: 3, deadlineMs: 4000 });
        expectClean(observed);
        expect(new Set(reasons(observed.outcomes))).toEqual(new Set([reason]));
        expect(observed.outcomes).toHaveLength(3);
        expect(observed.tookMs).toBeLessThan(4000);
      },
    );

    it("keeps the pictures it has when the stream falls silent in the middle", async () => {
      camera.faults.snapshotUri = "empty";
      const slow = createCaptureBench({ timeouts });
      slow.clock.sleep = async (ms) => {
        stream.faults.freeze = true;
        slow.clock.leap(ms);
        // What the encoder still holds comes out first.
        await new Promise((resolve) => void setTimeout(resolve, 700));
      };
      const observed = await slow.burst(camera, { pictures: 3, deadlineMs: 7000 });
      expectClean(observed);
      expect(reasons(observed.outcomes)).toEqual(["picture", "deadline", "deadline"]);
      expect(observed.tookMs).toBeLessThan(7000);
    });

    it("tells the snapshot's reason when neither route gives a picture", async () => {
      camera.faults.picture = "truncated";
      await stream.setState("dead");
      const { outcomes } = await bench.burst(camera);
      expect(outcomes).toEqual([
        { ok: false, reason: "truncated", detail: expect.stringMatching(/snapshot: .*stream: /u) },
      ]);
    });
  });

  describe("a 1080p stream of its own", () => {
    it("shows what the simulated clock shows within about a second, and refuses a wrong password at once", async () => {
      const pictures = await Promise.all([0, 180].map((hue) => testPicture(1920, 1080, hue)));
      let hour = 0;
      const server = await startRtspServer({
        now: () => new Date(Date.UTC(2026, 0, 1, hour)),
        picture: async (at) => pictures[at.getUTCHours()] ?? new Uint8Array(),
        username: "officer",
        password: CANARY,
      });
      const options = {
        target: new URL(`rtsp://127.0.0.1:${server.port}${server.path}`),
        address: "127.0.0.1",
        port: server.port,
        username: "officer",
        connectTimeoutMs: 1000,
        ffmpegPath: "ffmpeg",
        maxBytes: 16_000_000,
        maxPixels: 40_000_000,
      };
      const frames = await openFrameStream({ ...options, password: CANARY });
      const signal = AbortSignal.timeout(20_000);
      const redness = async (): Promise<number> => {
        const { channels, dominant } = await sharp(await frames.next(signal)).stats();
        expect(dominant).toBeDefined();
        return (channels[0]?.mean ?? 0) - (channels[2]?.mean ?? 0);
      };
      expect(await redness()).toBeGreaterThan(20);
      hour = 1;
      let framesUntilSeen = 1;
      while ((await redness()) > 0) framesUntilSeen += 1;
      // Five frames a second.
      expect(framesUntilSeen).toBeLessThanOrEqual(8);
      const { width, height } = await sharp(await frames.next(signal)).metadata();
      expect([width, height]).toEqual([1920, 1080]);
      await frames.close();

      const refused = await openFrameStream({ ...options, password: "wrong" });
      await expect(refused.next(signal)).rejects.toMatchObject({ reason: "wrong-password" });
      await refused.close();
      await server.stop();
      expect((await descendants()).filter(({ pid }) => pid === server.pid)).toEqual([]);
    });
  });
});
