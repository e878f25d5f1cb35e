import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ObjectRemover } from "../ports.ts";
import type { SecondPlace } from "./file-archive.ts";
import { objectPath } from "./object-name.ts";
import { keyOf, refuseUnlessOk, s3Requests, textOf, type S3Place } from "./s3-requests.ts";
import { syncFolder } from "./sync-folder.ts";

/** The only code that takes sealed bytes away. Imported by the disposal of an approved list and by nothing else. */
export function archiveRemover({ dir, second }: { dir: string; second: SecondPlace | null }): ObjectRemover {
  const first = fileRemover(dir);
  const other = !second ? null : second.kind === "folder" ? fileRemover(second.dir) : s3Remover(second);
  return {
    // The copy furthest away first: while the near one is there the list is plainly unfinished.
    remove: async (sha256) => {
      await other?.remove(sha256);
      await first.remove(sha256);
    },
  };
}

function fileRemover(dir: string): ObjectRemover {
  return {
    remove: async (sha256) => {
      const path = join(dir, objectPath(sha256));
      await rm(path, { force: true });
      await syncFolder(dirname(path));
    },
  };
}

/** Every version goes, and what marks it as deleted. */
export function s3Remover(place: S3Place): ObjectRemover {
  const ask = s3Requests(place);
  return {
    remove: async (sha256) => {
      const key = objectPath(sha256);
      const query = { versions: "", prefix: keyOf(place, key) };
      const answer = await ask({ method: "GET", key: null, query });
      const xml = answer.ok ? await answer.text() : "";
      if (!answer.ok) await refuseUnlessOk(place, answer, `GET ?versions ${key}`);
      for (const versionId of textOf(xml, ["VersionId"])["VersionId"] ?? []) {
        const response = await ask({ method: "DELETE", key, query: { versionId } });
        await refuseUnlessOk(place, response, `DELETE ${key}`);
      }
    },
  };
}
