import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { snapshotUrls, streamUrl } from "./snapshot-uri.ts";

const camera = { host: "cam7.campus.local", address: "10.0.0.7", port: 8000, secure: false };
const urls = (uri: string): string[] => snapshotUrls(uri, camera).map((url) => url.href);

describe("the snapshot URI", () => {
  it("is taken as said when it names the camera, and on the configured port second", () => {
    expect(urls("http://10.0.0.7/snap?ch=1")).toEqual([
      "http://10.0.0.7/snap?ch=1",
      "http://10.0.0.7:8000/snap?ch=1",
    ]);
    expect(urls("http://CAM7.campus.local:8000/snap")).toEqual(["http://10.0.0.7:8000/snap"]);
  });

  it("is moved to the camera's own address when it names another", () => {
    expect(urls("http://192.168.1.108:81/snap")).toEqual([
      "http://10.0.0.7:8000/snap",
      "http://10.0.0.7:81/snap",
    ]);
  });

  it("drops credentials and fragments the camera put into it", () => {
    expect(urls("http://admin:admin@10.0.0.7:8000/snap#top")).toEqual(["http://10.0.0.7:8000/snap"]);
  });

  it("never leaves the camera, whatever it says", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (uri) => {
        for (const url of snapshotUrls(uri, camera)) expect(url.hostname).toBe("10.0.0.7");
      }),
    );
  });

  it.each(["", "  ", "rtsp://10.0.0.7/live", "file:///etc/passwd", "snap.jpg", "gopher://10.0.0.7/"])(
    "%j is no usable route",
    (uri) => {
      expect(() => snapshotUrls(uri, camera)).toThrowError(
        expect.objectContaining({ reason: "no-usable-route" }),
      );
    },
  );

  it("builds IPv6 authorities", () => {
    const six = { host: "fd00::7", address: "fd00::7", port: 80, secure: true };
    expect(snapshotUrls("http://[fd00::7]/s", six)[0]?.href).toBe("http://[fd00::7]/s");
  });
});

describe("the stream URI", () => {
  it("keeps its port and path on the camera's own address", () => {
    expect(streamUrl("rtsp://a:b@192.168.1.108/Streaming/1?x=y", camera).href).toBe(
      "rtsp://10.0.0.7:554/Streaming/1?x=y",
    );
    expect(streamUrl("rtsps://10.0.0.7/s", camera).href).toBe("rtsps://10.0.0.7:322/s");
    expect(streamUrl("rtsp://10.0.0.7:8554/s", camera).port).toBe("8554");
  });

  it("is refused when it is none", () => {
    expect(() => streamUrl("http://10.0.0.7/", camera)).toThrowError(/not rtsp/u);
    expect(() => streamUrl("", camera)).toThrowError(/empty/u);
  });
});
