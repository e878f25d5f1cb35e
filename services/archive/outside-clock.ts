import { createSocket } from "node:dgram";

const deadlineMs = 5_000;
/** Seconds from NTP's epoch (1900) to Unix's. */
const ntpEpoch = 2_208_988_800;

/** What another machine's clock says: `ntp://host[:port]` by SNTP (RFC 4330), `http(s)://…` by the Date header. Null without an answer. */
export async function outsideClock(source: string): Promise<Date | null> {
  try {
    const url = new URL(source);
    return url.protocol === "ntp:" ? await askNtp(url) : await askHttp(url);
  } catch {
    return null;
  }
}

async function askHttp(url: URL): Promise<Date | null> {
  const response = await fetch(url, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(deadlineMs),
  });
  const date = new Date(response.headers.get("date") ?? "");
  return Number.isNaN(date.getTime()) ? null : date;
}

function askNtp({ hostname, port }: URL): Promise<Date | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const end = (at: Date | null): void => {
      clearTimeout(timer);
      socket.close();
      resolve(at);
    };
    const timer = setTimeout(() => end(null), deadlineMs);
    socket.once("error", () => end(null));
    socket.once("message", (answer) => end(transmitTime(answer)));
    const request = Buffer.alloc(48);
    // Version 4, mode 3 (client).
    request.writeUInt8(0x23, 0);
    socket.send(request, port === "" ? 123 : Number(port), hostname);
  });
}

/** Mode 4 (server), a stratum that is synchronised, and the transmit timestamp in it. */
function transmitTime(answer: Buffer): Date | null {
  if (answer.length < 48) return null;
  const stratum = answer.readUInt8(1);
  if ((answer.readUInt8(0) & 0x07) !== 4 || stratum === 0 || stratum > 15) return null;
  const seconds = answer.readUInt32BE(40) - ntpEpoch;
  return new Date(seconds * 1000 + (answer.readUInt32BE(44) / 2 ** 32) * 1000);
}
