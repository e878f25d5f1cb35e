import { closest } from "fastest-levenshtein";
import ipaddr from "ipaddr.js";
import { isAbsolute, join, relative } from "node:path";
import { SisoError } from "../services/errors.ts";
import type { Bilingual, PackId } from "../services/types.ts";
import { parseInstitution, type Institution } from "./institution-file.ts";
import { defaultInstitution } from "./institution.ts";
import { environment, ownVariable, variables, type Environment, type VariableName } from "./schema.ts";

export interface Config {
  dataDir: string;
  database: { kind: "embedded"; dir: string } | { kind: "server"; url: string };
  queue: { backend: "postgres" } | { backend: "redis"; url: string };
  archiveDir: string;
  /** Where the archive's second copy goes; null without one. */
  archiveSecond: SecondPlace | null;
  /** Clocks that are not this machine's: `ntp://…`, `https://…`. */
  timeSources: string[];
  keyFile: string;
  api: { host: string; port: number; token: string | null };
  /** Loopback only when a subnet names it: a simulation. */
  cameraNetworks: { allowedSubnets: string[]; allowLoopback: boolean };
  /** RFC 3161 authority; null when none is named. */
  timestampUrl: string | null;
  modelPack: PackId;
  /** Where the institution's own model packs are; null without any. */
  modelPacksDir: string | null;
  minFreeBytes: number;
  institution: Institution;
  logLevel: Environment["SISO_LOG_LEVEL"];
  workerConcurrency: number;
}

/** What the configuration needs to know of the machine; `config/this-machine.ts` is the real one. */
export interface Machine {
  isRoot: boolean;
  homeDir: string;
  /** The file's text, or null when it cannot be read. */
  readFile: (path: string) => string | null;
}

/** `services/archive` opens these. */
export type SecondPlace =
  | { kind: "folder"; dir: string }
  | {
      kind: "s3";
      endpoint: string;
      region: string;
      bucket: string;
      prefix: string;
      accessKeyId: string;
      secretAccessKey: string;
      lock: boolean;
    };

interface Problem {
  name: string;
  words: Bilingual;
}

const MIN_TOKEN_LENGTH = 32;

/** Throws `config-invalid` naming every variable at fault and what it should be, all at once. */
export function readConfig(env: Record<string, string | undefined>, machine: Machine): Config {
  const problems = unknownVariable(env);
  const parsed = environment.safeParse(env);
  for (const issue of parsed.error?.issues ?? []) problems.push(unaccepted(String(issue.path[0]), env));
  if (!parsed.success) throw invalid(problems);
  const config = assemble(parsed.data, machine, problems);
  if (problems.length > 0) throw invalid(problems);
  return config;
}

function assemble(values: Environment, machine: Machine, problems: Problem[]): Config {
  const dataDir = values.SISO_DATA ?? defaultDataDir(machine);
  const keyFile = values.SISO_KEY_FILE ?? defaultKeyFile(machine);
  const archiveDir = values.SISO_ARCHIVE_DIR ?? join(dataDir, "archive");
  if (isInside(keyFile, dataDir)) {
    problems.push({
      name: "SISO_KEY_FILE",
      words: {
        vi: `${keyFile} nằm trong thư mục dữ liệu ${dataDir}; ai chép được dữ liệu sẽ có luôn khóa. Đặt ra ngoài.`,
        en: `${keyFile} is inside the data folder ${dataDir}; whoever copies the data has the key too. Put it outside.`,
      },
    });
  }
  return {
    dataDir,
    database: values.SISO_DATABASE_URL
      ? { kind: "server", url: values.SISO_DATABASE_URL }
      : { kind: "embedded", dir: join(dataDir, "postgres") },
    queue: values.SISO_REDIS_URL ? { backend: "redis", url: values.SISO_REDIS_URL } : { backend: "postgres" },
    archiveDir,
    archiveSecond: readSecond(values, archiveDir, machine, problems),
    timeSources: values.SISO_TIME_SOURCES,
    keyFile,
    api: {
      host: values.SISO_API_HOST,
      port: values.SISO_API_PORT,
      token: readToken(values, machine, problems),
    },
    cameraNetworks: {
      allowedSubnets: values.SISO_CAMERA_SUBNETS,
      allowLoopback: values.SISO_CAMERA_SUBNETS.some(isLoopbackSubnet),
    },
    timestampUrl: values.SISO_TIMESTAMP_URL ?? null,
    modelPack: values.SISO_MODEL_PACK,
    modelPacksDir: values.SISO_MODEL_PACKS_DIR ?? null,
    minFreeBytes: values.SISO_MIN_FREE_BYTES,
    institution: readInstitution(values.SISO_INSTITUTION_FILE, machine, problems),
    logLevel: values.SISO_LOG_LEVEL,
    workerConcurrency: values.SISO_WORKER_CONCURRENCY,
  };
}

function defaultDataDir(machine: Machine): string {
  return machine.isRoot ? "/var/lib/siso" : join(machine.homeDir, ".local/share/siso");
}

/** Apart from the data, so that a copy of the data folder alone opens nothing. */
function defaultKeyFile(machine: Machine): string {
  return machine.isRoot ? "/etc/siso/archive.key" : join(machine.homeDir, ".config/siso/archive.key");
}

function isInside(file: string, dir: string): boolean {
  return !`${relative(dir, file)}/`.startsWith("../");
}

function readSecond(
  values: Environment,
  archiveDir: string,
  machine: Machine,
  problems: Problem[],
): SecondPlace | null {
  const second = values.SISO_ARCHIVE_SECOND;
  if (second === undefined) return null;
  if (isAbsolute(second)) {
    const shares = isInside(second, archiveDir) || isInside(archiveDir, second);
    if (shares) problems.push({ name: "SISO_ARCHIVE_SECOND", words: sharedFolder(second, archiveDir) });
    return { kind: "folder", dir: second };
  }
  const [bucket = "", ...prefix] = second.slice("s3://".length).split("/");
  const [accessKeyId = "", secretAccessKey = ""] = readCredentials(values, machine, problems);
  if (values.SISO_S3_ENDPOINT === undefined) {
    const { vi, en } = variables.SISO_S3_ENDPOINT.expects;
    problems.push({ name: "SISO_S3_ENDPOINT", words: { vi: `thiếu; cần ${vi}`, en: `missing; ${en}` } });
  }
  return {
    kind: "s3",
    endpoint: values.SISO_S3_ENDPOINT ?? "",
    region: values.SISO_S3_REGION,
    bucket,
    prefix: prefix.join("/"),
    accessKeyId,
    secretAccessKey,
    lock: values.SISO_S3_LOCK === "compliance",
  };
}

function readCredentials(values: Environment, machine: Machine, problems: Problem[]): string[] {
  const file = values.SISO_S3_CREDENTIALS_FILE;
  const text = file === undefined ? null : machine.readFile(file);
  const lines = (text ?? "").split(/\r?\n/).map((line) => line.trim());
  if (lines[0] && lines[1]) return lines;
  const { vi, en } = variables.SISO_S3_CREDENTIALS_FILE.expects;
  const words = { vi: `${file ?? "thiếu"}; cần ${vi}`, en: `${file ?? "missing"}; ${en}` };
  problems.push({ name: "SISO_S3_CREDENTIALS_FILE", words });
  return [];
}

function sharedFolder(second: string, first: string): Bilingual {
  return {
    vi: `${second} chung chỗ với kho ${first}; một lần hỏng sẽ mất cả hai bản. Đặt ở nơi khác.`,
    en: `${second} shares its place with the archive ${first}; one accident would take both copies. Put it elsewhere.`,
  };
}

/** Without a token the API may be reached from this machine only. */
function readToken(values: Environment, machine: Machine, problems: Problem[]): string | null {
  const file = values.SISO_API_TOKEN_FILE;
  if (file === undefined) {
    if (!isLoopback(values.SISO_API_HOST)) problems.push(tokenNeeded(values.SISO_API_HOST));
    return null;
  }
  const token = machine.readFile(file)?.trim() ?? null;
  if (token === null) problems.push({ name: "SISO_API_TOKEN_FILE", words: unreadable(file) });
  else if (token.length < MIN_TOKEN_LENGTH) {
    problems.push({
      name: "SISO_API_TOKEN_FILE",
      words: {
        vi: `${file} có ${token.length} ký tự; cần ít nhất ${MIN_TOKEN_LENGTH} (tạo bằng: openssl rand -hex 32)`,
        en: `${file} has ${token.length} characters; at least ${MIN_TOKEN_LENGTH} are needed (make one: openssl rand -hex 32)`,
      },
    });
  }
  return token;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || ipaddr.process(host).range() === "loopback";
}

function isLoopbackSubnet(subnet: string): boolean {
  return ipaddr.parseCIDR(subnet)[0].range() === "loopback";
}

function tokenNeeded(host: string): Problem {
  return {
    name: "SISO_API_TOKEN_FILE",
    words: {
      vi: `bắt buộc khi SISO_API_HOST=${host} cho máy khác truy cập API`,
      en: `is required when SISO_API_HOST=${host} lets other machines reach the API`,
    },
  };
}

function readInstitution(file: string | undefined, machine: Machine, problems: Problem[]): Institution {
  if (file === undefined) return defaultInstitution;
  const text = machine.readFile(file);
  const reading =
    text === null ? { problems: [unreadable(file)] } : parseInstitution(text, defaultInstitution);
  if ("institution" in reading) return reading.institution;
  for (const words of reading.problems) problems.push({ name: "SISO_INSTITUTION_FILE", words });
  return defaultInstitution;
}

function unreadable(file: string): Bilingual {
  return { vi: `không đọc được ${file}`, en: `${file} cannot be read` };
}

function unknownVariable(env: Record<string, string | undefined>): Problem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("SISO_") && !(name in variables) && !ownVariable.test(name))
    .map((name) => {
      const near = closest(name, Object.keys(variables));
      return {
        name,
        words: { vi: `không có biến này; có phải ${near}?`, en: `no such variable; did you mean ${near}?` },
      };
    });
}

/** Addresses may carry a password, so their values are not repeated. */
function unaccepted(name: string, env: Record<string, string | undefined>): Problem {
  const { expects } = variables[name as VariableName];
  const given = name.endsWith("_URL") ? "…" : (env[name] ?? "");
  return { name, words: { vi: `“${given}”; cần ${expects.vi}`, en: `“${given}”; expected ${expects.en}` } };
}

function invalid(problems: Problem[]): SisoError {
  const list = (language: keyof Bilingual) =>
    problems.map(({ name, words }) => `\n  ${name}: ${words[language]}`).join("");
  return new SisoError("config-invalid", {
    vi: `Cấu hình chưa đúng:${list("vi")}`,
    en: `The configuration is not valid:${list("en")}`,
  });
}
