import { useSecondPlace } from "../../db/queries/archive-place.ts";
import { SisoError } from "../../services/errors.ts";
import { refuseSecondPlace } from "../../services/retention/belonging.ts";
import type { Context } from "../context.ts";
import { meetFirst } from "./meet-archive.ts";
import { secondBehind } from "./second-store.ts";

/**
 * What the service does where a command refuses, since it must capture whatever its configuration lacks: another second store
 * begins with nothing; one that is not configured any more stays noted. Both are an alarm.
 */
export async function meetArchiveAtStart(
  ctx: Pick<Context, "db" | "clock" | "random" | "archive" | "log">,
): Promise<void> {
  const { first, second } = ctx.archive.stores;
  const secondPlace = await meetFirst(ctx);
  const address = second?.address ?? null;
  const why = refuseSecondPlace(secondPlace, address, first.address);
  if (why === null) return;
  if (address !== null) await useSecondPlace(ctx.db, address, ctx.clock.now());
  ctx.log.error({ noted: secondPlace, configured: address }, `${why.vi} | ${why.en}`);
  // The first second store of an archive takes nothing away.
  if (secondPlace !== null) await secondBehind(ctx, new SisoError("archive-refused", why));
}
