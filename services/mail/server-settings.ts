import { readFile } from "node:fs/promises";
import { SisoError } from "../errors.ts";

/** How one mail server is reached. The password is read anew for each connection, so a changed file needs no restart. */
export interface MailServer {
  host: string;
  port: number;
  security: "tls" | "starttls" | "none";
  username: string | null;
  passwordFile: string | null;
}

/** Nothing of an attempt hangs longer than this. */
export const connectDeadlineMs = 20_000;

/** Null when the server asks for no password. Throws `mail-unavailable` naming the file, never its content. */
export async function passwordOf({ passwordFile }: MailServer): Promise<string | null> {
  if (passwordFile === null) return null;
  try {
    const [line = ""] = (await readFile(passwordFile, "utf8")).split(/\r?\n/);
    return line;
  } catch (cause) {
    throw new SisoError(
      "mail-unavailable",
      {
        vi: `Không đọc được tệp mật khẩu hộp thư ${passwordFile}.`,
        en: `The mailbox's password file ${passwordFile} cannot be read.`,
      },
      cause,
    );
  }
}
