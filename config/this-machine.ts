import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { Machine } from "./read-config.ts";

export const thisMachine: Machine = {
  isRoot: process.getuid?.() === 0,
  homeDir: homedir(),
  readFile: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
};
