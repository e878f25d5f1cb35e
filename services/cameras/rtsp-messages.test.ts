import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRtspSplitter, encodeRtsp, headersOf, withHeaders } from "./rtsp-messages.ts";
import type { RtspMessage } from "./rtsp-messages.ts";

const options: RtspMessage = {
  startLine: "OPTIONS rtsp://h/s RTSP/1.0",
  headers: [["CSeq", "1"]],
  body: Buffer.alloc(0),
};
const described: RtspMessage = {
  startLine: "RTSP/1.0 200 OK",
  headers: [
    ["CSeq", "2"],
    ["Content-Length", "5"],
  ],
  body: Buffer.from("v=0\r\n"),
};
const packet = Buffer.from([0x24, 0, 0, 3, 1, 2, 3]);

/** Everything the splitter finds when the bytes come in these pieces. */
function split(bytes: Buffer, cuts: number[]): (RtspMessage | Buffer)[] {
  const found: (RtspMessage | Buffer)[] = [];
  const splitter = createRtspSplitter(
    (message) => found.push({ ...message, body: Buffer.from(message.body) }),
    (interleaved) => found.push(Buffer.from(interleaved)),
  );
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    splitter.push(bytes.subarray(from, end));
    from = end;
  }
  return found;
}

describe("RTSP over one connection", () => {
  it("comes apart the same however it is cut", () => {
    const parts = [options, packet, described, packet, packet, options];
    const bytes = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : encodeRtsp(part))));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000 })), (cuts) => {
        expect(split(bytes, cuts)).toEqual(parts);
      }),
    );
  });

  it("refuses what is not RTSP and what never ends", () => {
    expect(() => split(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), [])).toThrowError(/something else/u);
    expect(() => split(Buffer.alloc(40_000, 0x41), [])).toThrowError(/without an end/u);
    expect(() => split(Buffer.from("RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n"), [])).toThrowError(
      /absurd/u,
    );
  });

  it("replaces headers whatever their case", () => {
    const changed = withHeaders(
      {
        ...options,
        headers: [
          ["cseq", "1"],
          ["AUTHORIZATION", "x"],
        ],
      },
      {
        cseq: null,
        CSeq: "7",
        authorization: null,
      },
    );
    expect(headersOf(changed, "cseq")).toEqual(["7"]);
    expect(headersOf(changed, "authorization")).toEqual([]);
  });
});
