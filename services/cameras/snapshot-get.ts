import { randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import { cameraTls } from "./camera-tls.ts";
import { authorization, strongestChallenge } from "./digest-auth.ts";
import type { Challenge } from "./digest-auth.ts";
import { GapError } from "./gap-error.ts";

export interface SnapshotClient {
  /** The body of one picture. Throws a `GapError` or a network error; never follows a redirect. */
  get(url: URL, signal: AbortSignal): Promise<Uint8Array>;
  close: () => Promise<void>;
}

export interface SnapshotClientOptions {
  username: string;
  password: string;
  maxBytes: number;
  connectTimeoutMs: number;
}

/** HTTP GET with the camera's own authentication; the nonce is kept between the pictures of one burst. */
export function createSnapshotClient(options: SnapshotClientOptions): SnapshotClient {
  const agent = new Agent({
    connect: { ...cameraTls, timeout: options.connectTimeoutMs },
    maxResponseSize: options.maxBytes,
    pipelining: 0,
  });
  let known: { challenge: Challenge; uses: number } | null = null;

  function authorize(url: URL): Record<string, string> {
    if (known === null) return {};
    known.uses += 1;
    const header = authorization(known.challenge, {
      method: "GET",
      uri: `${url.pathname}${url.search}`,
      username: options.username,
      password: options.password,
      nonceCount: known.uses,
      clientNonce: randomBytes(8).toString("hex"),
    });
    // A header is bytes: a name beyond ASCII goes out as UTF-8.
    return { authorization: Buffer.from(header, "utf8").toString("latin1") };
  }

  async function send(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return request(url, { dispatcher: agent, method: "GET", headers: authorize(url), signal });
  }

  return {
    async get(url, signal) {
      // A nonce kept from the last picture may have expired, so only a refusal of a fresh one is final.
      let fresh = false;
      let response = await send(url, signal);
      while (response.statusCode === 401) {
        const challenge = strongestChallenge(challengeHeaders(response));
        await discard(response, signal);
        if (fresh || challenge === null) throw refused();
        fresh = true;
        known = { challenge, uses: 0 };
        response = await send(url, signal);
      }
      return readPicture(response, signal, options.maxBytes);
    },
    close: () => agent.destroy(),
  };
}

function refused(): GapError {
  return new GapError("wrong-password", "HTTP 401: the snapshot refuses the user name or password");
}

function challengeHeaders(response: Dispatcher.ResponseData): string[] {
  const value = response.headers["www-authenticate"];
  return value === undefined ? [] : [value].flat();
}

async function readPicture(
  response: Dispatcher.ResponseData,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Uint8Array> {
  const status = response.statusCode;
  if (status !== 200) {
    await discard(response, signal);
    if (status >= 300 && status < 400) {
      throw new GapError("refused-address", `HTTP ${status}: the snapshot redirects elsewhere`);
    }
    if (status === 423) throw new GapError("locked-out", "HTTP 423: the camera has locked the account");
    if (status === 403) throw new GapError("wrong-password", "HTTP 403: this user may not take a snapshot");
    throw new GapError("no-usable-route", `HTTP ${status} on the snapshot`);
  }
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
    response.body.destroy();
    throw new GapError(
      "too-large",
      `the camera announces ${String(response.headers["content-length"])} bytes`,
    );
  }
  return new Uint8Array(await response.body.arrayBuffer());
}

async function discard(response: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> {
  await response.body.dump({ limit: 65_536, signal }).catch(() => undefined);
}
