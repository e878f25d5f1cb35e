import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { createRtspSplitter, encodeRtsp, headerOf } from "./rtsp-messages.ts";
import type { RtspMessage } from "./rtsp-messages.ts";
import { startRtspRelay } from "./rtsp-relay.ts";
import type { RtspRelay } from "./rtsp-relay.ts";

const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});

type Answer = (request: RtspMessage) => [status: string, headers?: [string, string][], body?: string];

/** A camera that answers each request by `answer`; `heard` is every request as it came. */
async function scriptedCamera(answer: Answer): Promise<{ port: number; heard: RtspMessage[] }> {
  const heard: RtspMessage[] = [];
  const server: Server = createServer((socket) => {
    const splitter = createRtspSplitter(
      (request) => {
        heard.push(request);
        const [status, headers = [], text = ""] = answer(request);
        const body = Buffer.from(text);
        const all: [string, string][] = [
          ["CSeq", headerOf(request, "cseq") ?? ""],
          ...headers,
          ["Content-Length", String(body.length)],
        ];
        socket.write(encodeRtsp({ startLine: `RTSP/1.0 ${status}`, headers: all, body }));
        socket.write(Buffer.from([0x24, 0, 0, 2, 0xbe, 0xef]));
      },
      () => undefined,
    );
    socket.on("data", (chunk: Buffer) => splitter.push(chunk));
    socket.on("error", () => undefined);
  });
  open.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, heard };
}

async function relayTo(port: number): Promise<RtspRelay> {
  const relay = await startRtspRelay({
    target: new URL(`rtsp://127.0.0.1:${port}/live?ch=1`),
    address: "127.0.0.1",
    port,
    username: "officer",
    password: "hunter2",
    connectTimeoutMs: 1000,
  });
  open.push(relay);
  return relay;
}

/** A player's socket to the relay and all bytes it has received. */
async function player(relay: RtspRelay): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(relay.url).port), "127.0.0.1");
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return { socket, received: () => received };
}

const request = (method: string, uri: string, cseq: number): string =>
  `${method} ${uri} RTSP/1.0\r\nCSeq: ${cseq}\r\n\r\n`;

describe("the RTSP relay", () => {
  it("logs in for the player, who sees neither challenge nor answer", async () => {
    const camera = await scriptedCamera((asked) =>
      headerOf(asked, "authorization") === null
        ? ["401 Unauthorized", [["WWW-Authenticate", 'Digest realm="cam", nonce="n1"']]]
        : ["200 OK", [], "v=0"],
    );
    const relay = await relayTo(camera.port);
    const { socket, received } = await player(relay);
    socket.write(request("DESCRIBE", `${relay.url}/track1`, 41));
    await expect.poll(received).toContain("v=0");
    expect(received()).toContain("CSeq: 41");
    // The packets the camera sent between its answers.
    expect(received()).toContain("$\u0000\u0000\u0002\u00be\u00ef");
    expect(received()).not.toMatch(/401|authenticate|digest/iu);
    expect(camera.heard.map(({ startLine }) => startLine)).toEqual([
      `DESCRIBE rtsp://127.0.0.1:${camera.port}/live?ch=1/track1 RTSP/1.0`,
      `DESCRIBE rtsp://127.0.0.1:${camera.port}/live?ch=1/track1 RTSP/1.0`,
    ]);
    expect(camera.heard.map((heard) => headerOf(heard, "cseq"))).toEqual(["1", "2"]);
    expect(JSON.stringify(camera.heard)).not.toContain("hunter2");
  });

  it.each<[string, string, [string, string][]]>([
    ["wrong-password", "401 Unauthorized", [["WWW-Authenticate", 'Digest realm="cam", nonce="n1"']]],
    ["wrong-password", "403 Forbidden", []],
    ["refused-address", "302 Moved", [["Location", "rtsp://10.9.9.9/"]]],
    ["no-usable-route", "404 Not Found", []],
  ])("ends with '%s' on %s", async (reason, status, headers) => {
    const camera = await scriptedCamera(() => [status, headers]);
    const relay = await relayTo(camera.port);
    const { socket } = await player(relay);
    socket.write(request("DESCRIBE", relay.url, 1));
    await once(socket, "close");
    expect(relay.failure()).toMatchObject({ reason });
    // The password is tried once.
    expect(camera.heard.length).toBeLessThanOrEqual(2);
  });

  it("lets in one player, and only one who knows the path", async () => {
    const camera = await scriptedCamera(() => ["200 OK"]);
    const relay = await relayTo(camera.port);
    const first = await player(relay);
    const second = connect(Number(new URL(relay.url).port), "127.0.0.1");
    await expect(once(second, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    first.socket.write(request("DESCRIBE", `rtsp://127.0.0.1:${camera.port}/live`, 1));
    await once(first.socket, "close");
    expect(camera.heard).toEqual([]);
  });

  it("lets go of the camera when the player leaves, and of the player when the camera does", async () => {
    const camera = await scriptedCamera(() => ["200 OK"]);
    const relay = await relayTo(camera.port);
    const { socket, received } = await player(relay);
    socket.write(request("OPTIONS", relay.url, 1));
    await expect.poll(received).toContain("200 OK");
    relay.close();
    await once(socket, "close");
    const gone = await relayTo(1);
    const lonely = await player(gone);
    await once(lonely.socket, "close");
    expect(gone.failure()).toMatchObject({ reason: "unreachable" });
  });
});
