import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import { SisoError } from "../errors.ts";
import type { OpenMailbox } from "../ports.ts";
import { connectDeadlineMs, passwordOf, type MailServer } from "./server-settings.ts";

export interface ImapSettings extends MailServer {
  mailbox: string;
  /** A message is never asked for beyond this. */
  maxBytes: number;
}

/** Ours, so that a person who reads the mailbox with another program hides nothing from us. */
const keyword = "$SisoTaken";

/** Connects and opens the mailbox. Throws `mail-unavailable` with what the server said, never with a credential. */
export async function openImapMailbox(settings: ImapSettings): Promise<OpenMailbox> {
  const client = await connect(settings);
  try {
    const opened = await client.mailboxOpen(settings.mailbox);
    return mailbox(client, settings, String(opened.uidValidity), mayKeep(opened.permanentFlags));
  } catch (error) {
    client.close();
    throw unavailable(settings, error);
  }
}

async function connect(settings: ImapSettings): Promise<ImapFlow> {
  const { host, port, security, username } = settings;
  const pass = (await passwordOf(settings)) ?? "";
  const client = new ImapFlow({
    host,
    port,
    secure: security === "tls",
    ...(security === "tls" ? {} : { doSTARTTLS: security === "starttls" }),
    auth: { user: username ?? "", pass },
    // The library's own log would hold commands and whole answers.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectDeadlineMs,
    greetingTimeout: connectDeadlineMs,
    socketTimeout: 10 * 60_000,
    maxLiteralSize: settings.maxBytes + (1 << 20),
    maxResponseSize: settings.maxBytes + (4 << 20),
  });
  // Without a listener a lost connection ends the process; the call under way, or the next one, says it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    throw unavailable(settings, error);
  }
}

function mayKeep(flags: Set<string> | undefined): boolean {
  return flags === undefined || flags.has("\\*") || flags.has(keyword);
}

function mailbox(
  client: ImapFlow,
  settings: ImapSettings,
  uidValidity: string,
  keepsKeyword: boolean,
): OpenMailbox {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unavailable(settings, error);
    }
  };
  return {
    name: settings.mailbox,
    uidValidity,
    waiting: () =>
      guarded(async () => {
        // A command on an empty mailbox is refused by some servers; and new mail is announced to a command only.
        await client.noop();
        if (client.mailbox === false) throw new Error("the mailbox was closed");
        const wanted = keepsKeyword ? { unKeyword: keyword } : { all: true };
        const uids = (await client.search(wanted, { uid: true })) || [];
        if (uids.length === 0) return [];
        const found = await client.fetchAll(uids, { uid: true, size: true }, { uid: true });
        return found.map(({ uid, size }) => ({ uid, bytes: size ?? 0 })).toSorted((a, b) => a.uid - b.uid);
      }),
    fetch: (uid, part) =>
      guarded(async () => {
        const query = part === "head" ? { headers: true } : { source: true };
        const found = await client.fetchOne(String(uid), query, { uid: true });
        if (!found) return null;
        const bytes = part === "head" ? found.headers : found.source;
        return bytes ? new Uint8Array(bytes) : null;
      }),
    flagTaken: (uid) =>
      guarded(async () => {
        const flags = keepsKeyword ? ["\\Seen", keyword] : ["\\Seen"];
        await client.messageFlagsAdd(String(uid), flags, { uid: true });
      }),
    changed: (pollMs, signal) => guarded(() => changed(client, pollMs, signal)),
    close: async () => {
      await Promise.race([client.logout().catch(() => undefined), sleep(2_000, undefined, { ref: false })]);
      client.close();
    },
  };
}

async function changed(client: ImapFlow, pollMs: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const until = { signal: AbortSignal.any([signal, done.signal]) };
  // The next command ends it; a server without IDLE is asked again after the pause.
  const idling = client.idle().catch(() => undefined);
  try {
    await Promise.race([
      unlessAborted(once(client, "exists", until), until.signal),
      unlessAborted(sleep(pollMs, undefined, until), until.signal),
      unlessAborted(lost(client, until.signal), until.signal),
    ]);
  } finally {
    done.abort();
    if (client.usable) await client.noop().catch(() => undefined);
    await Promise.race([idling, sleep(2_000, undefined, { ref: false })]);
  }
}

async function lost(client: ImapFlow, signal: AbortSignal): Promise<never> {
  await once(client, "close", { signal });
  throw new Error("the connection was closed");
}

async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** What the server said, without the command it answered. */
function unavailable({ host, port, mailbox }: ImapSettings, cause: unknown): SisoError {
  if (cause instanceof SisoError) return cause;
  const error = cause as {
    message?: string;
    responseText?: string;
    authenticationFailed?: boolean;
    code?: string;
  };
  const said = (error.responseText ?? [error.message, error.code].filter(Boolean).join(", ")).replace(
    /\.$/,
    "",
  );
  const refused = error.authenticationFailed === true;
  return new SisoError("mail-unavailable", {
    vi: refused
      ? `Hộp thư ${host}:${port} từ chối tên hoặc mật khẩu: ${said}. Xem mail.imap trong SISO_INSTITUTION_FILE.`
      : `Hộp thư ${mailbox} ở ${host}:${port} không trả lời: ${said}.`,
    en: refused
      ? `The mailbox at ${host}:${port} refuses the name or password: ${said}. See mail.imap in SISO_INSTITUTION_FILE.`
      : `The mailbox ${mailbox} at ${host}:${port} does not answer: ${said}.`,
  });
}
