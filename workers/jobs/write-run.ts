import { decisionVersion } from "../../services/rollcall/decision-version.ts";
import type { RoundDecision } from "../../services/rollcall/round-input.ts";
import type { MarkId, RoundId } from "../../services/types.ts";
import { keepDecisionVersion } from "../../db/queries/decisions.ts";
import { addMarks, addStrangers, beginRun, type MarkVersions } from "../../db/queries/marks.ts";
import type { RuleVersion } from "../../db/queries/rules.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import type { SessionSetting } from "./room-views.ts";

/** Writes a round's decision as its next run, under the versions it was made with. Call in a transaction. */
export async function writeRun(
  ctx: Pick<Context, "random" | "faces" | "calibration">,
  trx: Trx,
  roundId: RoundId,
  { roster, chart }: SessionSetting,
  rules: RuleVersion,
  { marks, strangers }: RoundDecision,
  at: Date,
): Promise<void> {
  const run = await beginRun(trx, roundId, at);
  const decision = decisionVersion(ctx.faces.id, rules.rules, ctx.calibration);
  await keepDecisionVersion(trx, decision, at);
  if (roster !== null) {
    const versions: MarkVersions = {
      packId: ctx.faces.id,
      ruleVersionId: rules.id,
      rosterVersionId: roster.id,
      chartVersionId: chart?.id ?? null,
      decision: decision.sha256,
    };
    const rows = marks.map((mark) => ({ ...mark, id: ctx.random.uuid() as MarkId }));
    await addMarks(trx, roundId, run, versions, rows, at);
  }
  const faces = strangers.map((stranger) => ({ ...stranger, id: ctx.random.uuid() }));
  await addStrangers(trx, roundId, run, faces);
}
