import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseInstitution } from "../../config/institution-file.ts";
import { defaultInstitution } from "../../config/institution.ts";
import { variables } from "../../config/schema.ts";
import { commands } from "./commands.ts";
import { repositoryDir } from "./repository.ts";

let readme: string;

beforeAll(async () => {
  readme = await readFile(join(repositoryDir, "README.md"), "utf8");
});

describe("README.md", () => {
  it.each(Object.keys(variables))("explains the variable %s", (name) => {
    expect(readme).toContain(`| \`${name}\` |`);
  });

  it("names no variable there is not", () => {
    const named = new Set(readme.match(/\bSISO_[A-Z_]+[A-Z]\b/g));
    expect([...named].filter((name) => !(name in variables))).toEqual([]);
  });

  it("shows an institution file that is accepted", () => {
    const example = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const { institution } = parseInstitution(example, defaultInstitution) as { institution: unknown };
    expect(institution).toMatchObject({ rooms: [{ code: "301A", cameras: [{ port: 80, secure: false }] }] });
  });

  it("types only commands there are", () => {
    const typed = [...readme.matchAll(/\.\/siso ([a-z]+)/g)].map(([, name]) => name ?? "");
    const known = new Set(commands.map(({ name }) => name));
    expect(typed.length).toBeGreaterThan(10);
    expect(typed.filter((name) => !known.has(name))).toEqual([]);
  });
});
