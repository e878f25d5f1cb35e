import { foldAccents } from "../../intake/match-key.ts";
import { SisoError } from "../../errors.ts";
import type { TypedFile } from "./read-paths.ts";

/** How a person tells the papers of one file apart: `ds.xlsx › CVC K12`. */
export function labelOf({ path, file }: TypedFile): string {
  return file.kind === null || file.part === null ? path : `${path} › ${file.part}`;
}

/**
 * The papers a person means by `--only`: of a file with several rooms or classes those whose name holds the words; every
 * other paper stays. Throws `input-invalid` with the names there are when none is meant.
 */
export function onlyParts(files: TypedFile[], only: string | undefined): TypedFile[] {
  if (only === undefined) return files;
  const words = foldAccents(only);
  const parted = files.filter(({ file }) => file.kind !== null && file.part !== null);
  const meant = parted.filter(
    ({ file }) => file.kind !== null && foldAccents(file.part ?? "").includes(words),
  );
  if (meant.length === 0) throw noSuchPart(only, parted);
  return files.filter((file) => !parted.includes(file) || meant.includes(file));
}

function noSuchPart(only: string, parted: TypedFile[]): SisoError {
  const names = parted.map(({ file }) => (file.kind === null ? "" : `“${file.part}”`)).join(", ");
  if (names === "") {
    return new SisoError("input-invalid", {
      vi: `--only “${only}”: không tệp nào có nhiều phòng hoặc nhiều lớp, nên không có phần để chọn.`,
      en: `--only "${only}": none of the files holds several rooms or classes.`,
    });
  }
  return new SisoError("input-invalid", {
    vi: `--only “${only}”: không có phần nào như vậy. Trong các tệp có: ${names}.`,
    en: `--only "${only}": there is no such part. The files hold: ${names}.`,
  });
}
