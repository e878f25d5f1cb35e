import { createHash } from "node:crypto";
import { campusOf } from "../../../db/queries/campus.ts";
import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { addPortrait, hasPortrait, portraitById, refusedBiometrics } from "../../../db/queries/people.ts";
import type { Context } from "../../../workers/context.ts";
import { keepUntil } from "../../../workers/imports/keep-original.ts";
import { judgePortrait } from "../../../workers/jobs/judge-portrait.ts";
import { SisoError } from "../../errors.ts";
import { portraitFiles, type PortraitFiles } from "./portrait-source.ts";
import { placePortraits, type PlacedFile } from "../../intake/portrait-files.ts";
import { enrolmentWords } from "../../rollcall/enrolment.ts";
import type { Bilingual, TraineeId } from "../../types.ts";

export interface FolderFile {
  file: string;
  owner: string | null;
  state: "enrolled" | "held-back" | "known" | "would-be-taken" | "not-taken";
  why: Bilingual[];
}

const largestBytes = 20_000_000;

/** Every file of the folder or .zip, enrolled, held back or not taken, each with its reason; without `confirm` nothing is stored. */
export async function enrolFolder(
  ctx: Context,
  course: Course,
  path: string,
  { confirm, by }: { confirm: boolean; by: string },
): Promise<FolderFile[]> {
  const roster = await rosterAt(ctx.db, course.id, ctx.clock.now());
  if (roster === null) throw noRoster(course);
  const files = await portraitFiles(path);
  const { placed, stray } = placePortraits([...files.keys()], roster.trainees);
  const { timeZone } = await campusOf(ctx.db, course.campusId);
  const done: FolderFile[] = stray.map(({ file, why }) => ({
    file,
    owner: null,
    state: "not-taken",
    why: [why],
  }));
  const refused = new Set<TraineeId>(await refusedBiometrics(ctx.db, course.id));
  for (const each of placed) {
    if (refused.has(each.owner.id)) {
      done.push({ file: each.file, owner: ownerOf(each), state: "not-taken", why: [declined] });
    } else done.push(await take(ctx, course, timeZone, files, each, { confirm, by }));
  }
  return done.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

async function take(
  ctx: Context,
  course: Course,
  zone: string,
  files: PortraitFiles,
  placed: PlacedFile,
  { confirm, by }: { confirm: boolean; by: string },
): Promise<FolderFile> {
  const { file, owner } = placed;
  const named = { file, owner: ownerOf(placed) };
  const bytes = (await files.get(file)?.()) ?? new Uint8Array();
  if (bytes.length > largestBytes) return { ...named, state: "not-taken", why: [tooLarge] };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (await hasPortrait(ctx.db, owner.id, sha256)) return { ...named, state: "known", why: [] };
  if (!confirm) return { ...named, state: "would-be-taken", why: [] };
  const object = await ctx.archive.seal(bytes);
  const until = await keepUntil(ctx, course, zone);
  const id = ctx.random.uuid();
  const portrait = {
    id,
    traineeId: owner.id,
    plainSha256: sha256,
    source: "folder" as const,
    receivedAt: ctx.clock.now(),
    confirmedBy: by,
  };
  await ctx.db.transaction().execute((trx) => addPortrait(trx, portrait, object, until));
  await judgePortrait(ctx, id);
  const { refusal } = await portraitById(ctx.db, id);
  if (refusal === null) return { ...named, state: "enrolled", why: [] };
  const why = refusal.map((reason) => enrolmentWords(reason) ?? { vi: reason.code, en: reason.code });
  return { ...named, state: "held-back", why };
}

function ownerOf({ owner }: PlacedFile): string {
  return `${owner.ordinal}. ${owner.fullName}`;
}

const declined: Bilingual = {
  vi: "học viên không đồng ý, đã xóa: ảnh không được giữ",
  en: "the trainee declined and was erased: no portrait is kept",
};
const tooLarge: Bilingual = { vi: "tệp lớn hơn 20 MB", en: "is larger than 20 MB" };

const words = {
  enrolled: "✓ đã đăng ký · enrolled",
  "held-back": "~ giữ lại · held back",
  known: "= đã có · known",
  "would-be-taken": "+ sẽ nhận · would be taken",
  "not-taken": "✗ không nhận · not taken",
} as const;

export function folderText(files: readonly FolderFile[]): string {
  return files
    .map(({ file, owner, state, why }) => {
      const reasons = why.map(({ vi, en }) => `\n      ${vi} · ${en}`).join("");
      return `  ${words[state]}  ${file}${owner === null ? "" : ` → ${owner}`}${reasons}`;
    })
    .join("\n");
}

function noRoster({ code }: Course): SisoError {
  return new SisoError("not-found", {
    vi: `Khóa ${code} chưa có danh sách học viên. Nhập danh sách trước.`,
    en: `Course ${code} has no roster yet. Import it first.`,
  });
}
