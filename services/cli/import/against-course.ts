import type { CourseSetup } from "../../../workers/imports/confirm-decision.ts";
import { findDocument } from "../../../db/queries/courses.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import { problem } from "../../intake/problems.ts";
import type { Bilingual, DocumentKind, ReadingProblem } from "../../types.ts";
import { checkChart, sameRoomTwice } from "./check-chart.ts";
import type { MeetingSheet } from "../../../workers/imports/confirm-meeting.ts";
import { checkDecision, courseUnknown } from "./check-decision.ts";
import { checkMeeting } from "./check-meeting.ts";
import { checkRoster, rosterInForce, type Seatable } from "./check-roster.ts";
import { checkTimetable } from "./check-timetable.ts";
import type { CourseView } from "./course-view.ts";
import { labelOf } from "./only-part.ts";
import { flagsFor, parseInstant, type ImportOptions } from "./options.ts";
import { kindWords } from "./print-preview.ts";
import { ofKind, previewFiles, type FilePreview } from "./preview.ts";
import type { TypedFile } from "./read-paths.ts";

export interface CoursePreview {
  files: FilePreview[];
  /** About the call as a whole. */
  unsettled: ReadingProblem[];
  effectiveAt: Date;
  /** What a decision needs to be taken in; null without a decision or while something is missing. */
  setup: CourseSetup | null;
  /** Attendance files as they would be stored, by path. */
  sheets: Map<string, MeetingSheet>;
}

interface Finding {
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  difference: Bilingual[];
  /** Taking the file in would leave everything as it is. */
  changesNothing: boolean;
  /** Rows still understood once the course was looked at; left out when that changes nothing. */
  understood?: number | null;
}

/** Every file against the course as it stands; nothing is stored. */
export async function compareWithCourse(
  view: CourseView,
  read: readonly TypedFile[],
  options: ImportOptions,
): Promise<CoursePreview> {
  const previews = previewFiles(read, options, view.course);
  const effectiveAt = effectiveInstant(view, options);
  if (view.course === null && ofKind(previews, "decision").length === 0) {
    const unsettled = [courseUnknown(view), ...aboutTheCall(previews, options)];
    return { files: previews, unsettled, effectiveAt, setup: null, sheets: new Map() };
  }
  const findings = new Map<FilePreview, Finding>();
  const decision = ofKind(previews, "decision")[0];
  const check = decision ? await checkDecision(view, decision, options) : null;
  if (decision && check) findings.set(decision, check);
  const seatable = await findRosters(view, previews, options, effectiveAt, findings);
  for (const chart of ofKind(previews, "chart")) {
    findings.set(chart, await checkChart(view, chart.file, seatable, options, effectiveAt));
  }
  for (const timetable of ofKind(previews, "timetable")) {
    findings.set(timetable, await checkTimetable(view, timetable.file, effectiveAt));
  }
  const sheets = new Map<string, MeetingSheet>();
  for (const meeting of ofKind(previews, "online-attendance")) {
    const found = await checkMeeting(view, meeting.file, options);
    findings.set(meeting, found);
    if (found.sheet !== null) sheets.set(meeting.path, found.sheet);
  }
  const files = await Promise.all(
    previews.map(async (preview) => merge(preview, findings.get(preview), await keptAlready(view, preview))),
  );
  return {
    files,
    unsettled: [...aboutTheCall(files, options), ...(await effectiveTooEarly(view, effectiveAt))],
    effectiveAt,
    setup: check?.setup ?? null,
    sheets,
  };
}

function aboutTheCall(files: readonly FilePreview[], options: ImportOptions): ReadingProblem[] {
  const fresh = files.filter(({ known }) => !known);
  const single = ["decision", "roster", "timetable"] as const;
  const charts = ofKind(fresh, "chart").map(({ file }) => file);
  return [
    ...single.flatMap((kind) => onlyOne(fresh, kind)),
    ...sameRoomTwice(charts, options),
    ...uselessFlags(files, options),
  ];
}

function effectiveInstant({ clock, campus }: CourseView, { effectiveAt }: ImportOptions): Date {
  if (effectiveAt === undefined) return clock.now();
  return parseInstant("--effective-at", effectiveAt, campus?.timeZone ?? "Asia/Ho_Chi_Minh");
}

/** When these very bytes were taken in for this course before. */
async function keptAlready({ db, course }: CourseView, { file }: FilePreview): Promise<boolean> {
  if (file.kind === null || db === null || course === null) return false;
  return (await findDocument(db, course.id, file.kind, file.document.sha256)) !== null;
}

async function findRosters(
  view: CourseView,
  fresh: readonly FilePreview[],
  options: ImportOptions,
  at: Date,
  findings: Map<FilePreview, Finding>,
): Promise<Seatable | null> {
  let seatable = await rosterInForce(view, at);
  for (const roster of ofKind(fresh, "roster")) {
    const check = await checkRoster(view, roster.file, options, at);
    findings.set(roster, check);
    seatable = check.seatable;
  }
  return seatable;
}

/** The same bytes again matter only when they would change something: another answer beside them, or a version since. */
function merge(preview: FilePreview, finding: Finding | undefined, kept: boolean): FilePreview {
  if (kept && (finding === undefined || finding.changesNothing)) {
    return { ...preview, known: true, problems: [], unsettled: [] };
  }
  if (finding === undefined) return preview;
  const unsettled = [...preview.unsettled, ...finding.unsettled];
  return {
    ...preview,
    file: withRows(preview.file, finding.understood ?? null),
    problems: [...(kept ? [takenInBefore(preview)] : []), ...preview.problems, ...finding.problems],
    unsettled: [...new Map(unsettled.map((one) => [keyOf(one), one])).values()],
    difference: finding.difference,
  };
}

/** Rows about people who are not settled are reported, not understood. */
function withRows(file: FilePreview["file"], understood: number | null): FilePreview["file"] {
  if (understood === null || file.kind !== "online-attendance") return file;
  const { reading } = file;
  return { ...file, reading: { ...reading, understood, reported: reading.rowsIn - understood } };
}

function takenInBefore({ file, path }: FilePreview): ReadingProblem {
  return problem(
    "note",
    file.fileName || path,
    {
      vi: "Đúng tệp này đã được nhận trước đây; nhận lại sẽ thành phiên bản mới có hiệu lực như bên dưới.",
      en: "This very file was taken in before; taking it in again makes a new version, as shown below.",
    },
    { vi: "Không cần thì bỏ tệp này ra.", en: "Leave it out if that is not wanted." },
  );
}

function keyOf({ where, why }: ReadingProblem): string {
  return `${where} ${why.vi}`;
}

function onlyOne(fresh: readonly FilePreview[], kind: DocumentKind): ReadingProblem[] {
  const [first, ...rest] = ofKind(fresh, kind);
  const words = kindWords[kind];
  return rest.map((other) =>
    problem(
      "ask",
      labelOf(other),
      {
        vi: `Mỗi lần chỉ nhận một ${words.vi}; đã có ${first && labelOf(first)}.`,
        en: `One ${words.en} at a time; there is ${first && labelOf(first)} already.`,
      },
      {
        vi: "Gửi riêng tệp đúng, chọn loại khác bằng --as, hoặc chọn một lớp của tệp bằng --only.",
        en: "Send the right one alone, choose another kind with --as, or one class of the file with --only.",
      },
    ),
  );
}

/** An option about a paper that is not among the files would have no effect, and nobody would notice. */
function uselessFlags(files: readonly FilePreview[], options: ImportOptions): ReadingProblem[] {
  const kinds = ["decision", "roster", "chart", "online-attendance"] as const;
  return kinds.flatMap((kind) => {
    const flags = flagsFor(kind, options);
    if (flags.length === 0 || ofKind(files, kind).length > 0) return [];
    return [
      problem(
        "ask",
        flags.join(", "),
        {
          vi: `Chỉ có tác dụng khi gửi kèm ${kindWords[kind].vi}, mà không tệp nào là loại này.`,
          en: `Only means something with a ${kindWords[kind].en}, and none of the files is one.`,
        },
        { vi: "Bỏ tùy chọn, hoặc gửi kèm tệp đó.", en: "Leave it out, or send that file too." },
      ),
    ];
  });
}

/** Sessions already held keep the versions they were held under. */
async function effectiveTooEarly({ db, course, clock }: CourseView, at: Date): Promise<ReadingProblem[]> {
  if (db === null || course === null || at >= clock.now()) return [];
  const held = (await sessionsOfCourse(db, course.id)).filter(
    ({ frame }) => frame.endsAt > at && frame.startsAt <= clock.now(),
  );
  if (held.length === 0) return [];
  return [
    problem(
      "ask",
      "--effective-at",
      {
        vi: `${held.length} buổi học đã bắt đầu sau thời điểm này; buổi đã học giữ nguyên phiên bản của nó.`,
        en: `${held.length} session(s) have begun since; a session held keeps its version.`,
      },
      {
        vi: "Chọn thời điểm sau buổi học gần nhất, hoặc bỏ tùy chọn này.",
        en: "Choose an instant after the last one, or leave the option out.",
      },
    ),
  ];
}
