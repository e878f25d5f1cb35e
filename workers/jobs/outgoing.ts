import type { OutgoingRow } from "../../db/queries/outbox.ts";
import type { Context } from "../context.ts";

/** A mail to be put into the outbox; its Message-ID is settled here once, so that every try carries the same. */
export function outgoing(
  ctx: Pick<Context, "random" | "clock" | "institution">,
  mail: Omit<OutgoingRow, "id" | "messageId" | "createdAt">,
): OutgoingRow {
  const id = ctx.random.uuid();
  const domain = ctx.institution.intakeAddress?.split("@")[1] ?? "localhost";
  return { ...mail, id, messageId: `${id}@${domain}`, createdAt: ctx.clock.now() };
}
