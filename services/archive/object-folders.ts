/** The 256 folders objects lie in, `00` … `ff`. */
export const folders: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, "0"),
);
