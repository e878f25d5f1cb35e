import type { Config } from "../../../config/read-config.ts";
import { SisoError } from "../../errors.ts";
import { findPack } from "../../faces/find-pack.ts";
import { loadPack } from "../../faces/load-pack.ts";
import { problem } from "../../intake/problems.ts";
import type { FacePack } from "../../ports.ts";
import { enrolmentWords, judgePortrait } from "../../rollcall/enrolment.ts";
import type { Bilingual, Embedding, ReadingProblem } from "../../types.ts";
import { showProgress, type Progress } from "../progress.ts";
import { modelsDir } from "../setup/prepare.ts";
import type { FilePreview } from "./preview.ts";
import { portraitsUnexamined, withPortraits, type PortraitRow } from "./unexamined-portraits.ts";

type PackChoice = Pick<Config, "modelPack" | "modelPacksDir">;

/**
 * Every portrait of the rosters that will be held back, with its row and reason (nothing is stored of them here). About 50 ms
 * a portrait, so it comes after the preview and shows how far it is.
 */
export async function examinePortraits(
  files: readonly FilePreview[],
  { modelPack, modelPacksDir }: PackChoice,
): Promise<ReadingProblem[]> {
  const rosters = withPortraits(files);
  if (rosters.length === 0) return [];
  const { manifest, dir } = await findPack(modelPack, { modelsDir, ownDir: modelPacksDir });
  try {
    const pack = await loadPack(manifest, dir);
    const total = rosters.reduce((sum, { owners }) => sum + owners.length, 0);
    const progress = showProgress({ vi: "soát ảnh chân dung", en: "examining portraits" }, total);
    try {
      const notes: ReadingProblem[] = [];
      for (const { owners } of rosters) notes.push(...(await heldBack(pack, owners, progress)));
      return notes;
    } finally {
      progress.stop();
      await pack.close();
    }
  } catch (error) {
    if (error instanceof SisoError && error.code === "model-missing") return portraitsUnexamined(files);
    throw error;
  }
}

async function heldBack(
  pack: FacePack,
  owners: readonly PortraitRow[],
  progress: Progress,
): Promise<ReadingProblem[]> {
  const others: { name: string; embedding: Embedding }[] = [];
  const notes: ReadingProblem[] = [];
  for (const { where, fullName, portrait } of owners) {
    const verdict = await judged(pack, portrait, others);
    progress.step();
    if (verdict.ok) others.push({ name: fullName, embedding: verdict.face.embedding });
    else
      notes.push(
        note(
          where,
          fullName,
          verdict.reasons.map((one) => enrolmentWords(one) ?? { vi: one.code, en: one.code }),
        ),
      );
  }
  return notes;
}

async function judged(
  pack: FacePack,
  picture: Uint8Array,
  others: Parameters<typeof judgePortrait>[1]["others"],
) {
  try {
    return judgePortrait((await pack.analyse(picture)).faces, { others, own: [] });
  } catch (error) {
    if (!(error instanceof SisoError) || error.code !== "file-unreadable") throw error;
    return { ok: false as const, reasons: [{ code: "portrait-unreadable", params: {} }] };
  }
}

function note(where: string, fullName: string, reasons: readonly Bilingual[]): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `Ảnh của ${fullName} sẽ bị giữ lại, chưa dùng để nhận diện: ${reasons.map(({ vi }) => vi).join(" ")}`,
      en: `The portrait of ${fullName} will be held back and recognises nobody: ${reasons.map(({ en }) => en).join(" ")}`,
    },
    {
      vi: "Thay ảnh trong danh sách, hoặc cho qua sau bằng ./siso enrol accept.",
      en: "Replace it in the list, or let it stand later with ./siso enrol accept.",
    },
  );
}
