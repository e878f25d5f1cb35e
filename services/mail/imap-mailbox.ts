import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow, type FetchMessageObject, type SearchObject } from "imapflow";
import type { ListedMail, OpenMailbox } from "../ports.ts";
import { serverTrouble } from "./server-trouble.ts";
import { connectDeadlineMs, passwordOf, tlsOf, type MailServer } from "./server-settings.ts";

export interface ImapSettings extends MailServer {
  username: string;
  mailbox: string;
  /** A message is never asked for beyond this. */
  maxBytes: number;
}

/** Ours, so that a person who reads the mailbox with another program hides nothing from us. */
const keyword = "$SisoTaken";
/** Messages asked about in one command. */
const listedAtOnce = 500;

/** Connects and opens the mailbox. Throws `mail-unavailable` with what the server said, never with a credential. */
export async function openImapMailbox(settings: ImapSettings): Promise<OpenMailbox> {
  const client = await connect(settings);
  try {
    const { uidValidity, uidNext, permanentFlags } = await client.mailboxOpen(settings.mailbox);
    const numbers = { uidValidity: String(uidValidity), uidNext: uidNext || (await highest(client)) + 1 };
    return mailbox(client, settings, numbers, mayKeep(permanentFlags));
  } catch (error) {
    client.close();
    throw serverTrouble("mail.imap", settings, error);
  }
}

/** For a server that does not tell the next number. */
async function highest(client: ImapFlow): Promise<number> {
  return Math.max(0, ...(await found(client, { all: true })));
}

async function found(client: ImapFlow, query: SearchObject): Promise<number[]> {
  const uids = await client.search(query, { uid: true });
  // The library says a refusal with `false`, which must not look like an empty mailbox.
  if (!Array.isArray(uids)) throw new Error("the server refused to search the mailbox");
  return uids.toSorted((a, b) => a - b);
}

async function connect(settings: ImapSettings): Promise<ImapFlow> {
  const { host, port, security, username } = settings;
  const pass = (await passwordOf(settings)) ?? "";
  const tls = await tlsOf(settings);
  const client = new ImapFlow({
    host,
    port,
    secure: security === "tls",
    ...(security === "tls" ? {} : { doSTARTTLS: security === "starttls" }),
    // Whatever the library's default is one day: no server is talked to whose certificate does not hold.
    tls: { ...tls, rejectUnauthorized: true },
    auth: { user: username, pass },
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
    throw serverTrouble("mail.imap", settings, error);
  }
}

function mayKeep(flags: Set<string> | undefined): boolean {
  return flags === undefined || flags.has("\\*") || flags.has(keyword);
}

function mailbox(
  client: ImapFlow,
  settings: ImapSettings,
  numbers: Pick<OpenMailbox, "uidValidity" | "uidNext">,
  keepsKeyword: boolean,
): OpenMailbox {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw serverTrouble("mail.imap", settings, error);
    }
  };
  const account = `${encodeURIComponent(settings.username)}/${settings.mailbox}`;
  return {
    // As RFC 5092 writes it.
    name: `imap://${encodeURIComponent(settings.username)}@${settings.host}/${settings.mailbox}`,
    account,
    ...numbers,
    waiting: (fromUid) =>
      guarded(async () => {
        // New mail is announced to a command only.
        await client.noop();
        if (client.mailbox === false) throw new Error("the mailbox was closed");
        const uids = await found(client, {
          uid: `${fromUid}:*`,
          ...(keepsKeyword ? { unKeyword: keyword } : {}),
        });
        // `n:*` always names the last message, though it is before n.
        return uids.filter((uid) => uid >= fromUid);
      }),
    since: (instant) =>
      guarded(() => {
        // Servers refuse to look for mail of the future.
        if (instant !== null && instant.getTime() >= Date.now() - 1000) return Promise.resolve([]);
        return found(client, instant === null ? { all: true } : { since: instant });
      }),
    list: (uids) =>
      guarded(async () => {
        const listed: ListedMail[] = [];
        for (let start = 0; start < uids.length; start += listedAtOnce) {
          const some = uids.slice(start, start + listedAtOnce).join(",");
          const query = { uid: true, size: true, internalDate: true, envelope: true };
          const messages = await client.fetchAll(some, query, { uid: true });
          listed.push(...messages.map(toListed));
        }
        const order = new Map(uids.map((uid, index) => [uid, index]));
        return listed.toSorted((a, b) => (order.get(a.uid) ?? 0) - (order.get(b.uid) ?? 0));
      }),
    fetch: (uid, part) =>
      guarded(async () => {
        const query = part === "head" ? { headers: true } : { source: true };
        const found = await client.fetchOne(String(uid), query, { uid: true });
        if (!found) return null;
        const bytes = part === "head" ? found.headers : found.source;
        // There, but without its content: not the same as gone.
        if (!bytes) throw new Error(`the server does not give the content of message ${uid}`);
        return new Uint8Array(bytes);
      }),
    flagTaken: (uid) =>
      guarded(async () => {
        const flags = keepsKeyword ? ["\\Seen", keyword] : ["\\Seen"];
        await client.messageFlagsAdd(String(uid), flags, { uid: true });
      }),
    usable: () => client.usable,
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

function toListed({ uid, size, internalDate, envelope }: FetchMessageObject): ListedMail {
  return {
    uid,
    bytes: size ?? 0,
    arrivedAt: valid(internalDate),
    sentAt: valid(envelope?.date),
    fromAddress: envelope?.from?.[0]?.address?.toLowerCase() ?? null,
    subject: envelope?.subject ?? "",
  };
}

function valid(date: Date | string | undefined): Date | null {
  const read = new Date(date ?? "");
  return Number.isFinite(read.getTime()) ? read : null;
}
