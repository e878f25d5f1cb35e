import type { Command } from "commander";
import type { Bilingual } from "../types.ts";

/** A command file: declares its arguments and action on `command`; it is loaded only when it is the one that was typed. */
interface CommandFile {
  declare: (command: Command) => void;
}

interface CommandEntry {
  name: string;
  /** As the list of commands shows it. */
  term: string;
  words: Bilingual;
  load: () => Promise<CommandFile>;
}

/** Every command, in the order the help lists them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "setup",
    term: "setup",
    words: { vi: "cài đủ những gì còn thiếu rồi thôi", en: "put in place what is missing, and stop" },
    load: () => import("./setup.ts"),
  },
  {
    name: "camera",
    term: "camera probe <địa chỉ>",
    words: {
      vi: "thử một camera thật và nói nó cho những gì",
      en: "try a real camera and say what it gives",
    },
    load: () => import("./camera.ts"),
  },
  {
    name: "import",
    term: "import <tệp…>",
    words: {
      vi: "xem trước rồi nhận giấy tờ của một khóa",
      en: "preview and take in a course's papers",
    },
    load: () => import("./import.ts"),
  },
  {
    name: "room",
    term: "room survey --room <phòng>",
    words: {
      vi: "đánh dấu chỗ ngồi trong ảnh, xem chỗ nào quan sát được",
      en: "mark a room's seats, see which can be observed",
    },
    load: () => import("./room.ts"),
  },
  {
    name: "undo",
    term: "undo <loại>",
    words: {
      vi: "xem các phiên bản đã nhận và quay lại một phiên bản trước",
      en: "list the versions taken in and go back to an earlier one",
    },
    load: () => import("./undo.ts"),
  },
  {
    name: "online",
    term: "online show --course <mã>",
    words: {
      vi: "buổi trực tuyến: link của khóa, tệp điểm danh, thiết bị dùng chung",
      en: "online sessions: the course's link, attendance files, shared devices",
    },
    load: () => import("./online.ts"),
  },
  {
    name: "enrol",
    term: "enrol list --course <mã>",
    words: {
      vi: "đăng ký khuôn mặt: từ thư mục ảnh, hoặc từ những buổi đầu",
      en: "enrol faces: from a folder, or from the first sessions",
    },
    load: () => import("./enrol.ts"),
  },
  {
    name: "pack",
    term: "pack list|check <thư mục>",
    words: {
      vi: "gói mô hình khuôn mặt: có những gói nào, gói riêng của đơn vị dùng được không",
      en: "face model packs: which there are, whether an institution's own can be used",
    },
    load: () => import("./pack.ts"),
  },
  {
    name: "readiness",
    term: "readiness [--course <mã>]",
    words: {
      vi: "từng khóa còn thiếu gì, hạn nào, ai phải gửi",
      en: "what each course still lacks, by when, from whom",
    },
    load: () => import("./readiness.ts"),
  },
  {
    name: "mail",
    term: "mail list|show|take…",
    words: {
      vi: "thư các đơn vị gửi: xem, cho đọc, nhận tệp",
      en: "the mail units send: look, release, take in",
    },
    load: () => import("./mail.ts"),
  },
  {
    name: "explain",
    term: "explain <mã kết quả>",
    words: {
      vi: "giải thích một kết quả điểm danh bằng lời",
      en: "say in words how a mark came about",
    },
    load: () => import("./explain.ts"),
  },
  {
    name: "record",
    term: "record --course <mã>…",
    words: {
      vi: "in hồ sơ của chính một học viên: kết quả, lý do, sửa, nghỉ, điều đang lưu",
      en: "print one trainee's own record: results, reasons, what is kept",
    },
    load: () => import("./record.ts"),
  },
  {
    name: "correct",
    term: "correct <mã buổi> <học viên>",
    words: {
      vi: "sửa một kết quả bằng lời của người",
      en: "put a person's word beside a machine's outcome",
    },
    load: () => import("./correct.ts"),
  },
  {
    name: "leave",
    term: "leave [withdraw] <mã khóa>…",
    words: {
      vi: "ghi, hoặc rút lại, đơn xin nghỉ đã được duyệt",
      en: "record, or withdraw, an approved leave",
    },
    load: () => import("./leave.ts"),
  },
  {
    name: "replay",
    term: "replay --course <mã>",
    words: {
      vi: "tính lại kết quả từ ảnh lưu trữ",
      en: "recompute marks from the archived pictures",
    },
    load: () => import("./replay.ts"),
  },
  {
    name: "archive",
    term: "archive <việc>",
    words: {
      vi: "kho lưu trữ: xuất gói bằng chứng, kiểm, tìm, xem, giữ, tiêu hủy",
      en: "the archive: export evidence, verify, search, view, hold, dispose",
    },
    load: () => import("./archive.ts"),
  },
  {
    name: "backup",
    term: "backup --out <thư mục>",
    words: {
      vi: "sao lưu cơ sở dữ liệu, khóa, danh mục (và ảnh) của kho",
      en: "back up database, keys, index (and objects) of the archive",
    },
    load: () => import("./backup.ts"),
  },
  {
    name: "restore",
    term: "restore --from <thư mục>",
    words: {
      vi: "khôi phục từ bản sao lưu vào chỗ trống, kiểm từng mã băm",
      en: "restore a backup into an empty place, every hash compared",
    },
    load: () => import("./restore.ts"),
  },
  {
    name: "demo",
    term: "demo",
    words: {
      vi: "chạy trọn một khóa học mô phỏng",
      en: "run a whole simulated course",
    },
    load: () => import("./demo.ts"),
  },
  {
    name: "start",
    term: "start",
    words: {
      vi: "chạy dịch vụ: API, lịch chạy, tiến trình",
      en: "run the service: API, scheduler, workers",
    },
    load: () => import("./start.ts"),
  },
  {
    name: "test",
    term: "test [lọc…]",
    words: { vi: "soát mã và chạy mọi kiểm thử", en: "check the code and run every test" },
    load: () => import("./test.ts"),
  },
  {
    name: "fixtures",
    term: "fixtures documents",
    words: { vi: "viết bộ giấy tờ mẫu đủ mọi kiểu", en: "write sample papers of every shape" },
    load: () => import("./fixtures.ts"),
  },
  {
    name: "bench",
    term: "bench <tên>",
    words: { vi: "đo tốc độ và độ chính xác", en: "measure speed and accuracy" },
    load: () => import("./bench.ts"),
  },
];
