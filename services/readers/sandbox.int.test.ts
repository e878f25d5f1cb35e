import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith } from "../../fixtures/describe-with.ts";
import { runSandboxed } from "./sandbox.ts";

const LIMITS = { milliseconds: 5_000, megabytes: 256 };
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-sandbox-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lengthOf(name: string): Promise<number> {
  return (await readFile(join(folder, name))).length;
}

function useless(): string[] {
  return ["/bin/false"];
}

const run = (script: string, limits = LIMITS) => runSandboxed(folder, ["/bin/bash", "-c", script], limits);

describeWith(["bubblewrap"], "a sandbox by bubblewrap", () => {
  it("reaches no port of this machine, but its own folder", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    let reached = 0;
    server.on("connection", () => reached++);
    await new Promise((resolve) => void server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await run(`echo a > seen; exec 3<>/dev/tcp/127.0.0.1/${port}`);
    await new Promise((resolve) => void server.close(resolve));
    expect([outcome, reached]).toEqual(["failed", 0]);
    expect(await readFile(join(folder, "seen"), "utf8")).toBe("a\n");
  });

  it("ends with all it started when its time is over", async () => {
    const script = "(while true; do echo x >> alive; sleep 0.05; done) & sleep 60";
    expect(await run(script, { ...LIMITS, milliseconds: 700 })).toBe("too-long");
    const before = await lengthOf("alive");
    expect(before).toBeGreaterThan(0);
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(await lengthOf("alive")).toBe(before);
  });

  it("gives no more memory than allowed", async () => {
    expect(await run("head -c 600M /dev/zero | tail -c 600M > /dev/null")).toBe("failed");
  });

  it("sees no file of the machine but programs and its own folder", async () => {
    const secret = await mkdtemp(join(tmpdir(), "siso-secret-"));
    await writeFile(join(secret, "key"), "secret");
    const outcome = await run(`cat ${join(secret, "key")} > stolen || exit 3; test ! -e /etc/passwd`);
    expect(outcome).toBe("failed");
    expect(await readFile(join(folder, "stolen"), "utf8")).toBe("");
    expect(await run("test ! -e /etc/passwd && test ! -e /root && test ! -w /usr")).toBe("ended");
    await rm(secret, { recursive: true });
  });
});

describeWith([], "where no sandbox works", () => {
  it("nothing is run", async () => {
    expect(await runSandboxed(folder, ["/usr/bin/touch", "ran"], LIMITS, useless)).toBeNull();
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });
});
