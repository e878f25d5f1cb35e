import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { outsideClock } from "./outside-clock.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Seconds from NTP's epoch (1900-01-01) to Unix's, RFC 5905 figure 4. */
const ntpEpoch = 2_208_988_800;
const at = new Date("2031-11-24T03:04:05.250Z");

/** An SNTP server on loopback (RFC 4330): what it is asked, and an answer of its own making. */
async function ntpServer(answer: (request: Buffer) => Buffer | null): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (request, { port, address }) => {
    const bytes = answer(request);
    if (bytes) socket.send(bytes, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  stops.push(() => socket.close());
  return `ntp://127.0.0.1:${socket.address().port}`;
}

function packet(own: { mode?: number; stratum?: number; bytes?: number } = {}): Buffer {
  const bytes = Buffer.alloc(own.bytes ?? 48);
  bytes.writeUInt8(0x20 | (own.mode ?? 4), 0);
  bytes.writeUInt8(own.stratum ?? 2, 1);
  if (bytes.length < 48) return bytes;
  bytes.writeUInt32BE(Math.floor(at.getTime() / 1000) + ntpEpoch, 40);
  bytes.writeUInt32BE(((at.getTime() % 1000) / 1000) * 2 ** 32, 44);
  return bytes;
}

async function httpServer(date: string | null): Promise<string> {
  const server = createServer((_request, response) => {
    response.sendDate = false;
    if (date !== null) response.setHeader("date", date);
    // Sent elsewhere, another machine's clock would be believed.
    response.writeHead(301, { location: "http://127.0.0.1:9/" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("N16 a clock that is not this machine's", () => {
  test("over NTP: asked as a client, its transmit time is read to the millisecond", async () => {
    let first = 0;
    const source = await ntpServer((request) => {
      first = request.readUInt8(0);
      return packet();
    });
    expect(await outsideClock(source)).toEqual(at);
    expect(first & 0x07).toBe(3);
    expect((first >> 3) & 0x07).toBe(4);
  });

  test.each([
    ["one that is no server", { mode: 3 }],
    ["one that says it is not synchronised", { stratum: 16 }],
    ["one that turns us away (kiss of death)", { stratum: 0 }],
    ["half an answer", { bytes: 20 }],
  ])("over NTP: %s is no clock", async (_, own) => {
    expect(await outsideClock(await ntpServer(() => packet(own)))).toBeNull();
  });

  test("over HTTP: the Date header of the very server asked", async () => {
    expect(await outsideClock(await httpServer("Mon, 24 Nov 2031 03:04:05 GMT"))).toEqual(
      new Date("2031-11-24T03:04:05Z"),
    );
    expect(await outsideClock(await httpServer(null))).toBeNull();
    expect(await outsideClock(await httpServer("hôm nay"))).toBeNull();
  });

  test("nobody there, or nothing that can be asked, is no answer", async () => {
    for (const source of ["http://127.0.0.1:9/", "gio.vn"]) expect(await outsideClock(source)).toBeNull();
  });
});
