import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import onvif from "onvif";
import type { CamProfile } from "onvif";
import type { CameraProbe, CameraTarget, Clock } from "../ports.ts";
import { cameraTls } from "./camera-tls.ts";
import { asGap, GapError } from "./gap-error.ts";
import { createOnvifCall } from "./onvif-call.ts";
import type { OnvifCall } from "./onvif-call.ts";
import { escapeXml, namedTokens } from "./soap-tokens.ts";
import type { NamedToken } from "./soap-tokens.ts";

export type DeviceProfile = CameraProbe["profiles"][number];

/** One camera for one capture: its clock offset is only good for a short while. */
export interface OnvifDevice {
  /** Camera minus ours, ± 0.5 s because cameras tell whole seconds; null when it would not tell. */
  clockSkewMs: number | null;
  /** Largest picture first; at least one. */
  profiles: DeviceProfile[];
  information(): Promise<{ manufacturer: string | null; model: string | null }>;
  snapshotUri(profile: string): Promise<string>;
  streamUri(profile: string): Promise<string>;
  presets(profile: string): Promise<NamedToken[]>;
  gotoPreset(profile: string, preset: string): Promise<void>;
  close(): void;
}

export interface OnvifDeviceOptions {
  camera: CameraTarget;
  /** Pinned; everything goes there whatever the camera says of its services. */
  address: string;
  clock: Clock;
  signal: AbortSignal;
  timeoutMs: number;
}

/** A clock that moved this much more than ours between two readings has stepped. */
const STEP_MS = 3000;

interface Connection {
  cam: onvif.Cam;
  call: OnvifCall;
  clockSkewMs: number | null;
  close: () => void;
}

/**
 * Reads the camera's clock, then its profiles with the password. A clock that steps in between makes the right password look
 * wrong: it is read again, and at last HTTP digest is used, which knows no time. A wrong password is tried once only, because
 * cameras lock accounts. Throws `GapError`: unreachable, deadline, wrong-password, locked-out, no-profile.
 */
export async function openDevice(options: OnvifDeviceOptions): Promise<OnvifDevice> {
  // The library writes the WS-Security password as ASCII; HTTP digest takes any.
  const ascii = /^[\u0020-\u007e]*$/u.test(options.camera.password);
  let connection = await connect(options, ascii);
  try {
    return await describe(connection);
  } catch (error) {
    connection.close();
    if (!isRefusal(error) || !ascii) throw error;
    const before = connection.clockSkewMs;
    connection = await connect(options, true);
    if (!stepped(before, connection.clockSkewMs)) {
      connection.close();
      throw error;
    }
  }
  try {
    return await describe(connection);
  } catch (error) {
    connection.close();
    if (!isRefusal(error)) throw error;
  }
  connection = await connect(options, false);
  try {
    return await describe(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof GapError && error.reason === "wrong-password";
}

function stepped(before: number | null, after: number | null): boolean {
  return before !== null && after !== null && Math.abs(after - before) > STEP_MS;
}

async function connect(options: OnvifDeviceOptions, wsSecurity: boolean): Promise<Connection> {
  const { camera, clock } = options;
  const agent = camera.secure ? new HttpsAgent(cameraTls) : new HttpAgent();
  const cam = new onvif.Cam({
    hostname: options.address,
    port: camera.port,
    useSecure: camera.secure,
    secureOpts: cameraTls,
    username: wsSecurity ? escapeXml(camera.username) : camera.username,
    password: camera.password,
    useWSSecurity: wsSecurity,
    timeout: options.timeoutMs,
    autoconnect: false,
    preserveAddress: true,
    agent,
  });
  const { call, close } = createOnvifCall(cam, agent, options.signal, options.timeoutMs);
  try {
    const before = clock.now().getTime();
    const { value } = await call<Date | null>((done) => cam.getSystemDateAndTime(done));
    const ours = (before + clock.now().getTime()) / 2;
    const clockSkewMs = value instanceof Date ? Math.round(value.getTime() + 500 - ours) : null;
    return { cam, call, clockSkewMs, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function describe(connection: Connection): Promise<OnvifDevice> {
  const { cam, call } = connection;
  await services(connection);
  const profiles = await readProfiles(connection);
  if (profiles.length === 0) throw new GapError("no-profile", "GetProfiles: the camera has no profile");
  return {
    clockSkewMs: connection.clockSkewMs,
    profiles,
    async information() {
      const { value } = await call<unknown>((done) => cam.getDeviceInformation(done));
      return { manufacturer: textAt(value, "manufacturer"), model: textAt(value, "model") };
    },
    async snapshotUri(profile) {
      const profileToken = escapeXml(profile);
      return uriOf((await call<unknown>((done) => cam.getSnapshotUri({ profileToken }, done))).value);
    },
    async streamUri(profile) {
      const setup = { protocol: "RTSP", profileToken: escapeXml(profile) } as const;
      return uriOf((await call<unknown>((done) => cam.getStreamUri(setup, done))).value);
    },
    async presets(profile) {
      const profileToken = escapeXml(profile);
      return namedTokens(
        (await call<unknown>((done) => cam.getPresets({ profileToken }, done))).xml,
        "Preset",
      );
    },
    async gotoPreset(profile, preset) {
      const goal = { profileToken: escapeXml(profile), preset: escapeXml(preset) };
      await call<unknown>((done) => cam.gotoPreset(goal, done));
    },
    close: connection.close,
  };
}

/** Cameras of before ONVIF 2 know only GetCapabilities. */
async function services({ cam, call }: Connection): Promise<void> {
  try {
    await call<unknown>((done) => cam.getServices(true, done));
  } catch (error) {
    const gap = asGap(error, "no-profile");
    if (gap.reason !== "no-profile") throw gap;
    await call<unknown>((done) => cam.getCapabilities(done));
  }
}

async function readProfiles({ cam, call }: Connection): Promise<DeviceProfile[]> {
  try {
    return await listProfiles(call, cam);
  } catch (error) {
    // Some announce Media2 and do not answer it.
    if (isRefusal(error) || cam.media2Support !== true) throw error;
    cam.media2Support = false;
    return listProfiles(call, cam);
  }
}

async function listProfiles(call: OnvifCall, cam: onvif.Cam): Promise<DeviceProfile[]> {
  const { value, xml } = await call<unknown>((done) => cam.getProfiles(done)).catch((error: unknown) => {
    // An empty list makes the library stumble over its own answer.
    throw asGap(error, "no-profile");
  });
  const tokens = namedTokens(xml, "Profiles");
  const profiles = Array.isArray(value) ? (value as CamProfile[]) : [];
  return profiles
    .map((profile, i) => readProfile(profile, tokens[i]))
    .filter((profile) => profile.token !== "")
    .toSorted((a, b) => areaPx(b) - areaPx(a));
}

function readProfile(profile: CamProfile, named: NamedToken | undefined): DeviceProfile {
  const encoder: unknown = profile.videoEncoderConfiguration;
  const resolution = at(encoder, "resolution");
  return {
    token: named?.token ?? "",
    name: named?.name ?? "",
    widthPx: numberAt(resolution, "width"),
    heightPx: numberAt(resolution, "height"),
    encoding: textAt(encoder, "encoding"),
  };
}

function uriOf(value: unknown): string {
  return textAt(value, "uri") ?? "";
}

function areaPx(profile: DeviceProfile): number {
  return (profile.widthPx ?? 0) * (profile.heightPx ?? 0);
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textAt(value: unknown, key: string): string | null {
  const found = at(value, key);
  // A model of digits only arrives as a number.
  return typeof found === "string" || typeof found === "number" ? String(found) : null;
}

function numberAt(value: unknown, key: string): number | null {
  const found = at(value, key);
  return typeof found === "number" && Number.isFinite(found) ? found : null;
}
