import { gapWords } from "../evidence/gap-words.ts";
import type { CameraProbe } from "../ports.ts";
import type { Bilingual, FaceObservation, GapReason } from "../types.ts";

/** Below this width a face is told apart reliably only with the help of its seat and of several pictures (measured on fr-1). */
const HARD_WIDTH_PX = 24;
/** Picture times are ours, so a camera clock is only a nuisance to whoever compares; half a minute is worth mending. */
const NOTABLE_SKEW_MS = 30_000;

export interface ProbeReport {
  probe: CameraProbe;
  /** Null when there was no picture or no model pack to look with. */
  faces: FaceObservation[] | null;
}

/** What a probe found, one sentence a line, in words an officer understands. */
export function describeProbe({ probe, faces }: ProbeReport): Bilingual[] {
  return [
    reachability(probe),
    ...(probe.failure ? [failure(probe.failure)] : []),
    ...profiles(probe),
    ...presets(probe),
    ...route(probe),
    ...(probe.reachable ? clock(probe.clockSkewMs) : []),
    ...(faces ? faceLines(faces) : []),
  ];
}

function reachability(probe: CameraProbe): Bilingual {
  if (!probe.reachable) return { vi: "✗ Không gọi được camera.", en: "The camera does not answer." };
  const name = [probe.manufacturer, probe.model].filter((part) => part !== null).join(" ");
  if (name === "") return { vi: "✓ Gọi được camera.", en: "The camera answers." };
  return { vi: `✓ Gọi được camera: ${name}.`, en: `The camera answers: ${name}.` };
}

function failure(found: { reason: GapReason; detail: string }): Bilingual {
  const { vi, en } = gapWords[found.reason];
  return { vi: `✗ ${vi} (${found.detail})`, en };
}

function profiles(probe: CameraProbe): Bilingual[] {
  if (probe.profiles.length === 0) return [];
  const list = probe.profiles
    .map(({ name, widthPx, heightPx, encoding }) => {
      const size = widthPx && heightPx ? `${widthPx} × ${heightPx}` : "?";
      return `${name} (${[size, encoding].filter(Boolean).join(", ")})`;
    })
    .join("; ");
  return [{ vi: `✓ Các luồng hình: ${list}.`, en: `Video profiles: ${list}.` }];
}

function presets(probe: CameraProbe): Bilingual[] {
  if (probe.presets.length === 0) return [];
  const list = probe.presets.map(({ token, name }) => `${token} (${name})`).join("; ");
  return [{ vi: `✓ Vị trí quay đặt sẵn: ${list}.`, en: `Presets: ${list}.` }];
}

function route(probe: CameraProbe): Bilingual[] {
  const lines: Bilingual[] = [];
  if (probe.snapshotTrouble) {
    const { vi, en } = gapWords[probe.snapshotTrouble.reason];
    lines.push({
      vi: `! Không dùng được ảnh chụp ONVIF: ${vi} (${probe.snapshotTrouble.detail})`,
      en: `The ONVIF snapshot is of no use: ${en}`,
    });
  }
  if (!probe.picture) return lines;
  const { widthPx, heightPx } = probe.picture;
  const [vi, en] =
    probe.route === "rtsp"
      ? ["luồng video RTSP", "the RTSP stream"]
      : ["ảnh chụp ONVIF", "the ONVIF snapshot"];
  const latencyMs = probe.latencyMs ?? probe.picture.latencyMs;
  lines.push({
    vi: `✓ Lấy được ảnh ${widthPx} × ${heightPx} qua ${vi}, mất ${decimal(latencyMs / 1000, "vi")} giây.`,
    en: `A ${widthPx} × ${heightPx} picture came through ${en} in ${decimal(latencyMs / 1000, "en")} s.`,
  });
  return lines;
}

function clock(skewMs: number | null): Bilingual[] {
  if (skewMs === null) {
    return [{ vi: "! Camera không cho biết giờ của nó.", en: "The camera does not tell its time." }];
  }
  const [vi, en] = [duration(Math.abs(skewMs), "vi"), duration(Math.abs(skewMs), "en")];
  if (Math.abs(skewMs) < NOTABLE_SKEW_MS) {
    return [{ vi: `✓ Đồng hồ camera lệch ${vi}.`, en: `The camera's clock is ${en} off.` }];
  }
  return [
    {
      vi: `! Đồng hồ camera ${skewMs > 0 ? "nhanh" : "chậm"} ${vi}. Điểm danh vẫn đúng, nhưng nên bật NTP trên camera.`,
      en: `The camera's clock is ${en} ${skewMs > 0 ? "fast" : "slow"}. Roll call stays right; still, turn on NTP in the camera.`,
    },
  ];
}

function faceLines(faces: FaceObservation[]): Bilingual[] {
  if (faces.length === 0) {
    return [{ vi: "! Không thấy khuôn mặt nào trong ảnh.", en: "No face was found in the picture." }];
  }
  const widths = faces.map(({ quality }) => Math.round(quality.widthPx)).sort((a, b) => a - b);
  const [least, middle, most] = [widths[0], widths[Math.floor(widths.length / 2)], widths.at(-1)];
  const hard = widths.filter((width) => width < HARD_WIDTH_PX).length;
  const lines = [
    {
      vi: `✓ Thấy ${faces.length} khuôn mặt; bề ngang nhỏ nhất ${least} px, ở giữa ${middle} px, lớn nhất ${most} px.`,
      en: `${faces.length} faces; narrowest ${least} px, middle ${middle} px, widest ${most} px.`,
    },
  ];
  if (hard > 0) {
    lines.push({
      vi: `! ${hard} khuôn mặt hẹp hơn ${HARD_WIDTH_PX} px, khó nhận ra: tăng độ phân giải, đưa camera gần hơn hoặc thêm camera cho các hàng sau.`,
      en: `${hard} faces are narrower than ${HARD_WIDTH_PX} px and hard to recognise: raise the resolution, move the camera closer or add one for the back rows.`,
    });
  }
  return lines;
}

type Language = keyof Bilingual;

function duration(ms: number, language: Language): string {
  const seconds = ms / 1000;
  const scales: [number, string, string][] = [
    [365.25 * 86_400, "năm", "years"],
    [86_400, "ngày", "days"],
    [3_600, "giờ", "hours"],
    [60, "phút", "minutes"],
  ];
  const [size, vi, en] = scales.find(([least]) => seconds >= 2 * least) ?? [1, "giây", "seconds"];
  return `${decimal(seconds / size, language)} ${language === "vi" ? vi : en}`;
}

function decimal(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}
