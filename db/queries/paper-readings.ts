import type { DocumentId, Reading } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";

/** A person sees these; a hostile table can have a problem in each of its cells. */
const keptProblems = 50;

/** What a confirmed paper held and what of it was understood; the last confirmation counts. `part`: the room of a chart. */
export async function savePaperReading(
  db: Db,
  documentId: DocumentId,
  part: string,
  { rowsIn, understood, reported, problems }: Reading<unknown>,
): Promise<void> {
  const open = problems.filter(({ severity }) => severity !== "note").slice(0, keptProblems);
  const reading = { rowsIn, understood, reported, problems: json(open) };
  await db
    .insertInto("paperReading")
    .values({ documentId, part, ...reading })
    .onConflict((c) => c.columns(["documentId", "part"]).doUpdateSet(reading))
    .execute();
}
