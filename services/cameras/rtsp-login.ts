import { randomBytes } from "node:crypto";
import { authorization, strongestChallenge } from "./digest-auth.ts";
import type { Challenge } from "./digest-auth.ts";
import { GapError } from "./gap-error.ts";
import { headerOf, headersOf, withHeaders } from "./rtsp-messages.ts";
import type { RtspMessage } from "./rtsp-messages.ts";

export interface RtspLogin {
  /** A player's request as it goes to the camera: our own CSeq, with authorization once the camera has asked for it. */
  outgoing(request: RtspMessage): RtspMessage;
  /** A camera's response: to be sent on to the player, or the request to ask again with authorization. */
  incoming(response: RtspMessage): { to: "player" | "camera"; message: RtspMessage };
}

interface Asked {
  playerCseq: string;
  request: RtspMessage;
  /** Made with the nonce of the camera's latest challenge to this very request. */
  fresh: boolean;
}

/** Keeps the dialogue's authentication (RFC 2326 with RFC 7616). Throws `wrong-password`, `refused-address`, `no-usable-route`. */
export function createRtspLogin(credentials: { username: string; password: string }): RtspLogin {
  const waiting = new Map<number, Asked>();
  let cseq = 0;
  let known: { challenge: Challenge; uses: number } | null = null;

  function send(asked: Asked): RtspMessage {
    cseq += 1;
    waiting.set(cseq, asked);
    const [method = "", uri = ""] = asked.request.startLine.split(" ");
    const changes: Record<string, string | null> = { cseq: null, CSeq: String(cseq) };
    if (known !== null) {
      known.uses += 1;
      changes["authorization"] = null;
      changes["Authorization"] = authorization(known.challenge, {
        method,
        uri,
        ...credentials,
        nonceCount: known.uses,
        clientNonce: randomBytes(8).toString("hex"),
      });
    }
    return withHeaders(asked.request, changes);
  }

  return {
    outgoing: (request) => send({ playerCseq: headerOf(request, "cseq") ?? "0", request, fresh: false }),
    incoming(response) {
      const sequence = Number(headerOf(response, "cseq"));
      const asked = waiting.get(sequence);
      waiting.delete(sequence);
      if (asked === undefined) return { to: "player", message: response };
      const status = Number(response.startLine.split(" ")[1]);
      if (status === 401) {
        const challenge = strongestChallenge(headersOf(response, "www-authenticate"));
        if (asked.fresh || challenge === null) {
          throw new GapError("wrong-password", "RTSP 401: the stream refuses the user name or password");
        }
        known = { challenge, uses: 0 };
        return { to: "camera", message: send({ ...asked, fresh: true }) };
      }
      refuse(status, asked.request);
      return { to: "player", message: withHeaders(response, { cseq: null, CSeq: asked.playerCseq }) };
    },
  };
}

/** Statuses that end the attempt; the player's own words for them say less. */
function refuse(status: number, request: RtspMessage): void {
  const method = request.startLine.split(" ")[0] ?? "";
  if (status >= 300 && status < 400) {
    throw new GapError("refused-address", `RTSP ${status}: the stream redirects elsewhere`);
  }
  if (status === 403) throw new GapError("wrong-password", "RTSP 403: this user may not see the stream");
  if (status >= 400 && ["DESCRIBE", "SETUP", "PLAY"].includes(method)) {
    throw new GapError("no-usable-route", `RTSP ${status} on ${method}`);
  }
}
