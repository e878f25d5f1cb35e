import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../config/read-config.ts";
import { thisMachine } from "../../config/this-machine.ts";
import { createCameras } from "../cameras/create-cameras.ts";
import { SisoError } from "../errors.ts";
import { fr1Manifest } from "../faces/known-packs.ts";
import { loadPack } from "../faces/load-pack.ts";
import type { CameraTarget, CapturedPicture, Clock } from "../ports.ts";
import type { CameraId, FaceObservation } from "../types.ts";
import { parseCameraAddress } from "./camera-address.ts";
import { describeProbe } from "./probe-words.ts";
import { saveProbe } from "./save-probe.ts";
import { modelsDir, needs, prepare, sayLeftOut } from "./setup/prepare.ts";

/** As typed. */
export interface ProbeOptions {
  user: string;
  passwordFile: string;
  preset?: string;
  save?: string;
  seconds: string;
}

const clock: Clock = {
  now: () => new Date(),
  sleep: async (ms) => {
    await sleep(ms);
  },
};

/** Tries one camera and prints what it found; true when it gave a picture. */
export async function probeCamera(address: string, options: ProbeOptions): Promise<boolean> {
  const camera = await readTarget(address, options);
  const deadlineMs = readSeconds(options.seconds) * 1000;
  const { cameraNetworks } = readConfig(process.env, thisMachine);
  const leftOut = await prepare(needs.start);
  const probe = await createCameras({ clock, ...cameraNetworks }).probe(camera, deadlineMs);
  const packReady = !leftOut.some(({ what }) => what.startsWith("model-pack"));
  const faces = probe.picture && packReady ? await findFaces(probe.picture) : null;
  print("", `Camera ${camera.host}:${camera.port}`);
  for (const { vi, en } of describeProbe({ probe, faces })) print(vi, `    ${en}`);
  if (options.save !== undefined && probe.picture) {
    const paths = await saveProbe(options.save, probe.picture, faces);
    print(`✓ Đã lưu: ${paths.join(", ")}`, "    Saved.");
  }
  sayLeftOut(leftOut);
  return probe.picture !== null;
}

async function readTarget(address: string, options: ProbeOptions): Promise<CameraTarget> {
  return {
    id: "probe" as CameraId,
    ...parseCameraAddress(address),
    username: options.user,
    password: await readPassword(options.passwordFile),
    presetToken: options.preset ?? null,
  };
}

async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const words = {
      vi: `Không đọc được tệp mật khẩu ${file}`,
      en: `The password file ${file} cannot be read`,
    };
    throw new SisoError("file-unreadable", words, cause);
  });
  const [password = ""] = text.split(/\r?\n/);
  if (password !== "") return password;
  throw new SisoError("input-invalid", {
    vi: `Dòng đầu của tệp mật khẩu ${file} trống; ghi mật khẩu của camera vào đó`,
    en: `The first line of the password file ${file} is empty; write the camera's password there`,
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 600) return seconds;
  throw new SisoError("input-invalid", {
    vi: `--seconds ${text}: cần một số từ 1 đến 600`,
    en: `--seconds ${text}: expected a number from 1 to 600`,
  });
}

async function findFaces(picture: CapturedPicture): Promise<FaceObservation[]> {
  const pack = await loadPack(fr1Manifest, join(modelsDir, fr1Manifest.id));
  try {
    return (await pack.analyse(picture.jpeg)).faces;
  } finally {
    await pack.close();
  }
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
