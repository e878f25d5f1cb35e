import { describe, expect, it } from "vitest";
import { addressRefusal, pinAddress, privateSubnets } from "./address-policy.ts";

const strict = { allowLoopback: false, allowedSubnets: privateSubnets };
const own = new Set(["192.168.1.5"]);

describe("the address policy", () => {
  it.each(["10.1.2.3", "172.16.0.9", "192.168.1.64", "100.64.3.4", "fd00::12", "::ffff:192.168.1.64"])(
    "allows %s",
    (address) => {
      expect(addressRefusal(address, strict, own)).toBeNull();
    },
  );

  it.each([
    ["127.0.0.1", "loopback"],
    ["127.8.8.8", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["2130706433", "loopback"],
    ["0x7f.1", "loopback"],
    ["0.0.0.0", "unspecified"],
    ["::", "unspecified"],
    ["224.0.0.251", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["169.254.169.254", "cloud metadata"],
    ["192.168.1.5", "this machine"],
    ["8.8.8.8", "outside the camera networks"],
    ["172.32.0.1", "outside the camera networks"],
    ["2001:4860:4860::8888", "outside the camera networks"],
    ["camera.local", "not an address"],
  ])("refuses %s: %s", (address, why) => {
    expect(addressRefusal(address, strict, own)).toBe(why);
  });

  it("allows loopback in a simulation, and nothing else more", () => {
    const simulation = { ...strict, allowLoopback: true };
    expect(addressRefusal("127.0.0.1", simulation, own)).toBeNull();
    expect(addressRefusal("8.8.8.8", simulation, own)).toBe("outside the camera networks");
  });

  it("allows a public network only when the configuration names it", () => {
    const named = { ...strict, allowedSubnets: ["203.0.113.0/24"] };
    expect(addressRefusal("203.0.113.9", named, own)).toBeNull();
    expect(addressRefusal("203.0.114.9", named, own)).not.toBeNull();
    expect(addressRefusal("10.0.0.1", named, own)).not.toBeNull();
  });

  it("judges what a name resolves to", async () => {
    await expect(pinAddress("localhost", strict)).rejects.toMatchObject({ reason: "refused-address" });
    await expect(pinAddress("localhost", { ...strict, allowLoopback: true })).resolves.toMatch(
      /^(127\.0\.0\.1|::1)$/u,
    );
    await expect(pinAddress("[::1]", strict)).rejects.toMatchObject({ reason: "refused-address" });
  });
});
