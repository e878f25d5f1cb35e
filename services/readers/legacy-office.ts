import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bilingual, ReadingProblem } from "../types.ts";
import { readOleDirectory } from "./ole-directory.ts";
import { MACROS, refused, SAVE_NEW, unreadable, WITHOUT_MACROS } from "./refusal.ts";
import { programPath, runSandboxed } from "./sandbox.ts";
import type { SandboxLimits, SandboxOutcome } from "./sandbox.ts";

/** Conversions LibreOffice does here; the reading filter is named so that nothing else is guessed from the bytes. */
const CONVERSIONS = {
  doc: { to: "docx", reads: "MS Word 97", writes: "MS Word 2007 XML" },
  xls: { to: "xlsx", reads: "MS Excel 97", writes: "Calc MS Excel 2007 XML" },
  docx: { to: "doc", reads: "MS Word 2007 XML", writes: "MS Word 97" },
  xlsx: { to: "xls", reads: "Calc MS Excel 2007 XML", writes: "MS Excel 97" },
} as const;

export type Convertible = keyof typeof CONVERSIONS;

export interface ConversionLimits extends SandboxLimits {
  /** Of the converted file. */
  fileBytes: number;
}

export const CONVERSION_LIMITS: ConversionLimits = {
  milliseconds: 60_000,
  megabytes: 3_072,
  fileBytes: 40 << 20,
};

/** Looks into an old file before anything reads it. Throws `file-refused` for macros and what is neither Word nor Excel, `file-unreadable` for a damaged one. */
export function legacyKind(fileName: string, bytes: Uint8Array): "doc" | "xls" {
  const directory = readOleDirectory(bytes);
  if (directory === null || directory.top.length === 0) throw unreadable(fileName, WHY.damaged, SAVE_NEW);
  if (directory.all.some((name) => /^(_VBA_PROJECT|_VBA_PROJECT_CUR|VBA|Macros)$/i.test(name)))
    throw refused(fileName, MACROS, WITHOUT_MACROS);
  if (directory.top.includes("WordDocument")) return "doc";
  if (directory.top.includes("Workbook") || directory.top.includes("Book")) return "xls";
  throw refused(fileName, WHY.other, SAVE_NEW);
}

let lastConversion: Promise<unknown> = Promise.resolve();

/**
 * A .doc as .docx, an .xls as .xlsx (and back, for fixtures), by LibreOffice in a sandbox without network, one at a time.
 * Throws `file-refused` when LibreOffice or the sandbox is missing or it takes too long, `file-unreadable` when it cannot
 * read the file.
 */
export function convertOffice(
  fileName: string,
  bytes: Uint8Array,
  from: Convertible,
  limits: ConversionLimits = CONVERSION_LIMITS,
): Promise<Uint8Array> {
  const mine = lastConversion.then(() => convertNow(fileName, bytes, from, limits));
  lastConversion = mine.catch(() => undefined);
  return mine;
}

async function convertNow(
  fileName: string,
  bytes: Uint8Array,
  from: Convertible,
  limits: ConversionLimits,
): Promise<Uint8Array> {
  const office = programPath("soffice");
  if (office === null) throw refused(fileName, WHY.noOffice, SAVE_NEW);
  const folder = await mkdtemp(join(tmpdir(), "siso-convert-"));
  try {
    await writeFile(join(folder, `in.${from}`), bytes);
    await mkdir(join(folder, "profile"));
    const outcome = await runSandboxed(folder, command(office, folder, from), limits);
    const out = join(folder, "out", `in.${CONVERSIONS[from].to}`);
    if (outcome !== "ended") throw failure(fileName, outcome);
    return await readResult(fileName, out, limits.fileBytes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function command(office: string, folder: string, from: Convertible): string[] {
  const { to, reads, writes } = CONVERSIONS[from];
  return [
    office,
    "--headless",
    "--norestore",
    "--nolockcheck",
    "--nodefault",
    "--nologo",
    `-env:UserInstallation=${pathToFileURL(join(folder, "profile")).href}`,
    `--infilter=${reads}`,
    "--convert-to",
    `${to}:${writes}`,
    "--outdir",
    join(folder, "out"),
    join(folder, `in.${from}`),
  ];
}

/** A converter taken over by its input may leave a link to anything this process can read: no link is followed. */
async function readResult(fileName: string, path: string, mostBytes: number): Promise<Uint8Array> {
  const folder = await lstat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory()) throw failure(fileName, "failed");
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
  if (file === null) throw failure(fileName, "failed");
  try {
    const found = await file.stat();
    if (!found.isFile()) throw failure(fileName, "failed");
    if (found.size > mostBytes) throw refused(fileName, WHY.large, SAVE_NEW);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}

function failure(fileName: string, outcome: SandboxOutcome | null): Error {
  if (outcome === null) {
    return refused(fileName, programPath("bwrap") === null ? WHY.noSandbox : WHY.forbidden, SAVE_NEW);
  }
  if (outcome === "too-long") return refused(fileName, WHY.slow, SAVE_NEW);
  return unreadable(fileName, WHY.damaged, SAVE_NEW);
}

const WHY = {
  noOffice: {
    vi: "tệp Word/Excel kiểu cũ (.doc/.xls), máy này không có LibreOffice để chuyển",
    en: "an old Word/Excel file (.doc/.xls), and this machine has no LibreOffice to convert it",
  },
  noSandbox: {
    vi: "tệp Word/Excel kiểu cũ (.doc/.xls), máy này chưa có bubblewrap để cách ly chương trình chuyển",
    en: "an old Word/Excel file (.doc/.xls), and this machine has no bubblewrap to shut the converter off",
  },
  forbidden: {
    vi: "tệp Word/Excel kiểu cũ (.doc/.xls), tệp không hỏng; máy này có bubblewrap nhưng hệ thống không cho nó lập vùng cách ly (user namespace bị khóa, hoặc đang trong container), nên không chuyển được",
    en: "an old Word/Excel file (.doc/.xls); it is not damaged: this machine has bubblewrap but does not let it run (user namespaces are locked, or this is a container), so it is not converted",
  },
  slow: {
    vi: "chuyển tệp kiểu cũ (.doc/.xls) mất quá lâu",
    en: "converting this old file (.doc/.xls) takes too long",
  },
  damaged: {
    vi: "tệp kiểu cũ (.doc/.xls) hỏng, hoặc có mật khẩu",
    en: "the old file (.doc/.xls) is damaged, or protected by a password",
  },
  other: {
    vi: "tệp kiểu cũ nhưng không phải Word (.doc) hay Excel (.xls)",
    en: "an old file, but neither Word (.doc) nor Excel (.xls)",
  },
  large: {
    vi: "tệp kiểu cũ (.doc/.xls) chuyển ra quá lớn",
    en: "the old file (.doc/.xls) becomes too large when converted",
  },
} satisfies Record<string, Bilingual>;

export function convertedNote(where: string, kind: "doc" | "xls"): ReadingProblem {
  return {
    where,
    why: {
      vi: `Tệp kiểu cũ (.${kind}) được chuyển sang .${CONVERSIONS[kind].to} để đọc; tệp gốc được giữ nguyên.`,
      en: `The old file (.${kind}) was converted to .${CONVERSIONS[kind].to} to be read; the original is kept as it is.`,
    },
    fix: {
      vi: `Lần sau nên gửi .${CONVERSIONS[kind].to}.`,
      en: `Send .${CONVERSIONS[kind].to} the next time.`,
    },
    severity: "note",
  };
}
