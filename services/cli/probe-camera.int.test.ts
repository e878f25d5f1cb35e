import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulatedCamera, type SimulatedCamera } from "../../fixtures/cameras/simulated-camera.ts";
import { repositoryDir } from "./repository.ts";
import { portraitsDir } from "./setup/prepare.ts";
import { missingPrograms } from "./setup/programs.ts";

const password = "canary-8d1f";
let scratch: string;
let camera: SimulatedCamera;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "siso-probe-"));
  const jpeg = await groupPicture();
  camera = await startSimulatedCamera({
    now: () => new Date(Date.now() - 3_600_000),
    picture: async () => jpeg,
    username: "siso",
    password,
    widthPx: 1280,
    heightPx: 720,
  });
  await writeFile(join(scratch, "password"), `${password}\n`);
  await writeFile(join(scratch, "wrong"), "not-it\n");
});

afterAll(async () => {
  await camera.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** Four portraits side by side on grey, faces some 100 px wide. */
async function groupPicture(): Promise<Buffer> {
  const names = (await readdir(portraitsDir)).sort().slice(0, 4);
  const tiles = await Promise.all(
    names.map((name) => sharp(join(portraitsDir, name)).resize(240, 240).toBuffer()),
  );
  return sharp({ create: { width: 1280, height: 720, channels: 3, background: "#8a9099" } })
    .composite(tiles.map((input, index) => ({ input, left: 40 + index * 310, top: 240 })))
    .jpeg()
    .toBuffer();
}

async function probe(passwordFile: string, env: Record<string, string> = {}) {
  const address = `${camera.host}:${camera.port}`;
  const args = ["camera", "probe", address, "--user", "siso", "--password-file", join(scratch, passwordFile)];
  return await execa(join(repositoryDir, "siso"), [...args, "--save", join(scratch, "saved")], {
    env: { SISO_CAMERA_SUBNETS: "127.0.0.0/8", ...env },
    reject: false,
    stdin: "ignore",
  });
}

describe("./siso camera probe", () => {
  it("says what the camera gives and keeps the picture, plain and with faces boxed", async () => {
    const { stdout, stderr, exitCode } = await probe("password");
    const leftOut = missingPrograms(["ffmpeg"]);
    // Where ffmpeg cannot be had, that and nothing else is said.
    expect({ exitCode, leftOut, said: stderr !== "" }).toEqual({
      exitCode: 0,
      leftOut,
      said: leftOut.length > 0,
    });
    expect(stdout).toContain("✓ Lấy được ảnh 1280 × 720 qua ảnh chụp ONVIF");
    expect(stdout).toContain("! Đồng hồ camera chậm 60 phút");
    expect(stdout).toMatch(/✓ Thấy 4 khuôn mặt; bề ngang nhỏ nhất \d+ px/);
    expect(stdout + stderr).not.toContain(password);
    const saved = (await readdir(join(scratch, "saved"))).sort();
    expect(saved).toHaveLength(2);
    for (const name of saved) {
      expect(await sharp(join(scratch, "saved", name)).metadata()).toMatchObject({
        width: 1280,
        height: 720,
      });
    }
  });

  it("names a wrong password as such and fails", async () => {
    const { stdout, exitCode } = await probe("wrong");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✗ Camera từ chối tên đăng nhập hoặc mật khẩu");
  });

  it("leaves addresses outside the camera networks alone", async () => {
    const before = [...camera.requests.values()].reduce((sum, count) => sum + count, 0);
    const { stdout, exitCode } = await probe("password", { SISO_CAMERA_SUBNETS: "192.168.0.0/16" });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("không nằm trong các mạng camera được phép");
    expect([...camera.requests.values()].reduce((sum, count) => sum + count, 0)).toBe(before);
  });
});
