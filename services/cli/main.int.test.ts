import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { repositoryDir } from "./repository.ts";

let elsewhere: string;

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), "siso elsewhere-"));
  await symlink(join(repositoryDir, "siso"), join(elsewhere, "siso"));
});

afterAll(async () => {
  await rm(elsewhere, { recursive: true, force: true });
});

/** The launcher itself, through a symbolic link, from a folder with a space in its name. */
async function siso(...args: string[]) {
  return await execa(join(elsewhere, "siso"), args, { cwd: elsewhere, reject: false, stdin: "ignore" });
}

describe("./siso", () => {
  it.each([[[]], [["--help"]], [["help"]]])("lists every command with one line each: %j", async (args) => {
    const { stdout, exitCode } = await siso(...args);
    expect(exitCode).toBe(0);
    for (const { name, words } of commands) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b.*${words.vi.slice(0, 12)}`, "m"));
    }
  });

  it("suggests the command that was meant, in both languages", async () => {
    const { stderr, exitCode } = await siso("setpu");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Có phải ./siso setup?");
    expect(stderr).toContain("Did you mean ./siso setup?");
  });

  it("explains a wrong option without a stack", async () => {
    const { stderr, exitCode } = await siso("setup", "--fro", "demo");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Lệnh gõ chưa đúng");
    expect(stderr).toContain("--for");
    expect(stderr).not.toContain("    at ");
  });

  it("names the measurements there are when asked for one there is not", async () => {
    const { stderr, exitCode } = await siso("bench", "nothing-of-the-kind");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Không có phép đo “nothing-of-the-kind”. Có: ");
  });

  it.each(["archive", "faces", "pipeline", "readers", "rollcall"])(
    "tells the options of the measurement %s, and refuses one it has not before measuring anything",
    async (name) => {
      const { stdout } = await siso("bench", name, "--help");
      expect(stdout).toMatch(/^ {2}--json .* · /m);
      const { stderr, exitCode } = await siso("bench", name, "--bogus", "1");
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`Phép đo ${name} không hiểu lệnh vừa gõ. Tùy chọn có:\n  --`);
      expect(stderr).toContain("--bogus");
    },
  );
});
