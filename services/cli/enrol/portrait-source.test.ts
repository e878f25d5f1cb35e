import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { smallJpeg } from "../../../fixtures/documents/small-picture.ts";
import { writeZip } from "../../../fixtures/documents/write-zip.ts";
import { portraitFiles } from "./portrait-source.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-portraits-"));
  await mkdir(join(folder, "lop", "12"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const picture = smallJpeg().bytes;

async function zipped(...names: string[]) {
  const path = join(folder, "anh.zip");
  await writeFile(path, writeZip(names.map((name) => ({ name, bytes: picture }))));
  return portraitFiles(path);
}

describe("portraits of a class", () => {
  it("come from a folder or the same folder zipped, with or without its own name", async () => {
    await writeFile(join(folder, "lop", "1.jpg"), picture);
    await writeFile(join(folder, "lop", "12", "1.jpg"), picture);
    const wanted = ["1.jpg", "12/1.jpg"];
    expect([...(await portraitFiles(join(folder, "lop"))).keys()].toSorted()).toEqual(wanted);
    expect([...(await zipped("1.jpg", "12/1.jpg")).keys()]).toEqual(wanted);
    const files = await zipped("Lớp K12/1.jpg", "Lớp K12/12/1.jpg");
    expect([...files.keys()]).toEqual(wanted);
    expect(new Uint8Array((await files.get("1.jpg")?.()) ?? [])).toEqual(picture);
  });

  it("of one trainee keep the folder that names them", async () => {
    expect([...(await zipped("12/1.jpg", "12/2.jpg")).keys()]).toEqual(["12/1.jpg", "12/2.jpg"]);
  });

  it("in a bomb, or in what is neither folder nor zip, are refused", async () => {
    const path = join(folder, "bom.zip");
    await writeFile(path, writeZip([{ name: "1.jpg", bytes: new Uint8Array(30 << 20) }]));
    await expect(portraitFiles(path)).rejects.toMatchObject({ code: "file-refused" });
    await expect(portraitFiles(join(folder, "lop", "1.jpg"))).rejects.toThrow(
      "Cần một thư mục hoặc một tệp .zip",
    );
    await expect(portraitFiles(join(folder, "khong-co"))).rejects.toMatchObject({ code: "file-unreadable" });
  });
});
