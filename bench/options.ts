import { modelsDir, portraitsDir } from "../services/cli/setup/prepare.ts";

/** Options that several measurements take; `./siso bench NAME --help` prints what each is about. */

export const jsonFile = {
  type: "string",
  about: "ghi số đo ra tệp JSON · write the figures to a JSON file",
} as const;

/** Whose faces are measured, with what, and where what was read of them is kept. */
export const peopleOptions = {
  faces: {
    type: "string",
    about:
      "thư mục người/N.jpg để đo; không có thì dùng chân dung của bản chạy thử · people to measure on, person/N.jpg; else the demo's portraits",
  },
  models: {
    type: "string",
    default: modelsDir,
    about: "thư mục các gói mô hình · folder of the model packs",
  },
  portraits: {
    type: "string",
    default: portraitsDir,
    about: "thư mục chân dung của bản chạy thử · folder of the demo's portraits",
  },
  cache: {
    type: "string",
    default: "var/bench",
    about: "thư mục giữ khuôn mặt đã đọc cho lần sau · keeps the faces that were read for the next run",
  },
} as const;
