import type { Agent as HttpAgent } from "node:http";
import type { Cam, RequestCallback } from "onvif";
import { within } from "./deadline.ts";
import { asGap, GapError } from "./gap-error.ts";

/** One call of the callback library as a promise that settles exactly once, by the answer or by the signal. */
export type OnvifCall = <T>(
  start: (done: RequestCallback<T>) => void,
) => Promise<{ value: T | undefined; xml: string }>;

/** A camera's longest honest SOAP answer is some tens of kilobytes; the library itself would take any amount. */
const MAX_BYTES = 4_000_000;
const WATCH_EVERY_MS = 100;
const REFUSED =
  /not\s*authori[sz]ed|unauthori[sz]ed|FailedAuthentication|authentication failed|Digest authentication/iu;
const LOCKED = /\block(ed)?\b|AccountLocked|too many (failed )?(login|attempts)/iu;

export function createOnvifCall(
  cam: Cam,
  agent: HttpAgent,
  signal: AbortSignal,
  timeoutMs: number,
): { call: OnvifCall; close: () => void } {
  let status = 0;
  cam.on("rawResponse", (_xml: string, code: number) => {
    status = code;
  });
  let flooded: ((gap: GapError) => void) | null = null;
  const watch = setInterval(() => {
    if (isFlooding(agent)) flooded?.(new GapError("no-usable-route", "ONVIF: an answer beyond all measure"));
  }, WATCH_EVERY_MS);

  // The library's own timeout knows only silence, and forgets to call back when an answer breaks off.
  const call: OnvifCall = (start) =>
    within(timeoutMs, signal, (ended) => {
      status = 0;
      return new Promise((resolve, reject) => {
        flooded = reject;
        ended.addEventListener("abort", () => reject(asGap(ended.reason, "deadline")), { once: true });
        const done: Parameters<typeof start>[0] = (error, value, xml) => {
          if (error) reject(refusal(error, xml ?? "", status));
          else resolve({ value, xml: xml ?? "" });
        };
        // Without a profile or a service the library throws at once instead of calling back.
        try {
          start(done);
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });

  return {
    call,
    close() {
      clearInterval(watch);
      agent.destroy();
    },
  };
}

/** The library tells a wrong password, a dead network and nonsense all by the text of an error. */
function refusal(error: Error, xml: string, status: number): Error {
  const said = `${error.message} ${xml.slice(0, 4000)}`;
  if (LOCKED.test(said)) return new GapError("locked-out", `ONVIF: ${error.message}`, error);
  if (status === 401 || REFUSED.test(said))
    return new GapError("wrong-password", `ONVIF: ${error.message}`, error);
  if (error.message === "Network timeout") return new GapError("deadline", "ONVIF: no answer in time", error);
  return error;
}

function isFlooding(agent: HttpAgent): boolean {
  const sockets = Object.values(agent.sockets).flatMap((list) => list ?? []);
  return sockets.some((socket) => socket.bytesRead > MAX_BYTES);
}
