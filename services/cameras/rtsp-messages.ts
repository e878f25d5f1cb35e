/** RTSP 1.0 (RFC 2326) as it comes over one TCP connection: text messages with interleaved binary packets between them. */
export interface RtspMessage {
  startLine: string;
  /** In order, names as written. */
  headers: [string, string][];
  body: Buffer;
}

export interface RtspSplitter {
  /** Throws when the peer does not speak RTSP or sends a message beyond all measure. */
  push: (chunk: Buffer) => void;
}

const MAX_HEAD_BYTES = 32_768;
const MAX_BODY_BYTES = 1_000_000;
const DOLLAR = 0x24;

export function createRtspSplitter(
  onMessage: (message: RtspMessage) => void,
  onPacket: (packet: Buffer) => void,
): RtspSplitter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const taken = rest[0] === DOLLAR ? takePacket(rest, onPacket) : takeMessage(rest, onMessage);
        if (taken === 0) return;
        rest = rest.subarray(taken);
      }
    },
  };
}

export function headerOf(message: RtspMessage, name: string): string | null {
  return headersOf(message, name)[0] ?? null;
}

export function headersOf(message: RtspMessage, name: string): string[] {
  return message.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** Replaces every header of these names (lower case); `null` removes. */
export function withHeaders(message: RtspMessage, changes: Record<string, string | null>): RtspMessage {
  const kept = message.headers.filter(([name]) => !(name.toLowerCase() in changes));
  const added = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null);
  return { ...message, headers: [...kept, ...added] };
}

export function encodeRtsp(message: RtspMessage): Buffer {
  const head = message.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${message.startLine}\r\n${head}\r\n`, "utf8"), message.body]);
}

/** `$`, channel, 16-bit length, payload. */
function takePacket(rest: Buffer, onPacket: (packet: Buffer) => void): number {
  if (rest.length < 4) return 0;
  const length = 4 + rest.readUInt16BE(2);
  if (rest.length < length) return 0;
  onPacket(rest.subarray(0, length));
  return length;
}

function takeMessage(rest: Buffer, onMessage: (message: RtspMessage) => void): number {
  const blank = skipLineEnds(rest);
  if (blank > 0) return blank;
  const end = rest.indexOf("\r\n\r\n");
  if (end === -1) {
    if (rest.length > MAX_HEAD_BYTES) throw new Error("RTSP: a message without an end");
    return 0;
  }
  const [startLine = "", ...lines] = rest.toString("utf8", 0, end).split("\r\n");
  if (!/RTSP\/1\.\d/u.test(startLine)) throw new Error("RTSP: the peer speaks something else");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const head: RtspMessage = { startLine, headers, body: Buffer.alloc(0) };
  const length = Number(headerOf(head, "content-length") ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > MAX_BODY_BYTES)
    throw new Error("RTSP: absurd Content-Length");
  if (rest.length < end + 4 + length) return 0;
  onMessage({ ...head, body: rest.subarray(end + 4, end + 4 + length) });
  return end + 4 + length;
}

/** Stray line ends between messages are allowed. */
function skipLineEnds(rest: Buffer): number {
  let at = 0;
  while (rest[at] === 13 || rest[at] === 10) at += 1;
  return at;
}
