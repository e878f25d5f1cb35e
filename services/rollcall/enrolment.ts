import type { Bilingual, Embedding, FaceObservation, Reason } from "../types.ts";
import { cosine } from "./vectors.ts";

/** What a portrait must be to become a template. Measured on full-size photos: see docs/accuracy.md. */
export interface EnrolmentGate {
  /** A gallery of small faces costs rank-1 at every probe size (24 px: .923 → .849 when the gallery is degraded). */
  leastWidthPx: number;
  leastSharpness: number;
  /** A second face this large beside the first leaves open whose portrait it is. */
  largestSecondShare: number;
  /** Similar to somebody else's template from here on: the same person twice, or two portraits swapped. */
  sameAsOther: number;
}

export const defaultGate: EnrolmentGate = {
  leastWidthPx: 48,
  leastSharpness: 20,
  largestSecondShare: 0.5,
  sameAsOther: 0.6,
};

export type PortraitVerdict = { ok: true; face: FaceObservation } | { ok: false; reasons: Reason[] };

/** Whether a portrait's face may stand for its trainee. `others` are the other trainees' templates, by an opaque name. */
export function judgePortrait(
  faces: readonly FaceObservation[],
  others: readonly { name: string; embedding: Embedding }[],
  gate: EnrolmentGate = defaultGate,
): PortraitVerdict {
  const [face, second] = [...faces].sort((a, b) => b.box.width - a.box.width);
  if (face === undefined) return { ok: false, reasons: [{ code: "portrait-no-face", params: {} }] };
  const reasons: Reason[] = [];
  if (second !== undefined && second.box.width > gate.largestSecondShare * face.box.width) {
    reasons.push({ code: "portrait-several-faces", params: { faces: faces.length } });
  }
  const widthPx = Math.round(face.quality.widthPx);
  if (widthPx < gate.leastWidthPx) {
    reasons.push({ code: "portrait-too-small", params: { widthPx, leastWidthPx: gate.leastWidthPx } });
  }
  if (face.quality.sharpness < gate.leastSharpness) {
    reasons.push({ code: "portrait-blurred", params: { sharpness: Math.round(face.quality.sharpness) } });
  }
  const twin = nearest(face, others);
  if (twin !== null && twin.similarity >= gate.sameAsOther) {
    reasons.push({
      code: "portrait-like-another",
      params: { other: twin.name, similarity: twin.similarity },
    });
  }
  return reasons.length === 0 ? { ok: true, face } : { ok: false, reasons };
}

function nearest(
  face: FaceObservation,
  others: readonly { name: string; embedding: Embedding }[],
): { name: string; similarity: number } | null {
  return others.reduce<{ name: string; similarity: number } | null>((best, { name, embedding }) => {
    const similarity = cosine(face.embedding.vector, embedding.vector);
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
  "portrait-like-another": ({ similarity }) => ({
    vi: `Khuôn mặt quá giống ảnh của một học viên khác (${Number(similarity).toFixed(2)}): có thể gửi nhầm ảnh. Một cán bộ cần xem lại.`,
    en: `The face is too similar to another trainee's photo (${Number(similarity).toFixed(2)}): photos may have been mixed up. An officer must look.`,
  }),
};

export function enrolmentWords(reason: Reason): Bilingual | null {
  return words[reason.code]?.(reason.params) ?? null;
}
