import type { Config } from "../../../config/read-config.ts";
import type { RosterFile } from "../../../workers/imports/read-files.ts";
import { SisoError } from "../../errors.ts";
import { findPack } from "../../faces/find-pack.ts";
import { loadPack } from "../../faces/load-pack.ts";
import { problem } from "../../intake/problems.ts";
import type { FacePack } from "../../ports.ts";
import { enrolmentWords, judgePortrait } from "../../rollcall/enrolment.ts";
import type { Bilingual, Embedding, ReadingProblem, RosterEntry } from "../../types.ts";
import { modelsDir } from "../setup/prepare.ts";
import type { Outcome } from "./outcome.ts";
import { ofKind, type FilePreview } from "./preview.ts";

/** Portraits looked at before confirming, about 50 ms each; the rest are judged once they are taken in. */
const atMost = 120;

type PackChoice = Pick<Config, "modelPack" | "modelPacksDir">;

/** Every portrait that will be held back, with its row and reason, before anybody confirms (nothing is stored of them here). */
export async function withPortraitsChecked(outcome: Outcome, config: PackChoice): Promise<Outcome> {
  const rosters = ofKind(outcome.files, "roster").filter(({ known }) => !known);
  const checked = new Map<FilePreview, ReadingProblem[]>();
  for (const preview of rosters) {
    const owners = preview.file.reading.value.filter(({ portrait }) => portrait !== null);
    if (owners.length > 0) checked.set(preview, await portraitNotes(preview.file, owners, config));
  }
  const files = outcome.files.map((file) => ({
    ...file,
    problems: [...file.problems, ...(checked.get(file) ?? [])],
  }));
  return { ...outcome, files };
}

async function portraitNotes(
  file: RosterFile,
  owners: readonly RosterEntry[],
  { modelPack, modelPacksDir }: PackChoice,
): Promise<ReadingProblem[]> {
  const { manifest, dir } = await findPack(modelPack, { modelsDir, ownDir: modelPacksDir });
  try {
    const pack = await loadPack(manifest, dir);
    try {
      return [...(await heldBack(pack, owners.slice(0, atMost))), ...later(file, owners.length - atMost)];
    } finally {
      await pack.close();
    }
  } catch (error) {
    if (error instanceof SisoError && error.code === "model-missing") return later(file, owners.length);
    throw error;
  }
}

async function heldBack(pack: FacePack, owners: readonly RosterEntry[]): Promise<ReadingProblem[]> {
  const others: { name: string; embedding: Embedding }[] = [];
  const notes: ReadingProblem[] = [];
  for (const { where, fullName, portrait } of owners) {
    if (portrait === null) continue;
    const verdict = await judged(pack, portrait.bytes, others);
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

/** Said, so that nobody takes silence for a pass. */
function later({ fileName }: RosterFile, count: number): ReadingProblem[] {
  if (count <= 0) return [];
  return [
    problem(
      "note",
      fileName,
      {
        vi: `${count} ảnh chưa được soát ở bản xem trước này; ảnh không đạt được báo sau khi nhận.`,
        en: `${count} portrait(s) were not examined for this preview; those that fail are reported once taken in.`,
      },
      { vi: "Xem bằng ./siso enrol list.", en: "See ./siso enrol list." },
    ),
  ];
}
