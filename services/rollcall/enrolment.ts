import type { Bilingual, Embedding, FaceObservation, PackId, Reason } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import { similarityOf } from "./vectors.ts";

/** What a portrait must be to become a template. Measured on full-size photos: see docs/accuracy.md. */
export interface EnrolmentGate {
  /** A gallery of small faces costs rank-1 at every probe size (24 px: .923 → .849 when the gallery is degraded). */
  leastWidthPx: number;
  leastSharpness: number;
  /** A second face this large beside the first leaves open whose portrait it is. */
  largestSecondShare: number;
  /** Similar to somebody else's template from here on: the same person twice, or two portraits swapped. */
  sameAsOther: number;
  /** Less like every photo the trainee has already: whose it is must be asked. Own photos: .74 ± .09, others' .00 ± .10. */
  leastLikeOwn: number;
  /** Nose offset between the eyes beyond which a face is a profile. */
  largestYaw: number;
  /** Mean grey outside of which a face is too dark or burnt out. */
  brightness: { least: number; most: number };
}

export const defaultGate: EnrolmentGate = {
  leastWidthPx: 48,
  leastSharpness: 20,
  largestSecondShare: 0.5,
  sameAsOther: 0.6,
  leastLikeOwn: 0.3,
  largestYaw: 0.9,
  brightness: { least: 35, most: 235 },
};

/** The gate of a pack whose similarities lie elsewhere; one nobody measured can hold no portrait back for its likeness. */
export function gateFor({ gate, unmeasured }: Pick<Calibration, "gate" | "unmeasured">): EnrolmentGate {
  if (unmeasured === true) return { ...defaultGate, sameAsOther: Infinity, leastLikeOwn: -Infinity };
  return { ...defaultGate, ...gate };
}

export type PortraitVerdict<P extends PackId = PackId> =
  | { ok: true; face: FaceObservation<P> }
  | { ok: false; reasons: Reason[] };

export interface Known<P extends PackId = PackId> {
  /** Templates of the other trainees, by an opaque name. */
  others: readonly { name: string; embedding: Embedding<P> }[];
  /** The trainee's own templates from before. */
  own: readonly Embedding<P>[];
}

/** Whether a portrait's face may stand for its trainee. Throws `input-invalid` when embeddings of two packs meet. */
export function judgePortrait<P extends PackId>(
  faces: readonly FaceObservation<P>[],
  { others, own }: Known<P>,
  gate: EnrolmentGate = defaultGate,
): PortraitVerdict<P> {
  const [face, second] = [...faces].sort((a, b) => b.box.width - a.box.width);
  if (face === undefined) return { ok: false, reasons: [{ code: "portrait-no-face", params: {} }] };
  const reasons = pictureReasons(face, second, faces.length, gate);
  const twin = nearest(face, others);
  if (twin !== null && twin.similarity >= gate.sameAsOther) {
    const { name: other, similarity } = twin;
    reasons.push({ code: "portrait-like-another", params: { other, similarity } });
  }
  const likeOwn = Math.max(...own.map((embedding) => similarityOf(face.embedding, embedding)));
  if (own.length > 0 && likeOwn < gate.leastLikeOwn) {
    reasons.push({ code: "portrait-unlike-own", params: { similarity: likeOwn } });
  }
  return reasons.length === 0 ? { ok: true, face } : { ok: false, reasons };
}

/** What is wrong with the picture itself, whoever it shows. */
function pictureReasons(
  face: Omit<FaceObservation, "embedding">,
  second: Omit<FaceObservation, "embedding"> | undefined,
  count: number,
  gate: EnrolmentGate,
): Reason[] {
  const reasons: Reason[] = [];
  if (second !== undefined && second.box.width > gate.largestSecondShare * face.box.width) {
    reasons.push({ code: "portrait-several-faces", params: { faces: count } });
  }
  const widthPx = Math.round(face.quality.widthPx);
  if (widthPx < gate.leastWidthPx) {
    reasons.push({ code: "portrait-too-small", params: { widthPx, leastWidthPx: gate.leastWidthPx } });
  }
  if (face.quality.sharpness < gate.leastSharpness) {
    reasons.push({ code: "portrait-blurred", params: { sharpness: Math.round(face.quality.sharpness) } });
  }
  const { yaw, brightness } = face.quality;
  if (Math.abs(yaw) > gate.largestYaw) reasons.push({ code: "portrait-turned", params: { yaw } });
  if (brightness < gate.brightness.least || brightness > gate.brightness.most) {
    reasons.push({ code: "portrait-light", params: { brightness: Math.round(brightness) } });
  }
  return reasons;
}

function nearest<P extends PackId>(
  face: FaceObservation<P>,
  others: readonly { name: string; embedding: Embedding<P> }[],
): { name: string; similarity: number } | null {
  return others.reduce<{ name: string; similarity: number } | null>((best, { name, embedding }) => {
    const similarity = similarityOf(face.embedding, embedding);
    return best === null || similarity > best.similarity ? { name, similarity } : best;
  }, null);
}

const words: Record<string, (params: Reason["params"]) => Bilingual> = {
  "portrait-unreadable": () => ({
    vi: "Tệp ảnh chân dung không đọc được. Gửi lại ảnh dạng JPEG hoặc PNG.",
    en: "The portrait's file cannot be read. Send it again as JPEG or PNG.",
  }),
  "portrait-no-face": () => ({
    vi: "Không thấy khuôn mặt nào trong ảnh chân dung. Gửi ảnh chụp thẳng, rõ mặt.",
    en: "No face was found in the portrait. Send a frontal, clear photo.",
  }),
  "portrait-several-faces": ({ faces }) => ({
    vi: `Ảnh chân dung có ${faces} khuôn mặt. Gửi ảnh chỉ có một người.`,
    en: `The portrait shows ${faces} faces. Send a photo of one person.`,
  }),
  "portrait-too-small": ({ widthPx, leastWidthPx }) => ({
    vi: `Khuôn mặt chỉ rộng ${widthPx} điểm ảnh, cần ít nhất ${leastWidthPx}. Gửi ảnh lớn hơn.`,
    en: `The face is only ${widthPx} px wide, at least ${leastWidthPx} is needed. Send a larger photo.`,
  }),
  "portrait-blurred": ({ sharpness }) => ({
    vi: `Ảnh chân dung bị mờ (độ nét ${sharpness}). Gửi ảnh rõ hơn.`,
    en: `The portrait is blurred (sharpness ${sharpness}). Send a clearer photo.`,
  }),
  "portrait-turned": () => ({
    vi: "Khuôn mặt trong ảnh chân dung quay nghiêng. Gửi ảnh chụp thẳng.",
    en: "The face in the portrait is turned aside. Send a frontal photo.",
  }),
  "portrait-light": ({ brightness }) => ({
    vi: `Khuôn mặt quá tối hoặc cháy sáng (độ sáng ${brightness} trên 255). Gửi ảnh sáng đều.`,
    en: `The face is too dark or burnt out (brightness ${brightness} of 255). Send an evenly lit photo.`,
  }),
  "portrait-unlike-own": ({ similarity }) => ({
    vi: `Khuôn mặt không giống ảnh đã đăng ký trước của chính học viên (${Number(similarity).toFixed(2)}): có thể gửi nhầm ảnh. Một cán bộ cần xem lại.`,
    en: `The face does not resemble the trainee's own earlier photo (${Number(similarity).toFixed(2)}): photos may have been mixed up. An officer must look.`,
  }),
  "portrait-erased": () => ({
    vi: "Học viên không đồng ý dùng sinh trắc học hoặc đã được xóa: không đăng ký ảnh.",
    en: "The trainee declined biometrics or was erased: no portrait is enrolled.",
  }),
  "portrait-like-another": ({ similarity }) => ({
    vi: `Khuôn mặt quá giống ảnh của một học viên khác (${Number(similarity).toFixed(2)}): có thể gửi nhầm ảnh. Một cán bộ cần xem lại.`,
    en: `The face is too similar to another trainee's photo (${Number(similarity).toFixed(2)}): photos may have been mixed up. An officer must look.`,
  }),
};

export function enrolmentWords(reason: Reason): Bilingual | null {
  return words[reason.code]?.(reason.params) ?? null;
}
