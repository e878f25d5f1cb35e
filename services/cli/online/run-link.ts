import { linksOfCourse } from "../../../db/queries/online.ts";
import { refuseSecondLink, setLink, undoLink } from "../../../workers/imports/arrange-online.ts";
import { SisoError } from "../../errors.ts";
import { confirmedBy } from "../confirmed-by.ts";
import {
  notWritten,
  onCourse,
  written,
  type Env,
  type OnlineOptions,
  type OnlineResult,
} from "./online-command.ts";

/** Sets, replaces or takes back the course's one link. Throws what to type instead. */
export async function runLink(
  url: string | undefined,
  options: OnlineOptions,
  env: Env,
): Promise<OnlineResult> {
  if ((url === undefined) === (options.undo !== true)) throw linkOrUndo();
  if (options.replace && !options.why?.trim()) throw whyReplaced();
  const wanted = url === undefined ? null : linkTyped(url);
  return onCourse(options, env, async ({ ctx, course }) => {
    const by = confirmedBy(options.by);
    const said = { by, why: options.why?.trim() || null };
    const links = await linksOfCourse(ctx.db, course.id);
    const now = links.at(-1);
    if (wanted !== null) refuseSecondLink(course, now, wanted, options.replace === true);
    const next = wanted ?? links.at(-2)?.url ?? null;
    const text = [
      `${course.code} · ${course.name}`,
      `  Link đang có · in force   ${now?.url ?? "–"}`,
      `  Sẽ là · will be           ${next ?? "–"}`,
      ...(next !== null && !isTeams(next) ? [notTeams] : []),
    ].join("\n");
    if (!options.confirm) return { text, closing: notWritten };
    if (wanted === null) await undoLink(ctx, course, said);
    else await setLink(ctx, course, wanted, { ...said, replace: options.replace === true });
    return { text, closing: written(by) };
  });
}

function linkTyped(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url?.protocol === "https:" && url.username === "" && url.hostname.includes(".")) return url.href;
  throw new SisoError("input-invalid", {
    vi: `“${text}” không phải đường link. Chép nguyên đường link cuộc họp, bắt đầu bằng https://.`,
    en: `"${text}" is no link. Copy the meeting's whole link, beginning with https://.`,
  });
}

function isTeams(url: string): boolean {
  return /(^|\.)teams\.(microsoft|live)\.com$/.test(new URL(url).hostname);
}

const notTeams =
  "  Đây không phải link Microsoft Teams; chỉ tệp điểm danh của Teams mới nhận được · not a Teams link: only Teams attendance files are read";

function linkOrUndo(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ghi đường link, hoặc --undo để trở lại link trước.",
    en: "Type the link, or --undo to go back to the one before.",
  });
}

function whyReplaced(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Thay link thì cần --why "lý do".',
    en: 'Replacing the link needs --why "reason".',
  });
}
