import { readFile } from "node:fs/promises";
import { rootCertificates, type SecureContextOptions } from "node:tls";
import { SisoError } from "../errors.ts";

/** How one mail server is reached. Password and certificates are read anew for each connection, so a changed file needs no restart. */
export interface MailServer {
  host: string;
  port: number;
  security: "tls" | "starttls" | "none";
  /** PEM certificates trusted beside the public ones; null for these alone. */
  caFile: string | null;
  username: string | null;
  passwordFile: string | null;
}

/** Nothing of an attempt hangs longer than this. */
export const connectDeadlineMs = 20_000;

/** Null when the server asks for no password. Throws `mail-unavailable` naming the file, never its content. */
export async function passwordOf({ passwordFile }: MailServer): Promise<string | null> {
  if (passwordFile === null) return null;
  const [line = ""] = (await read(passwordFile, passwordWords)).split(/\r?\n/);
  return line;
}

/** The certificate is always checked: an authority of one's own is named, not waved through. Throws `mail-unavailable`. */
export async function tlsOf({ caFile }: MailServer): Promise<SecureContextOptions> {
  const own = caFile === null ? null : await read(caFile, caWords);
  if (own !== null && !own.includes("-----BEGIN CERTIFICATE-----")) throw unreadable(caFile ?? "", noPem);
  return { minVersion: "TLSv1.2", ...(own === null ? {} : { ca: [...rootCertificates, own] }) };
}

interface FileWords {
  vi: (path: string) => string;
  en: (path: string) => string;
}

const passwordWords: FileWords = {
  vi: (path) => `Không đọc được tệp mật khẩu hộp thư ${path}.`,
  en: (path) => `The mailbox's password file ${path} cannot be read.`,
};
const caWords: FileWords = {
  vi: (path) => `Không đọc được tệp chứng thư ${path} (caFile của máy chủ thư).`,
  en: (path) => `The certificate file ${path} (caFile of the mail server) cannot be read.`,
};
const noPem: FileWords = {
  vi: (path) => `Tệp ${path} (caFile) không có chứng thư PEM nào (-----BEGIN CERTIFICATE-----).`,
  en: (path) => `The file ${path} (caFile) holds no PEM certificate (-----BEGIN CERTIFICATE-----).`,
};

async function read(path: string, words: FileWords): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, words, cause);
  }
}

function unreadable(path: string, words: FileWords, cause?: unknown): SisoError {
  return new SisoError("mail-unavailable", { vi: words.vi(path), en: words.en(path) }, cause);
}
