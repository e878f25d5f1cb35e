import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds `siso`, whatever the caller's working directory is. */
export const repositoryDir = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** What set-up fetches and keeps inside the clone; ignored by git. */
export const varDir = join(repositoryDir, "var");
