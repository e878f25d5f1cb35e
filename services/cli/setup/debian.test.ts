import { expect, it } from "vitest";
import { installCommand, progressOf } from "./debian.ts";

it("turns apt's status lines into something to watch", () => {
  expect(progressOf("dlstatus:1:23.4567:Retrieving file 1 of 9")).toBe("23 % Retrieving file 1 of 9");
  expect(progressOf("pmstatus:redis-server:40.0:Unpacking redis-server (amd64)")).toBe(
    "40 % Unpacking redis-server (amd64)",
  );
  expect(progressOf("media-change: 2 (CD-ROM)")).toBe("");
});

it("gives one line to type", () => {
  expect(installCommand(["ffmpeg", "redis-server"])).toBe(
    "sudo apt-get install --no-install-recommends ffmpeg redis-server",
  );
});
