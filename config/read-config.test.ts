import { describe, expect, it } from "vitest";
import { SisoError } from "../services/errors.ts";
import { defaultInstitution } from "./institution.ts";
import { readConfig, type Machine } from "./read-config.ts";

const officer: Machine = { isRoot: false, homeDir: "/home/an", readFile: () => null };

function withFiles(files: Record<string, string>): Machine {
  return { ...officer, readFile: (path) => files[path] ?? null };
}

function refusal(env: Record<string, string>, machine: Machine = officer): SisoError {
  try {
    readConfig(env, machine);
  } catch (error) {
    if (error instanceof SisoError) return error;
  }
  throw new Error("the configuration was accepted");
}

describe("readConfig", () => {
  it("runs on one machine without any variable", () => {
    const config = readConfig({ HOME: "/home/an", PATH: "/bin" }, officer);
    expect(config).toMatchObject({
      dataDir: "/home/an/.local/share/siso",
      database: { kind: "embedded", dir: "/home/an/.local/share/siso/postgres" },
      queue: { backend: "postgres" },
      api: { host: "127.0.0.1", port: 8400, token: null },
      modelPack: "fr-1",
      institution: defaultInstitution,
    });
    expect(config.keyFile).toBe("/home/an/.config/siso/archive.key");
  });

  it("keeps a root service's data in /var/lib and its key in /etc", () => {
    const config = readConfig({}, { ...officer, isRoot: true });
    expect([config.dataDir, config.keyFile]).toEqual(["/var/lib/siso", "/etc/siso/archive.key"]);
  });

  it("moves to servers by configuration alone", () => {
    const config = readConfig(
      { SISO_DATABASE_URL: "postgres://siso:x@db:5432/siso", SISO_REDIS_URL: "redis://queue:6379" },
      officer,
    );
    expect(config.database).toEqual({ kind: "server", url: "postgres://siso:x@db:5432/siso" });
    expect(config.queue).toEqual({ backend: "redis", url: "redis://queue:6379" });
  });

  it("reads subnets and numbers", () => {
    const config = readConfig(
      { SISO_CAMERA_SUBNETS: "192.168.10.0/24, fd00::/8", SISO_API_PORT: "0", SISO_MIN_FREE_BYTES: "1000" },
      officer,
    );
    expect(config.cameraNetworks).toEqual({
      allowedSubnets: ["192.168.10.0/24", "fd00::/8"],
      allowLoopback: false,
    });
    expect([config.api.port, config.minFreeBytes]).toEqual([0, 1000]);
  });

  it("lets simulated cameras live on loopback only when told so", () => {
    expect(readConfig({}, officer).cameraNetworks.allowLoopback).toBe(false);
    const simulated = readConfig({ SISO_CAMERA_SUBNETS: "127.0.0.0/8" }, officer);
    expect(simulated.cameraNetworks.allowLoopback).toBe(true);
  });

  it("names every variable at fault at once, in both languages", () => {
    const { code, words } = refusal({
      SISO_API_PORT: "80a",
      SISO_CAMERA_SUBNETS: "192.168.10.0",
      SISO_LOG_LEVEL: "loud",
      SISO_DATA: "data",
    });
    expect(code).toBe("config-invalid");
    for (const name of ["SISO_API_PORT", "SISO_CAMERA_SUBNETS", "SISO_LOG_LEVEL", "SISO_DATA"]) {
      expect(words.vi).toContain(`${name}: “`);
      expect(words.en).toContain(`${name}: “`);
    }
  });

  it.each([
    ["SISO_API_PORT", "65536"],
    ["SISO_API_PORT", ""],
    ["SISO_API_HOST", "camera.example"],
    ["SISO_WORKER_CONCURRENCY", "0"],
    ["SISO_WORKER_CONCURRENCY", "1.5"],
    ["SISO_MIN_FREE_BYTES", "-1"],
    ["SISO_MODEL_PACK", "../fr-1"],
    ["SISO_REDIS_URL", "http://queue"],
    ["SISO_DATABASE_URL", "mysql://db/siso"],
    ["SISO_CAMERA_SUBNETS", "10.0.0.0/33"],
  ])("refuses %s=%s", (name, value) => {
    expect(refusal({ [name]: value }).words.en).toContain(`\n  ${name}: `);
  });

  it("suggests the variable that was meant", () => {
    expect(refusal({ SISO_API_PROT: "80" }).words.en).toContain(
      "SISO_API_PROT: no such variable; did you mean SISO_API_PORT?",
    );
  });

  it("accepts what the launcher itself sets", () => {
    expect(
      readConfig({ SISO_LEFT_OUT: "redis-server", SISO_DEBUG: "1", SISO_TEST_COUNTS: "/tmp/counts" }, officer)
        .api.port,
    ).toBe(8400);
  });

  it("never repeats an address that may carry a password", () => {
    const { words } = refusal({ SISO_DATABASE_URL: "mysql://siso:secret@db/siso" });
    expect(`${words.vi}${words.en}`).not.toContain("secret");
  });

  it("asks for a token before other machines may reach the API", () => {
    expect(refusal({ SISO_API_HOST: "0.0.0.0" }).words.vi).toContain("SISO_API_TOKEN_FILE: bắt buộc");
    const machine = withFiles({ "/etc/siso/token": `${"t".repeat(64)}\n` });
    const env = { SISO_API_HOST: "0.0.0.0", SISO_API_TOKEN_FILE: "/etc/siso/token" };
    expect(readConfig(env, machine).api.token).toBe("t".repeat(64));
  });

  it("refuses a token that is short or cannot be read", () => {
    const env = { SISO_API_TOKEN_FILE: "/etc/siso/token" };
    expect(refusal(env).words.en).toContain("/etc/siso/token cannot be read");
    expect(refusal(env, withFiles({ "/etc/siso/token": "short" })).words.en).toContain("has 5 characters");
  });

  it("refuses a key inside the data folder", () => {
    const { words } = refusal({ SISO_DATA: "/srv/siso", SISO_KEY_FILE: "/srv/siso/keys/archive.key" });
    expect(words.en).toContain(
      "SISO_KEY_FILE: /srv/siso/keys/archive.key is inside the data folder /srv/siso",
    );
  });

  it("reads the institution's own file, and names it with the key at fault", () => {
    const env = { SISO_INSTITUTION_FILE: "/etc/siso/institution.json" };
    const good = withFiles({ "/etc/siso/institution.json": '{"rules": {"minSightings": 2}}' });
    expect(readConfig(env, good).institution.rules.minSightings).toBe(2);
    const bad = withFiles({ "/etc/siso/institution.json": '{"rules": {"breakMinutes": 25}}' });
    expect(refusal(env, bad).words.en).toContain("SISO_INSTITUTION_FILE: rules.breakMinutes: ");
  });
});
