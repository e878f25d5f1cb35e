import { expect, it } from "vitest";
import { parseCameraAddress } from "./camera-address.ts";

it.each([
  ["192.168.10.21", { host: "192.168.10.21", port: 80, secure: false }],
  ["192.168.10.21:8080", { host: "192.168.10.21", port: 8080, secure: false }],
  ["https://camera-a1.lan", { host: "camera-a1.lan", port: 443, secure: true }],
  ["http://192.168.10.21/onvif/device_service", { host: "192.168.10.21", port: 80, secure: false }],
  ["[fd00::21]:81", { host: "fd00::21", port: 81, secure: false }],
])("reads %s", (text, address) => {
  expect(parseCameraAddress(text)).toEqual(address);
});

it.each(["", "rtsp://192.168.10.21", "192.168.10.21:99999", "a b"])("refuses “%s”", (text) => {
  expect(() => parseCameraAddress(text)).toThrow("ví dụ đúng");
});

it("refuses a password in the address without repeating it", () => {
  expect(() => parseCameraAddress("http://admin:canary@192.168.10.21")).toThrow(
    /^(?!.*canary).*--password-file/s,
  );
});
