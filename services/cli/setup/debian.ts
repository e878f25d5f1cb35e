import { createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import type { ReportDetail } from "../step.ts";

const APT = "/usr/bin/apt-get";
const POLICY = "/usr/sbin/policy-rc.d";
const install = [
  "-o",
  "APT::Status-Fd=3",
  "-o",
  "DPkg::Lock::Timeout=300",
  "-o",
  "Dpkg::Use-Pty=0",
  "install",
  "-y",
  "--no-install-recommends",
];

export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync(APT);
}

/** The line a person types who may do what this process may not. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Installs each group with apt, all in one go, or group by group when that fails, so that one package this release does not
 * have costs only its own group. Whether it worked is for the caller to see by what is present afterwards.
 */
export async function installPackages(
  groups: string[][],
  logFile: string,
  report: ReportDetail,
): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true });
  await apt(["update", "-q"], logFile, report);
  await withoutStartingServices(async () => {
    if ((await apt([...install, ...groups.flat()], logFile, report)) || groups.length === 1) return;
    for (const group of groups) await apt([...install, ...group], logFile, report);
  });
}

async function apt(args: string[], logFile: string, report: ReportDetail): Promise<boolean> {
  const child = execa(APT, args, {
    env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    reject: false,
    buffer: false,
  });
  const log = createWriteStream(logFile, { flags: "a" });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  createInterface({ input: child.stdio[3] }).on("line", (line) => report(progressOf(line)));
  const ended = await child;
  log.end();
  return !ended.failed;
}

/** apt's status lines: `dlstatus:1:23.4:Retrieving file 1 of 9`, `pmstatus:redis-server:40.0:Installing …`. */
export function progressOf(statusLine: string): string {
  const [kind, , percent, ...words] = statusLine.split(":");
  if (kind !== "dlstatus" && kind !== "pmstatus") return "";
  return `${Math.round(Number(percent))} % ${words.join(":").trim()}`;
}

/** Debian starts a server it has just installed, unless this file says no; tests start their own on a free port. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work();
  await writeFile(POLICY, "#!/bin/sh\nexit 101\n");
  await chmod(POLICY, 0o755);
  try {
    await work();
  } finally {
    await rm(POLICY, { force: true });
  }
}
