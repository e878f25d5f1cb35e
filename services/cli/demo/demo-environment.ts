import { join } from "node:path";

/** The variables a demo runs under; all of it lies in its folder. */
export function demoEnvironment(folder: string): Record<string, string> {
  return {
    SISO_DATA: join(folder, "data"),
    SISO_KEY_FILE: join(folder, "keys", "archive.key"),
    SISO_INSTITUTION_FILE: join(folder, "institution.json"),
    SISO_CAMERA_SUBNETS: "127.0.0.0/8",
    SISO_MIN_FREE_BYTES: String(200 * 1024 ** 2),
  };
}
