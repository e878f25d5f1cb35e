import { SisoError } from "../../errors.ts";
import type { Box } from "../../types.ts";
import type { EvidenceSnapshot } from "../../../db/queries/evidence-export.ts";
import type { Context } from "../../../workers/context.ts";
import type { BundleFile } from "./bundle-file.ts";
import type { Evidence } from "./collect-evidence.ts";
import { derivedCopy } from "./derived-copy.ts";

export interface ShownCopy {
  snapshot: EvidenceSnapshot;
  /** Name in the bundle. */
  path: string;
}

/** One copy a camera and round, and every picture a mark rests on. Others' faces are hidden in a bundle about one trainee. */
export async function addCopies(
  ctx: Pick<Context, "archive">,
  bundle: BundleFile,
  evidence: Evidence,
  watermark: string,
): Promise<ShownCopy[]> {
  const boxes = evidenceBoxes(evidence);
  const copies: ShownCopy[] = [];
  for (const snapshot of evidence.snapshots) {
    const shown = boxes.get(snapshot.id) ?? [];
    if (snapshot.burstIndex !== 0 && shown.length === 0) continue;
    const picture = await openOrNull(ctx, snapshot);
    if (picture === null) continue;
    const { widthPx, heightPx, id } = snapshot;
    const hidden = "traineeId" in evidence.scope ? othersIn(evidence, id, shown) : [];
    const path = `data/copies/${id}.jpg`;
    await bundle.add(path, await derivedCopy({ picture, widthPx, heightPx, shown, hidden, watermark }));
    copies.push({ snapshot, path });
  }
  return copies;
}

function evidenceBoxes({ marks }: Evidence): Map<string, Box[]> {
  const boxes = new Map<string, Box[]>();
  for (const { snapshotId, box } of marks.flatMap(({ fact }) => fact.evidence)) {
    boxes.set(snapshotId, [...(boxes.get(snapshotId) ?? []), box]);
  }
  return boxes;
}

/** Faces whose middle lies in none of the boxes shown. */
function othersIn({ faces }: Evidence, snapshotId: string, shown: readonly Box[]): Box[] {
  return faces
    .filter((face) => face.snapshotId === snapshotId)
    .filter((face) => {
      const [x, y] = [face.x + face.width / 2, face.y + face.height / 2];
      return !shown.some(
        (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height,
      );
    });
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
