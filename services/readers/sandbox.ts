import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** How a command is shut off: no network, its own processes, only `/usr` to see and one folder to write. */
type Sandbox = (folder: string, command: string[]) => string[];

export interface SandboxLimits {
  milliseconds: number;
  /** Address space of each process. */
  megabytes: number;
}

export type SandboxOutcome = "ended" | "failed" | "too-long";

/**
 * Runs a command that may be attacked through its input, without network, in a folder of its own, under limits of time and
 * memory, and ends it with all its children. Null when this machine cannot shut it off: then it is not run at all.
 */
export async function runSandboxed(
  folder: string,
  command: string[],
  { milliseconds, megabytes }: SandboxLimits,
  sandbox: Sandbox = bubblewrap,
): Promise<SandboxOutcome | null> {
  if (!(await usable(sandbox))) return null;
  const limited = ["prlimit", `--as=${megabytes * 1_048_576}`, "--core=0", `--fsize=${1 << 29}`, ...command];
  const [program = "", ...args] = sandbox(folder, limited);
  const child = execa(program, args, {
    cwd: folder,
    env: childEnvironment(folder),
    extendEnv: false,
    stdio: "ignore",
    detached: true,
    reject: false,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, milliseconds);
  try {
    const { exitCode } = await child;
    if (late) return "too-long";
    if (exitCode === 0) return "ended";
    // Permission may be taken away at any time; then it is not the input that failed.
    return (await sandboxWorks(sandbox)) ? "failed" : null;
  } finally {
    clearTimeout(timer);
    killGroup(child.pid);
  }
}

/** The program's group; inside a process namespace of its own its children end with it. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function childEnvironment(folder: string): Record<string, string> {
  return { PATH: "/usr/bin:/bin", HOME: folder, TMPDIR: folder, LANG: "C.UTF-8" };
}

/** Nothing else of the machine can be seen; an own network namespace alone would leave every file and socket in reach. */
const bubblewrap: Sandbox = (folder, command) => [
  "bwrap",
  "--unshare-all",
  "--die-with-parent",
  "--new-session",
  "--cap-drop",
  "ALL",
  ...["/usr", "/opt"].flatMap((path) => ["--ro-bind-try", path, path]),
  ...["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
  ...["/etc/fonts", "/etc/libreoffice", "/etc/alternatives"].flatMap((path) => ["--ro-bind-try", path, path]),
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  "--tmpfs",
  "/tmp",
  "--bind",
  folder,
  folder,
  "--chdir",
  folder,
  ...command,
];

let works: Promise<boolean> | null = null;

/** Whether it really shuts off here: containers and hardened kernels may forbid it, and the program may be missing. */
export async function sandboxWorks(sandbox: Sandbox = bubblewrap): Promise<boolean> {
  const [program = "", ...args] = sandbox("/usr", ["/usr/bin/true"]);
  const { exitCode } = await execa(program, args, { stdio: "ignore", reject: false, timeout: 5_000 });
  return exitCode === 0;
}

/** The same, asked without waiting, for whoever must know before anything begins. */
export function sandboxAllowed(): boolean {
  const [program = "", ...args] = bubblewrap("/usr", ["/usr/bin/true"]);
  return spawnSync(program, args, { stdio: "ignore", timeout: 5_000 }).status === 0;
}

/** A success is remembered; a failure may have been a busy machine and is tried again. */
async function usable(sandbox: Sandbox): Promise<boolean> {
  if (sandbox !== bubblewrap) return sandboxWorks(sandbox);
  works ??= sandboxWorks();
  if (await works) return true;
  works = null;
  return false;
}

/** Absolute path of a program, or null. */
export function programPath(name: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (folder !== "") return path;
    } catch {
      // Not here.
    }
  }
  return null;
}
