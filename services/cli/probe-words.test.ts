import { describe, expect, it } from "vitest";
import { gapWords } from "../evidence/gap-words.ts";
import type { CameraProbe } from "../ports.ts";
import type { FaceObservation } from "../types.ts";
import { describeProbe } from "./probe-words.ts";

const found: CameraProbe = {
  reachable: true,
  manufacturer: "Hikvision",
  model: "DS-2CD2143",
  profiles: [{ token: "p1", name: "main", widthPx: 1920, heightPx: 1080, encoding: "H264" }],
  presets: [{ token: "1", name: "Lớp" }],
  route: "onvif-snapshot",
  snapshotTrouble: null,
  latencyMs: 840,
  clockSkewMs: 1500,
  picture: {
    jpeg: new Uint8Array(),
    widthPx: 1920,
    heightPx: 1080,
    takenAt: new Date("2026-11-23T01:00:00Z"),
    route: "onvif-snapshot",
    clockSkewMs: 1500,
    latencyMs: 840,
  },
  failure: null,
};

function facesOf(...widthsPx: number[]): FaceObservation[] {
  return widthsPx.map((widthPx) => ({ quality: { widthPx } }) as FaceObservation);
}

function vietnamese(probe: Partial<CameraProbe>, faces: FaceObservation[] | null = null): string[] {
  return describeProbe({ probe: { ...found, ...probe }, faces }).map(({ vi }) => vi);
}

describe("describeProbe", () => {
  it("says what a good camera offers", () => {
    expect(vietnamese({}, facesOf(90, 31, 42.4))).toEqual([
      "✓ Gọi được camera: Hikvision DS-2CD2143.",
      "✓ Các luồng hình: main (1920 × 1080, H264).",
      "✓ Vị trí quay đặt sẵn: 1 (Lớp).",
      "✓ Lấy được ảnh 1920 × 1080 qua ảnh chụp ONVIF, mất 0,8 giây.",
      "✓ Đồng hồ camera lệch 1,5 giây.",
      "✓ Thấy 3 khuôn mặt; bề ngang nhỏ nhất 31 px, ở giữa 42 px, lớn nhất 90 px.",
    ]);
  });

  it("says how many faces are too narrow and what to do", () => {
    expect(vietnamese({}, facesOf(20, 23, 24)).at(-1)).toMatch(/^! 2 khuôn mặt hẹp hơn 24 px/);
  });

  it("says why the snapshot was not used", () => {
    const lines = vietnamese({ route: "rtsp", snapshotTrouble: { reason: "truncated", detail: "no EOI" } });
    expect(lines).toContainEqual(
      expect.stringContaining(`Không dùng được ảnh chụp ONVIF: ${gapWords.truncated.vi}`),
    );
    expect(lines).toContainEqual(expect.stringContaining("qua luồng video RTSP"));
  });

  it("says why nothing came", () => {
    const failure = { reason: "wrong-password", detail: "GetProfiles: 401" } as const;
    const lines = vietnamese({ picture: null, route: null, profiles: [], presets: [], failure });
    expect(lines[1]).toBe(`✗ ${gapWords["wrong-password"].vi} (GetProfiles: 401)`);
    expect(lines.join()).not.toContain("Lấy được ảnh");
  });

  it.each([
    [-3 * 365.25 * 86_400_000, "chậm 3 năm"],
    [200_000, "nhanh 3,3 phút"],
    [-30_000, "chậm 30 giây"],
  ])("words a clock off by %d ms", (clockSkewMs, words) => {
    expect(vietnamese({ clockSkewMs })).toContainEqual(expect.stringContaining(`! Đồng hồ camera ${words}.`));
  });
});
