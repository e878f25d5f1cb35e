import { SisoError } from "../../errors.ts";
import type { Box } from "../../types.ts";
import type { Db } from "../../../db/client.ts";
import { facesOfOthers, type EvidenceSnapshot } from "../../../db/queries/evidence-export.ts";
import type { Context } from "../../../workers/context.ts";
import { sessionSetting } from "../../../workers/jobs/room-views.ts";
import { othersIn, seatBox } from "./about-one.ts";
import type { BundleFile } from "./bundle-file.ts";
import type { Evidence } from "./collect-evidence.ts";
import { derivedCopy } from "./derived-copy.ts";

export interface ShownCopy {
  snapshot: EvidenceSnapshot;
  /** Name in the bundle. */
  path: string;
}

/**
 * One copy a camera and round, and every picture a mark rests on. In a bundle about one trainee nothing can be made out but that
 * trainee's face and seat.
 */
export async function addCopies(
  ctx: Pick<Context, "archive" | "db">,
  bundle: BundleFile,
  evidence: Evidence,
  watermark: string,
): Promise<ShownCopy[]> {
  const boxes = evidenceBoxes(evidence);
  const seats = await ownSeats(ctx.db, evidence);
  const { scope } = evidence;
  const ids = evidence.snapshots.map(({ id }) => id);
  const claimed = "traineeId" in scope ? await facesOfOthers(ctx.db, ids, scope.traineeId) : [];
  const copies: ShownCopy[] = [];
  for (const snapshot of evidence.snapshots) {
    const shown = boxes.get(snapshot.id) ?? [];
    if (snapshot.burstIndex !== 0 && shown.length === 0) continue;
    const picture = await openOrNull(ctx, snapshot);
    if (picture === null) continue;
    const { widthPx, heightPx, id } = snapshot;
    const aboutOne = "traineeId" in evidence.scope;
    const others = claimed.filter(({ snapshotId }) => snapshotId === id);
    const hidden = aboutOne ? othersIn(facesIn(evidence, id), shown, others) : [];
    const clear = aboutOne ? [...shown, ...(seats.get(seatKey(snapshot)) ?? [])] : null;
    const path = `data/copies/${id}.jpg`;
    const copy = { picture, widthPx, heightPx, shown, clear, hidden, watermark };
    await bundle.add(path, await derivedCopy(copy));
    copies.push({ snapshot, path });
  }
  return copies;
}

/** Where one trainee's own seat is in each camera's picture, by session and camera; empty in a bundle about more people. */
async function ownSeats(db: Db, { scope, sessions }: Evidence): Promise<Map<string, Box[]>> {
  const found = new Map<string, Box[]>();
  if (!("traineeId" in scope)) return found;
  for (const session of sessions) {
    const { chart, cameras } = await sessionSetting(db, session);
    const own = chart?.seats.find(({ traineeId }) => traineeId === scope.traineeId);
    if (own === undefined) continue;
    for (const { code, placed } of cameras) {
      const seat = placed.find(({ row, column }) => row === own.row && column === own.column);
      if (seat) found.set(seatKey({ sessionId: session.id, cameraCode: code }), [seatBox(seat)]);
    }
  }
  return found;
}

function seatKey({ sessionId, cameraCode }: Pick<EvidenceSnapshot, "sessionId" | "cameraCode">): string {
  return `${sessionId} ${cameraCode}`;
}

function evidenceBoxes({ marks }: Evidence): Map<string, Box[]> {
  const boxes = new Map<string, Box[]>();
  for (const { snapshotId, box } of marks.flatMap(({ fact }) => fact.evidence)) {
    boxes.set(snapshotId, [...(boxes.get(snapshotId) ?? []), box]);
  }
  return boxes;
}

function facesIn({ faces }: Evidence, snapshotId: string): Evidence["faces"] {
  return faces.filter((face) => face.snapshotId === snapshotId);
}

async function openOrNull(
  ctx: Pick<Context, "archive">,
  { object }: EvidenceSnapshot,
): Promise<Uint8Array | null> {
  try {
    return await ctx.archive.open(object);
  } catch (error) {
    if (error instanceof SisoError && error.code === "archive-corrupt") return null;
    throw error;
  }
}
