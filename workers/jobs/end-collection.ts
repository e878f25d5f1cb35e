import { endCollection } from "../../db/queries/collections.ts";
import type { Context } from "../context.ts";

/** The time a collection of faces was opened for is over: its key goes, and everything kept under it. */
export async function endFaceCollection(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction().execute((trx) => endCollection(trx, id, ctx.clock.now(), "over"));
}
