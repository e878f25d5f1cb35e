import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactError } from "./redact.ts";

describe("the redactor", () => {
  it.each([
    ["rtsp://admin:S3cret!@10.0.0.9:554/live refused", "rtsp://***@10.0.0.9:554/live refused"],
    ["rtsp://admin:p@ss@10.0.0.9/live", "rtsp://***@10.0.0.9/live"],
    ['Authorization: Digest username="admin", response="abc"\r\nHost: x', "Authorization: ***\r\nHost: x"],
    ["sent Basic YWRtaW46aHVudGVyMg== to it", "sent Basic ***"],
    ['<wsse:Password Type="d">q1w2e3=</wsse:Password>', '<wsse:Password Type="d">***</wsse:Password>'],
    ["GET /cgi?user=a&pwd=hunter2&ch=1", "GET /cgi?user=a&pwd=***&ch=1"],
    ["nothing to hide at http://10.0.0.9/a@b", "nothing to hide at http://10.0.0.9/a@b"],
  ])("%s", (said, kept) => {
    expect(redact(said, [])).toBe(kept);
  });

  it("hides a known password however it is written", () => {
    // A secret made of stars, or found in the stars that replace it, cannot be told from its replacement.
    const secrets = fc.string({ minLength: 4, unit: "grapheme" }).filter((text) => !text.includes("*"));
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        for (const written of [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret),
          `//u:${secret}@h`,
        ]) {
          const clean = redact(`${before}${written}${after}`, [secret]);
          expect(clean).not.toContain(secret);
          expect(clean).not.toContain(encodeURIComponent(secret));
        }
      }),
    );
  });

  it("tells an error in one line with its causes", () => {
    const cause = Object.assign(new Error("connect to rtsp://u:hunter2@h"), { code: "ECONNREFUSED" });
    expect(redactError(new Error("no\nstream", { cause }), ["hunter2"])).toBe(
      "no stream: connect to rtsp://***@h: ECONNREFUSED",
    );
  });
});
