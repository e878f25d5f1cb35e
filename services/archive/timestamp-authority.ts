import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { request } from "undici";
import { SisoError } from "../errors.ts";
import type { TimestampAuthority } from "../ports.ts";

/** A token is a few kilobytes. */
const longestResponseBytes = 1_000_000;
const deadlineMs = 20_000;

/** An RFC 3161 authority over HTTP; the ASN.1 is `openssl ts`'s business, as it is the auditor's. */
export function httpTimestampAuthority(url: string): TimestampAuthority {
  return {
    stamp: async (document) => {
      const dir = await mkdtemp(join(tmpdir(), "siso-stamp-"));
      try {
        await writeFile(join(dir, "document"), document);
        await openssl(dir, ["ts", "-query", "-data", "document", "-sha256", "-cert", "-out", "query"]);
        const response = await post(url, await readFile(join(dir, "query")));
        await writeFile(join(dir, "response"), response);
        return { response, stampedAt: await grantedAt(dir) };
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

/** Whether a token is over the document and signed, as of the instant it names, under the root in `rootFile` (PEM). */
export async function tokenHolds(
  response: Uint8Array,
  document: Uint8Array,
  stampedAt: Date,
  rootFile: string,
): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "siso-token-"));
  try {
    await writeFile(join(dir, "document"), document);
    await writeFile(join(dir, "response"), response);
    const seconds = String(Math.floor(stampedAt.getTime() / 1000));
    const args = [
      "ts",
      "-verify",
      "-data",
      "document",
      "-in",
      "response",
      "-CAfile",
      rootFile,
      "-attime",
      seconds,
    ];
    const { exitCode } = await execa("openssl", args, { cwd: dir, reject: false, timeout: deadlineMs });
    return exitCode === 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function post(url: string, query: Uint8Array): Promise<Buffer> {
  try {
    const answer = await request(url, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
      body: query,
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`);
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > longestResponseBytes) throw new Error("the answer is too large");
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** The answer must be granted and be about our very bytes and nonce; who signed it is for whoever trusts the authority. */
async function grantedAt(dir: string): Promise<Date> {
  const asked = await openssl(dir, ["ts", "-query", "-in", "query", "-text"]);
  const given = await openssl(dir, ["ts", "-reply", "-in", "response", "-text"]);
  const differs = ["Nonce: ", "    0000 - ", "    0010 - "].find(
    (head) => lineOf(asked, head) === null || lineOf(asked, head) !== lineOf(given, head),
  );
  if (differs !== undefined) throw unavailable(new Error("the token is about something else"));
  const stamped = new Date(lineOf(given, "Time stamp: ") ?? "");
  if (!/^Status: Granted/m.test(given) || Number.isNaN(stamped.getTime())) {
    throw unavailable(new Error(lineOf(given, "Status description: ") ?? "the request was not granted"));
  }
  return stamped;
}

function lineOf(text: string, head: string): string | null {
  const line = text.split("\n").find((one) => one.startsWith(head));
  return line === undefined ? null : (line.slice(head.length).split("   ")[0]?.trim() ?? null);
}

async function openssl(cwd: string, args: string[]): Promise<string> {
  try {
    return (await execa("openssl", args, { cwd, timeout: deadlineMs })).stdout;
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): SisoError {
  const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return new SisoError(
    "timestamp-unavailable",
    {
      vi: `Chưa lấy được dấu thời gian RFC 3161 (${why}); sẽ tự thử lại, việc khác không bị chặn`,
      en: `No RFC 3161 token could be had (${why}); it is tried again, nothing waits for it`,
    },
    cause,
  );
}
