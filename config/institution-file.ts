import { z } from "zod";
import type { Bilingual, Rules } from "../services/types.ts";
import { allowedSender, mailSettings } from "./mail-settings.ts";

/** A deployment's own institution file: JSON over the defaults. */

const code = z.string().regex(/^[A-Za-z0-9-]{1,20}$/);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const words = z.string().trim().min(1);
const minutes = z
  .int()
  .min(0)
  .max(24 * 60);

const campus = z.strictObject({
  code,
  name: words,
  /** IANA zone; days and shifts are this zone's. */
  timeZone: words.refine(isTimeZone, { error: "phải là múi giờ IANA · must be an IANA time zone" }),
  /** As written before the date of an official document. */
  place: words,
});

const unit = z.strictObject({
  code,
  name: words,
  /** The campus whose classes it manages; null when it works at every one. */
  campus: code.nullable(),
  /** Where reminders and reports go; may also send. */
  email: z.email().nullable(),
  /** Who else may send papers for it. */
  senders: z.array(allowedSender).default([]),
});

/** Where the room's seats are in the camera's picture: four or more seats marked by a person. */
const view = z.strictObject({
  effectiveAt: z.iso.datetime(),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  markedSeats: z
    .array(z.strictObject({ row: z.int().min(1), column: z.int().min(1), x: z.number(), y: z.number() }))
    .min(4),
  /** Width of a sitter's face as a share of the distance between neighbouring seats in the picture. */
  facePerColumnPitch: z.number().positive().default(0.19),
  /** The lecturer's area, corner by corner. */
  frontZone: z
    .array(z.strictObject({ x: z.number(), y: z.number() }))
    .min(3)
    .nullable()
    .default(null),
});

const camera = z.strictObject({
  code,
  host: words,
  port: z.int().min(1).max(65_535).default(80),
  secure: z.boolean().default(false),
  username: words,
  /** A file whose first line is the password; passwords are not written in this file. */
  passwordFile: z.string().startsWith("/"),
  presetToken: words.nullable().default(null),
  view: view.nullable().default(null),
});

const room = z.strictObject({ campus: code, code, name: words, cameras: z.array(camera) });

const rules = z
  .strictObject({
    periodMinutes: minutes.min(1),
    periodsPerSession: z.int().min(1).max(12),
    breakMinutes: minutes.max(20),
    shiftStarts: z.strictObject({ morning: localTime, afternoon: localTime, evening: localTime }),
    roundsPerSession: z.int().min(2).max(12),
    minRoundSpacingMinutes: minutes,
    edgeMarginMinutes: minutes,
    breakMarginMinutes: minutes,
    preflightMinutesBefore: minutes,
    burst: z.strictObject({ pictures: z.int().min(1).max(10), spacingSeconds: z.number().min(0).max(60) }),
    minSightings: z.int().min(1).max(12),
    retentionYears: z.int().min(5).max(100),
    onlineMinPercent: z.int().min(1).max(100),
    onlineMinPeriods: z.int().min(1).max(12),
    reportDaysBeforeExam: z.int().min(0).max(60),
  })
  .refine((each) => each.minSightings <= each.roundsPerSession, {
    path: ["minSightings"],
    error: "không được lớn hơn roundsPerSession · must not exceed roundsPerSession",
  }) satisfies z.ZodType<Rules>;

const letterhead = z.strictObject({
  /** The two lines at the top left of a report. */
  parentBody: words,
  issuingBody: words,
  /** After the number: `Số: …/BC-VP`. */
  symbol: words,
  addressee: words,
  /** The "Căn cứ …" lines, without their closing mark. */
  legalBases: z.array(words),
  /** Line by line above the signature; the first is the usual one. */
  signerTitles: z.array(z.array(words).min(1)).min(1),
  /** The list under `Nơi nhận:`. */
  recipients: z.array(words).min(1),
});

const readiness = z.strictObject({
  publishDaysBefore: z.int().min(0).max(60),
  /** Units are reminded so many days before a deadline, and once when it has gone by. */
  remindDaysBefore: z.array(z.int().min(1).max(60)),
});

const institutionFields = z.strictObject({
  name: words,
  campuses: z.array(campus).min(1),
  units: z.array(unit).min(1),
  rooms: z.array(room),
  letterhead,
  /** Where units send documents (N Đ3.2). */
  intakeAddress: z.email().nullable(),
  mail: mailSettings.nullable().default(null),
  readiness,
  rules,
  /** Who decided the rules in force, and when (N Đ9). */
  rulesApproved: z.strictObject({ by: words, on: z.iso.date() }),
});

const institution = institutionFields
  .refine(({ mail, intakeAddress }) => mail === null || intakeAddress !== null, {
    path: ["intakeAddress"],
    error: "cần có khi khai báo mail · is needed when mail is configured",
  })
  .refine(({ units }) => sendersOfTwo(units).length === 0, {
    path: ["units"],
    error: ({ input }) => {
      const twice = sendersOfTwo((input as { units: Unit[] }).units).join(", ");
      return `địa chỉ gửi thuộc hai đơn vị · a sender of two units: ${twice}`;
    },
  });

type Unit = z.infer<typeof unit>;

/** A mail must say for which unit it stands. */
function sendersOfTwo(units: Unit[]): string[] {
  const all = units.flatMap(({ email, senders }) => [
    ...new Set([...(email ? [email] : []), ...senders].map((each) => each.toLowerCase())),
  ]);
  return [...new Set(all.filter((sender, index) => all.indexOf(sender) !== index))];
}

export type Institution = z.infer<typeof institution>;

/** Reads a deployment's own file over `defaults`; every problem names the key at fault. */
export function parseInstitution(
  text: string,
  defaults: Institution,
): { institution: Institution } | { problems: Bilingual[] } {
  const json = parseJson(text);
  if (json === null) {
    return { problems: [{ vi: "không phải một đối tượng JSON", en: "is not a JSON object" }] };
  }
  const merged = overDefaults(json, defaults);
  const parsed = institution.safeParse(merged);
  if (!parsed.success) return { problems: inBothLanguages(merged) };
  const dangling = unknownCampuses(parsed.data);
  return dangling.length > 0 ? { problems: dangling } : { institution: parsed.data };
}

/** Lists replace the default list whole; `rules` and `letterhead` are merged key by key. */
function overDefaults(json: Record<string, unknown>, defaults: Institution): Record<string, unknown> {
  const merged = (key: "rules" | "letterhead") =>
    isRecord(json[key]) ? { ...defaults[key], ...json[key] } : (json[key] ?? defaults[key]);
  return { ...defaults, ...json, rules: merged("rules"), letterhead: merged("letterhead") };
}

function unknownCampuses(data: Institution): Bilingual[] {
  const known = new Set(data.campuses.map((each) => each.code));
  const named = [
    ...data.units.map((each, index) => ({ at: `units[${index}]`, campus: each.campus })),
    ...data.rooms.map((each, index) => ({ at: `rooms[${index}]`, campus: each.campus })),
  ];
  return named
    .filter(({ campus }) => campus !== null && !known.has(campus))
    .map(({ at, campus }) => ({
      vi: `${at}.campus: không có cơ sở “${campus}” trong campuses`,
      en: `${at}.campus: there is no “${campus}” in campuses`,
    }));
}

function inBothLanguages(merged: Record<string, unknown>): Bilingual[] {
  const vi = institution.safeParse(merged, { error: z.locales.vi().localeError }).error?.issues ?? [];
  const en = institution.safeParse(merged, { error: z.locales.en().localeError }).error?.issues ?? [];
  return vi.map((issue, index) => {
    const at = issue.path.length === 0 ? "" : `${z.core.toDotPath(issue.path)}: `;
    return { vi: `${at}${issue.message}`, en: `${at}${en[index]?.message ?? issue.message}` };
  });
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
