import { openAlarm } from "../../db/queries/alarms.ts";
import { archivePlace } from "../../db/queries/archive-place.ts";
import { anyCopied, countUncopied } from "../../db/queries/copies.ts";
import { SisoError } from "../../services/errors.ts";
import type { ObjectStore } from "../../services/ports.ts";
import { refuseSecondPlace } from "../../services/retention/belonging.ts";
import type { Context } from "../context.ts";
import { idNote, readId } from "./meet-archive.ts";

type Keeper = Pick<Context, "db" | "clock" | "random">;

/**
 * The second store must be this archive's. An empty place where copies are noted is a disk that is not mounted, or was
 * replaced: a person has to say which. Throws `archive-refused`, or what the store says when it is away.
 */
export async function recogniseSecond(ctx: Pick<Context, "db">, second: ObjectStore): Promise<void> {
  const id = await readId(second);
  const own = (await archivePlace(ctx.db))?.archiveId ?? "";
  if (id === own) return;
  if (id !== null) {
    throw new SisoError("archive-refused", {
      vi: `${second.address} là bản sao của một kho khác; hãy đặt lại SISO_ARCHIVE_SECOND`,
      en: `${second.address} holds another archive's copy; mend SISO_ARCHIVE_SECOND`,
    });
  }
  if (await anyCopied(ctx.db)) {
    throw new SisoError("archive-refused", {
      vi: `${second.address} trống mà trước đây đã có bản sao; hãy gắn lại đĩa, hoặc nếu là đĩa mới: ./siso archive second --new`,
      en: `${second.address} is empty where copies were before; mount its disk again, or if it is a new one: ./siso archive second --new`,
    });
  }
  await second.putNote(idNote, Buffer.from(`${own}\n`));
}

/** A noted second store that this process was not told of is one that is away. */
export async function secondUnset(ctx: Keeper & Pick<Context, "archive">): Promise<void> {
  const noted = (await archivePlace(ctx.db))?.secondPlace ?? null;
  const why = refuseSecondPlace(noted, null, ctx.archive.stores.first.address);
  if (why !== null) await secondBehind(ctx, new SisoError("archive-refused", why));
}

/** An alarm until a copy goes through again; whatever is captured meanwhile is kept in the first store. */
export async function secondBehind(ctx: Keeper, why: unknown): Promise<void> {
  const waiting = await countUncopied(ctx.db);
  await openAlarm(ctx.db, {
    id: ctx.random.uuid(),
    code: "second-copy-behind",
    subject: "archive",
    detail: { waiting, why: (why instanceof Error ? why.message : String(why)).slice(0, 500) },
    at: ctx.clock.now(),
  });
}
