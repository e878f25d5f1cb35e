import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { sandboxAllowed } from "../../readers/sandbox.ts";
import type { Bilingual } from "../../types.ts";

/** A program Debian ships that some command can use. */
interface Program {
  packages: string[];
  present: () => boolean;
  /** Tried out, where the system may forbid a program that is installed. */
  allowed?: () => boolean;
  /** What is lost without it. */
  without: Bilingual;
}

const programs = {
  ffmpeg: {
    packages: ["ffmpeg"],
    present: () => inPath("ffmpeg"),
    without: {
      vi: "camera không có ảnh chụp ONVIF dùng được thì không lấy được ảnh qua RTSP",
      en: "cameras without a usable ONVIF snapshot give no picture through RTSP",
    },
  },
  "gst-rtsp-server": {
    packages: [
      "python3",
      "python3-gi",
      "gir1.2-gst-rtsp-server-1.0",
      "gstreamer1.0-plugins-base",
      "gstreamer1.0-plugins-good",
      "gstreamer1.0-plugins-ugly",
      "gstreamer1.0-plugins-bad",
    ],
    present: rtspServerPresent,
    without: {
      vi: "camera RTSP mô phỏng được thay bằng camera ảnh chụp ONVIF",
      en: "the simulated RTSP camera is replaced by one with ONVIF snapshots",
    },
  },
  openssl: {
    packages: ["openssl"],
    present: () => inPath("openssl"),
    without: {
      vi: "không xin và không kiểm được dấu thời gian RFC 3161",
      en: "no RFC 3161 timestamp can be asked for or checked",
    },
  },
  cc: {
    packages: ["gcc", "libc6-dev"],
    present: () => inPath("cc"),
    without: {
      vi: "không thử được lỗi đĩa thật (EIO, hết chỗ, kill -9 giữa chừng) của kho lưu trữ",
      en: "real disk faults of the archive (EIO, no space, kill -9 midway) cannot be tried",
    },
  },
  python3: {
    packages: ["python3-minimal"],
    present: () => inPath("python3"),
    without: {
      vi: "không chạy thử được verify.py của kiểm tra viên",
      en: "the auditor's verify.py is not tried",
    },
  },
  "redis-server": {
    packages: ["redis-server"],
    present: () => inPath("redis-server"),
    without: {
      vi: "không kiểm tra được hàng đợi trên Redis",
      en: "the queue on Redis is not tested",
    },
  },
  dovecot: {
    packages: ["dovecot-imapd", "dovecot-lmtpd"],
    // Debian puts the server where an ordinary user's PATH does not look.
    present: () => executable("/usr/sbin/dovecot") && existsSync("/usr/lib/dovecot/lmtp"),
    without: { vi: "không kiểm tra được hộp thư", en: "the mailbox is not tested" },
  },
  chromium: {
    packages: ["chromium"],
    present: () => inPath("chromium"),
    without: { vi: "không kiểm tra được trang web", en: "web pages are not tested" },
  },
  "poppler-utils": {
    packages: ["poppler-utils"],
    present: () => inPath("pdftotext") && inPath("pdftoppm"),
    without: { vi: "không soát được trang in của báo cáo", en: "printed report pages are not checked" },
  },
  "libreoffice-writer": {
    packages: ["libreoffice-writer-nogui"],
    present: () => inPath("soffice"),
    without: {
      vi: "không đọc được tệp .doc kiểu cũ, không dựng được trang in của báo cáo để soát",
      en: "old .doc files are not read, report pages are not rendered for checking",
    },
  },
  "libreoffice-calc": {
    packages: ["libreoffice-calc-nogui"],
    present: () => inPath("soffice") && existsSync("/usr/lib/libreoffice/program/libsclo.so"),
    without: { vi: "không đọc được tệp .xls kiểu cũ", en: "old .xls files are not read" },
  },
  bubblewrap: {
    packages: ["bubblewrap"],
    present: () => inPath("bwrap"),
    allowed: sandboxAllowed,
    without: {
      vi: "tệp .doc, .xls kiểu cũ không đọc được, hãy lưu thành .docx, .xlsx",
      en: "old .doc and .xls files cannot be read: save them as .docx and .xlsx",
    },
  },
  "fonts-liberation2": {
    packages: ["fonts-liberation2"],
    present: () => existsSync("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"),
    without: {
      vi: "trang in thử có thể thiếu chữ tiếng Việt",
      en: "rendered pages may lack Vietnamese letters",
    },
  },
} as const satisfies Record<string, Program>;

export type ProgramId = keyof typeof programs;

export const allPrograms = Object.keys(programs) as ProgramId[];

export function missingPrograms(wanted: readonly ProgramId[]): ProgramId[] {
  return wanted.filter((id) => !programs[id].present());
}

/** Installed, and not allowed to do its work here: containers and hardened kernels forbid some. */
export function forbiddenPrograms(wanted: readonly ProgramId[]): ProgramId[] {
  const all: Record<ProgramId, Program> = programs;
  return wanted.filter((id) => all[id].present() && all[id].allowed?.() === false);
}

export function packagesOf(ids: readonly ProgramId[]): string[] {
  return ids.flatMap((id) => [...programs[id].packages]);
}

export function lossWithout(id: ProgramId): Bilingual {
  return programs[id].without;
}

function inPath(name: string): boolean {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((dir) => dir !== "" && executable(join(dir, name)));
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The simulated camera runs under Debian's own Python and needs one plugin of each GStreamer set. */
function rtspServerPresent(): boolean {
  const architecture = libraryDirs().find((dir) =>
    existsSync(join(dir, "girepository-1.0/GstRtspServer-1.0.typelib")),
  );
  if (!architecture || !executable("/usr/bin/python3")) return false;
  const plugins = ["videoconvertscale", "rtp", "x264", "videoparsersbad"];
  return (
    existsSync("/usr/lib/python3/dist-packages/gi/__init__.py") &&
    plugins.every((name) => existsSync(join(architecture, `gstreamer-1.0/libgst${name}.so`)))
  );
}

function libraryDirs(): string[] {
  return readdirSync("/usr/lib")
    .filter((name) => name.includes("-linux-gnu"))
    .map((name) => join("/usr/lib", name));
}
