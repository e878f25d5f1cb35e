import type { SessionId } from "../../services/types.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { markPreflightDone, sessionById } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { takePictures } from "./take-pictures.ts";

const deadlineMs = 20_000;

/** Before anyone enters: is every camera alive, and what does the empty room look like? Never a roll call (L4). */
export async function preflight(ctx: Context, id: SessionId): Promise<void> {
  const session = await sessionById(ctx.db, id);
  if (session.status !== "scheduled" || session.online || session.preflightDoneAt !== null) return;
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  if (ctx.clock.now() < session.frame.startsAt) {
    const burst = { pictures: 1, spacingMs: 0, deadlineMs };
    await takePictures(ctx, { session, roundId: null, ruleVersionId: rules.id, burst });
  }
  await markPreflightDone(ctx.db, id, ctx.clock.now());
}
