import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import sharp from "sharp";
import { snapshotsOfRound, type Snapshot } from "../../../db/queries/captures.ts";
import { everyTraineeUntil, type Course, type RosterTrainee } from "../../../db/queries/courses.ts";
import { marksOfRound, strangersOfRound } from "../../../db/queries/marks.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import type { Box, MarkVerdict, TraineeId } from "../../types.ts";
import type { SessionFigures } from "./compare-with-truth.ts";
import type { Demo } from "./open-demo.ts";
import { tourPage, type TourPicture } from "./tour-page.ts";

const shownWidthPx = 1280;

interface Label {
  box: Box;
  text: string;
  colour: string;
}

/** A page of the pictures with what was recognised drawn on them: derived copies, the sealed originals stay in the archive. */
export async function writeTour(
  demo: Demo,
  course: Course,
  sessions: SessionFigures[],
  reports: string[],
  outDir: string,
): Promise<string> {
  const dir = join(outDir, "pictures");
  await mkdir(dir, { recursive: true });
  const trainees = await everyTraineeUntil(demo.ctx.db, course.id, demo.clock.now());
  const names = new Map(trainees.map((trainee) => [trainee.id, trainee]));
  const pictures: TourPicture[] = [];
  for (const { session } of sessions) {
    const round = (await roundsOfSession(demo.ctx.db, session.id)).find(
      ({ status }) => status === "recognised",
    );
    if (round === undefined) continue;
    const first = (await snapshotsOfRound(demo.ctx.db, round.id)).filter(
      ({ burstIndex }) => burstIndex === 0,
    );
    const labels = await labelsOf(demo, round.id, names);
    for (const snapshot of first) {
      const name = `${session.day}-${session.shift}-${snapshot.cameraId.slice(0, 4)}.jpg`;
      await writeFile(join(dir, name), await drawn(demo, snapshot, labels.get(snapshot.id) ?? []));
      pictures.push({ session, takenAt: snapshot.takenAt, path: `pictures/${name}` });
    }
  }
  const page = join(outDir, "index.html");
  const links = reports.map((path) => relative(outDir, join(process.cwd(), path)));
  await writeFile(page, tourPage(course, sessions, pictures, links));
  return relative(process.cwd(), page);
}

async function labelsOf(
  { ctx }: Demo,
  roundId: Parameters<typeof marksOfRound>[1],
  names: Map<TraineeId, RosterTrainee>,
): Promise<Map<string, Label[]>> {
  const labels = new Map<string, Label[]>();
  const add = (snapshotId: string, label: Label) =>
    labels.set(snapshotId, [...(labels.get(snapshotId) ?? []), label]);
  for (const mark of await marksOfRound(ctx.db, roundId)) {
    const trainee = names.get(mark.traineeId);
    const text = `${trainee?.ordinal ?? "?"} ${trainee?.fullName.split(" ").at(-1) ?? ""}`;
    for (const { snapshotId, box, shows = "face" } of mark.evidence) {
      if (shows === "face" || shows === "seat") add(snapshotId, { box, text, colour: colourOf(mark) });
    }
  }
  for (const { snapshotId, box, proxyFor } of await strangersOfRound(ctx.db, roundId)) {
    const text = proxyFor === null ? "người lạ" : `ngồi thay ${names.get(proxyFor)?.ordinal ?? ""}`;
    add(snapshotId, { box, text, colour: "#f03e3e" });
  }
  return labels;
}

function colourOf({ outcome, seating }: Pick<MarkVerdict, "outcome" | "seating">): string {
  if (outcome === "absent") return "#868e96";
  if (outcome !== "present") return "#f59f00";
  return seating === "off-seat" ? "#4dabf7" : "#37b24d";
}

async function drawn({ ctx }: Demo, snapshot: Snapshot, labels: Label[]): Promise<Uint8Array> {
  const { widthPx, heightPx } = snapshot;
  const boxes = labels.map(({ box, text, colour }) => {
    const { x, y, width, height } = box;
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${colour}" stroke-width="3"/><text x="${x}" y="${y - 6}" font-family="sans-serif" font-size="20" font-weight="bold" fill="${colour}" stroke="#000" stroke-width="3" paint-order="stroke">${text}</text>`;
  });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${boxes.join("")}</svg>`;
  const picture = await ctx.archive.open(snapshot.object);
  const marked = await sharp(picture)
    .composite([{ input: Buffer.from(overlay) }])
    .toBuffer();
  return sharp(marked)
    .resize({ width: shownWidthPx, withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();
}
