import type { Clock } from "../ports.ts";
import { privateSubnets } from "./address-policy.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { defaultBreakerOptions } from "./breaker.ts";
import type { BreakerOptions } from "./breaker.ts";
import type { PictureLimits } from "./picture-check.ts";

/** What a logger such as pino offers. Fields never hold a credential. */
export interface CameraLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface CamerasOptions {
  clock: Clock;
  log?: CameraLog;
  /** True only where the cameras are simulated on this machine. */
  allowLoopback: boolean;
  /** CIDR blocks cameras may live in; private networks by default. */
  allowedSubnets?: readonly string[];
  ffmpegPath?: string;
  breaker?: Partial<BreakerOptions>;
  timeouts?: Partial<CameraTimeouts>;
  limits?: Partial<PictureLimits>;
}

export interface CameraTimeouts {
  connectMs: number;
  /** Silence on one ONVIF call. */
  soapMs: number;
  /** One snapshot, its second try included; at most 0.4 of what the burst has left, so that the stream gets its turn. */
  snapshotMs: number;
  /** From dialling the stream to its first frame, and between frames. */
  streamMs: number;
  /** After GotoPreset, by the clock of the system: a dome takes 1–3 s to arrive and to focus. */
  presetSettleMs: number;
}

export interface CameraSettings {
  clock: Clock;
  log: CameraLog;
  policy: AddressPolicy;
  ffmpegPath: string;
  breaker: BreakerOptions;
  timeouts: CameraTimeouts;
  limits: PictureLimits;
}

export function cameraSettings(options: CamerasOptions): CameraSettings {
  return {
    clock: options.clock,
    log: options.log ?? { info: () => undefined, warn: () => undefined },
    policy: {
      allowLoopback: options.allowLoopback,
      allowedSubnets: options.allowedSubnets ?? privateSubnets,
    },
    ffmpegPath: options.ffmpegPath ?? "ffmpeg",
    breaker: { ...defaultBreakerOptions, ...options.breaker },
    timeouts: {
      connectMs: 2500,
      soapMs: 4000,
      snapshotMs: 4000,
      streamMs: 8000,
      presetSettleMs: 3000,
      ...options.timeouts,
    },
    // 4K is 8.3 million pixels and 3 MB; the largest classroom cameras have 12 million.
    limits: { maxBytes: 16_000_000, maxPixels: 40_000_000, ...options.limits },
  };
}
