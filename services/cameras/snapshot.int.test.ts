import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noFaults } from "../../fixtures/cameras/camera-faults.ts";
import type { CameraFaults } from "../../fixtures/cameras/camera-faults.ts";
import { CANARY, createCaptureBench } from "../../fixtures/cameras/capture-bench.ts";
import type { CaptureBench, Observed } from "../../fixtures/cameras/capture-bench.ts";
import { startSimulatedCamera } from "../../fixtures/cameras/simulated-camera.ts";
import type { SimulatedCamera } from "../../fixtures/cameras/simulated-camera.ts";
import { testPicture } from "../../fixtures/cameras/test-picture.ts";
import type { CaptureOutcome } from "../ports.ts";
import type { GapReason } from "../types.ts";

// Short, so that a camera that hangs does not hold up the suite; the deadline is what is tested.
const timeouts = { snapshotMs: 1000, soapMs: 1500, connectMs: 1000 };
const YEAR_MS = 365 * 86_400_000;

let camera: SimulatedCamera;
let bench: CaptureBench;
const asked: (string | null)[] = [];

beforeAll(async () => {
  bench = createCaptureBench({ timeouts });
  const picture = await testPicture(1280, 720);
  camera = await startSimulatedCamera({
    now: () => bench.clock.now(),
    picture: async (_at, preset) => {
      asked.push(preset);
      return picture;
    },
    username: "officer <&>",
    password: CANARY,
  });
});

beforeEach(() => {
  Object.assign(camera.faults, noFaults());
});

afterAll(async () => {
  await camera.stop();
});

function expectClean(observed: Observed): void {
  expect(observed.passwordSeenIn).toEqual([]);
  expect(observed.leaked).toEqual([]);
}

function reasons(outcomes: CaptureOutcome[]): (GapReason | "picture")[] {
  return outcomes.map((outcome) => (outcome.ok ? "picture" : outcome.reason));
}

describe("a camera with a snapshot and no stream", () => {
  it("gives a burst of three different pictures, apart by the system's clock", async () => {
    const observed = await bench.burst(camera, { pictures: 3 });
    expectClean(observed);
    const pictures = observed.outcomes.flatMap((outcome) => (outcome.ok ? [outcome.picture] : []));
    expect(pictures).toHaveLength(3);
    for (const picture of pictures)
      expect(picture).toMatchObject({ route: "onvif-snapshot", widthPx: 1280, heightPx: 720 });
    expect(new Set(pictures.map(({ jpeg }) => Buffer.from(jpeg).toString("base64"))).size).toBe(3);
    const [first, second] = pictures.map(({ takenAt }) => takenAt.getTime());
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(3000);
    expect(Math.abs(pictures[0]?.clockSkewMs ?? Infinity)).toBeLessThan(2000);
    expect(camera.wrongLogins()).toBe(0);
  });

  const pictured: [string, Partial<CameraFaults>][] = [
    ["its URI names another host", { snapshotUri: "foreign-host" }],
    ["its URI names a closed port", { snapshotUri: "wrong-port" }],
    ["Media2 is announced and broken", { media2Broken: true }],
    ["bytes follow the end marker", { picture: "trailing-bytes" }],
    ["the first picture is grey", { picture: "grey-first" }],
    ["the MIME type is wrong", { delivery: "wrong-mime" }],
    ["its clock steps once while we log in", { clockSteps: [3_600_000] }],
    [
      "its clock steps all the time",
      { clockSteps: Array.from({ length: 20 }, (_, i) => (i + 1) * 3_600_000) },
    ],
  ];
  it.each(pictured)("gives a picture although %s", async (_name, faults) => {
    Object.assign(camera.faults, faults);
    const observed = await bench.burst(camera);
    expectClean(observed);
    expect(observed.outcomes).toEqual([
      { ok: true, picture: expect.objectContaining({ route: "onvif-snapshot" }) },
    ]);
  });

  it.each([-3 * YEAR_MS, 9 * YEAR_MS])(
    "gives a picture although its clock is off by %i ms, and says so",
    async (clockOffsetMs) => {
      camera.faults.clockOffsetMs = clockOffsetMs;
      const { outcomes } = await bench.burst(camera);
      const skew = outcomes[0]?.ok === true ? (outcomes[0].picture.clockSkewMs ?? 0) : Number.NaN;
      expect(Math.abs(skew - clockOffsetMs)).toBeLessThan(2000);
    },
  );

  const missed: [GapReason, string, Partial<CameraFaults>][] = [
    ["unreachable", "it is dead", { dead: true }],
    ["unreachable", "it resets the connection", { delivery: "reset" }],
    ["no-usable-route", "it floods us with bytes", { soapFlood: true }],
    ["deadline", "it accepts calls and never answers", { soapHang: true }],
    ["deadline", "the snapshot hangs", { delivery: "hang" }],
    ["deadline", "the snapshot drips", { delivery: "slow-drip" }],
    ["wrong-password", "its password was changed", { passwordChanged: true }],
    ["wrong-password", "the snapshot asks for the password for ever", { snapshotAuthLoop: true }],
    ["no-profile", "it has no profile", { noProfiles: true }],
    ["no-usable-route", "the snapshot URI is empty", { snapshotUri: "empty" }],
    ["no-usable-route", "the snapshot URI is rtsp://", { snapshotUri: "rtsp" }],
    ["no-usable-route", "the snapshot is not found", { delivery: "not-found" }],
    ["refused-address", "the snapshot redirects", { delivery: "redirect" }],
    ["truncated", "the picture breaks off", { picture: "truncated" }],
    ["truncated", "the picture has a hole", { picture: "hole" }],
    ["grey", "every picture is grey", { picture: "grey" }],
    ["not-a-picture", "it sends HTML", { picture: "not-a-picture" }],
    ["too-large", "the picture never ends", { picture: "huge-bytes" }],
    ["too-large", "the picture claims 4 billion pixels", { picture: "huge-pixels" }],
  ];
  it.each(missed)("gives a gap '%s' when %s", async (reason, _name, faults) => {
    Object.assign(camera.faults, faults);
    const observed = await bench.burst(camera, { pictures: 2, deadlineMs: 6000 });
    expectClean(observed);
    expect(reasons(observed.outcomes)).toEqual([reason, reason]);
    expect(observed.tookMs).toBeLessThan(6000);
  });

  it.each(["hang", "slow-drip"] as const)(
    "gives the stream its turn before the deadline when the snapshot does %s",
    async (delivery) => {
      camera.faults.delivery = delivery;
      const { outcomes } = await bench.burst(camera, { deadlineMs: 60_000 });
      expect(outcomes).toEqual([
        { ok: false, reason: "deadline", detail: expect.stringMatching(/snapshot: .*stream: /u) },
      ]);
    },
  );

  it("notices that it is frozen within one burst, the first picture included", async () => {
    camera.faults.picture = "frozen";
    const observed = await bench.burst(camera, { pictures: 3 });
    expectClean(observed);
    expect(reasons(observed.outcomes)).toEqual(["frozen", "frozen", "frozen"]);
  });

  it("notices that it has been frozen since an earlier burst", async () => {
    camera.faults.picture = "frozen";
    const { outcomes } = await bench.burst(camera);
    if (outcomes[0]?.ok !== true) throw new Error("no first picture");
    const previous = createHash("sha256").update(outcomes[0].picture.jpeg).digest("hex");
    expect(reasons((await bench.burst(camera, { previousSha256: [previous] })).outcomes)).toEqual(["frozen"]);
  });

  it("follows no redirect: the other server hears nothing", async () => {
    const heard: string[] = [];
    const elsewhere = createServer((request, response) => {
      heard.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => void elsewhere.listen(0, "127.0.0.1", resolve));
    camera.faults.delivery = "redirect";
    camera.faults.redirectTo = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    expect(reasons((await bench.burst(camera)).outcomes)).toEqual(["refused-address"]);
    expect(heard).toEqual([]);
    elsewhere.close();
  });

  it("goes to its preset before the picture, and gives none when it will not", async () => {
    asked.length = 0;
    expect(reasons((await bench.burst(camera, { preset: "003" })).outcomes)).toEqual(["picture"]);
    expect(asked).toEqual(["003"]);
    camera.faults.presetBroken = true;
    expect(reasons((await bench.burst(camera, { preset: "003" })).outcomes)).toEqual(["no-usable-route"]);
    camera.faults.presetBroken = false;
    expect(reasons((await bench.burst(camera, { preset: "</PresetToken>" })).outcomes)).toEqual([
      "no-usable-route",
    ]);
  });

  it("is refused on loopback unless the deployment is a simulation", async () => {
    const strict = createCaptureBench({ allowLoopback: false });
    const before = camera.requests.get("GetSystemDateAndTime") ?? 0;
    expect(reasons((await strict.burst(camera)).outcomes)).toEqual(["refused-address"]);
    expect(camera.requests.get("GetSystemDateAndTime")).toBe(before);
  });

  it("answers a burst whose deadline is already too short, with every picture a gap", async () => {
    const observed = await bench.burst(camera, { pictures: 3, deadlineMs: 1 });
    expect(reasons(observed.outcomes)).toEqual(["deadline", "deadline", "deadline"]);
  });
});

describe("a camera whose password was changed", () => {
  it("is not locked by us, and is asked again once the pause is over", async () => {
    const own = createCaptureBench({ timeouts });
    const changed = await startSimulatedCamera({
      now: () => own.clock.now(),
      picture: () => testPicture(640, 360),
      username: "admin",
      password: CANARY,
      faults: { passwordChanged: true, lockAfterWrongLogins: 5 },
    });
    const seen: string[] = [];
    for (let i = 0; i < 12; i += 1)
      seen.push(...reasons((await own.burst(changed, { id: "same" })).outcomes));
    expect(seen).toEqual([
      "wrong-password",
      "wrong-password",
      ...Array.from({ length: 10 }, () => "locked-out"),
    ]);
    expect(changed.locked()).toBe(false);
    expect(changed.wrongLogins()).toBeLessThanOrEqual(2);
    changed.faults.passwordChanged = false;
    own.clock.leap(31 * 60_000);
    expect(reasons((await own.burst(changed, { id: "same" })).outcomes)).toEqual(["picture"]);
    expect(own.logged()).not.toContain("cAn4ry");
    await changed.stop();
  });
});

describe("a camera over HTTPS with a password beyond ASCII", () => {
  it("gives its picture and tells a probe what it is", async () => {
    const own = createCaptureBench({ timeouts });
    const secure = await startSimulatedCamera({
      now: () => own.clock.now(),
      picture: () => testPicture(640, 360),
      username: "admin",
      password: "mật khẩu cAn4ry",
      secure: true,
      model: "Vòm-360",
      media2: false,
    });
    expect(reasons((await own.burst(secure)).outcomes)).toEqual(["picture"]);
    const probe = await own.cameras.probe(secure.target("probe" as never), 8000);
    expect(probe).toMatchObject({
      reachable: true,
      model: "Vòm-360",
      route: "onvif-snapshot",
      snapshotTrouble: null,
      failure: null,
      picture: { widthPx: 640, heightPx: 360 },
    });
    expect(probe.profiles.map(({ token, widthPx }) => [token, widthPx])).toEqual([
      ["1.0", 1920],
      ["2.0", 640],
    ]);
    expect(probe.presets).toEqual([
      { token: "1", name: "Cả lớp" },
      { token: "2", name: "Cả lớp" },
      { token: "003", name: "Bảng" },
    ]);
    await secure.stop();
  });

  it("tells a probe what fails", async () => {
    camera.faults.snapshotUri = "empty";
    expect(await bench.cameras.probe(camera.target("p1" as never), 5000)).toMatchObject({
      reachable: true,
      picture: null,
      snapshotTrouble: { reason: "no-usable-route" },
      failure: { reason: "no-usable-route" },
    });
    camera.faults.dead = true;
    expect(await bench.cameras.probe(camera.target("p2" as never), 5000)).toMatchObject({
      reachable: false,
      failure: { reason: "unreachable" },
    });
  });
});
