import { occupancyOf } from "../../services/rollcall/occupancy.ts";
import { proposeTurn } from "../../services/seating/orientation.ts";
import { reviewView, type SeenRound, type ViewReview } from "../../services/seating/review-view.ts";
import type { SessionId } from "../../services/types.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { camerasOfRoom } from "../../db/queries/campus.ts";
import { chartAt, type ChartVersion } from "../../db/queries/courses.ts";
import { appendLog } from "../../db/queries/log.ts";
import { markReviewed, picturesSeen, traineesSeen, type PictureSeen } from "../../db/queries/room-review.ts";
import { sessionById, type Session } from "../../db/queries/sessions.ts";
import { addCameraView, cameraViewsAt, viewById, type CameraView } from "../../db/queries/views.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { placeSeats, seatPoints } from "./room-views.ts";

/** Rounds looked back on: six sessions of two. Later ones change nothing but a camera that moved. */
const ROUNDS = 12;
/** Face widths a seat may move by itself; a camera that was pushed moves them farther, and a person must look. */
const LARGEST_MOVE = 1.5;
/** Face widths below which a new version would say nothing new. */
const LEAST_MOVE = 0.15;

/**
 * After a session: where faces really were refines the room's views within bounds, seats at which nothing was ever seen
 * are no longer taken for empty, and a chart that everybody sits mirrored to is named. Marks already made stay.
 */
export async function reviewRoom(ctx: Context, id: SessionId): Promise<void> {
  const session = await sessionById(ctx.db, id);
  const now = ctx.clock.now();
  const chart = await chartAt(ctx.db, session.courseId, session.roomId, session.frame.startsAt);
  const views = await cameraViewsAt(ctx.db, session.roomId, now);
  const reviewed = chart === null ? [] : await reviewViews(ctx, session, chart, views);
  const turn = chart === null ? null : await turnSeen(ctx, session, chart);
  const codes = new Map(
    (await camerasOfRoom(ctx.db, session.roomId)).map((camera) => [camera.id, camera.code]),
  );
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await markReviewed(trx, id, now))) return;
    for (const { view, review } of reviewed) {
      await saveReview(ctx, trx, { view, review, camera: codes.get(view.cameraId) ?? "" }, now);
    }
    if (chart === null) return;
    if (turn === null) return closeAlarm(trx, "chart-turned", chart.id, now);
    const { agreement, asDrawn, sightings } = turn;
    const detail = {
      turn: turn.turn,
      room: session.roomName,
      agreement: percent(agreement),
      asDrawn: percent(asDrawn),
      sightings,
    };
    await openAlarm(trx, { id: ctx.random.uuid(), code: "chart-turned", subject: chart.id, detail, at: now });
  });
}

const percent = (share: number): number => Math.round(100 * share);

interface Reviewed {
  view: CameraView;
  review: ViewReview;
}

async function reviewViews(
  ctx: Context,
  session: Session,
  chart: ChartVersion,
  views: CameraView[],
): Promise<Reviewed[]> {
  const placed = placeSeats(views, chart);
  const reviewed: Reviewed[] = [];
  for (const view of views) {
    const base = view.refines === null ? view : await viewById(ctx.db, view.refines);
    const pictures = await picturesSeen(ctx.db, session.roomId, ctx.faces.id, base.effectiveAt, ROUNDS);
    const inFrame = (placed.get(view.cameraId) ?? []).filter(
      ({ x, y }) => x >= 0 && y >= 0 && x < view.widthPx && y < view.heightPx,
    );
    const owned = new Set(
      chart.seats.filter(({ traineeId }) => traineeId !== null).map(({ row, column }) => `${row},${column}`),
    );
    const review = reviewView(
      {
        marks: seatPoints(base.markedSeats),
        seats: chart.seats,
        faceSize: { perColumnPitch: base.facePerColumnPitch },
        aislesAfter: chart.aislesAfter,
        sights: view.seatSights,
        placed: inFrame.filter(({ row, column }) => owned.has(`${row},${column}`)),
      },
      seenRounds(pictures.filter(({ cameraId }) => cameraId === view.cameraId)),
    );
    reviewed.push({ view, review });
  }
  return reviewed;
}

/** One camera's pictures by round; a burst's first picture stands for where faces are. */
function seenRounds(pictures: readonly PictureSeen[]): SeenRound[] {
  const rounds = new Map<string, PictureSeen[]>();
  for (const picture of pictures) {
    rounds.set(picture.roundId, [...(rounds.get(picture.roundId) ?? []), picture]);
  }
  return [...rounds.values()].map((burst) => {
    const compared = burst.flatMap(({ seatDifferences }) => (seatDifferences ? [seatDifferences] : []));
    return {
      faces: burst[0]?.faces ?? [],
      taken: compared.length === 0 ? null : occupancyOf(compared).map(takenSeat),
    };
  });
}

function takenSeat({ row, column, probability }: ReturnType<typeof occupancyOf>[number]) {
  return { seat: { row, column }, probability };
}

async function saveReview(
  ctx: Context,
  trx: Trx,
  { view, review, camera }: Reviewed & { camera: string },
  now: Date,
): Promise<void> {
  const tooFar = review.movedWidths > LARGEST_MOVE;
  const alarm = { id: ctx.random.uuid(), code: "view-moved" as const, subject: view.cameraId, at: now };
  if (tooFar) {
    await openAlarm(trx, { ...alarm, detail: { camera, widths: Number(review.movedWidths.toFixed(1)) } });
  } else await closeAlarm(trx, "view-moved", view.cameraId, now);
  await noteHidden(ctx, trx, { view, review, camera }, now);
  const refined = tooFar || review.movedWidths < LEAST_MOVE ? null : review.refinement;
  const sightsChanged = JSON.stringify(review.sights) !== JSON.stringify(view.seatSights);
  if (refined === null && !sightsChanged) return;
  const base = view.refines ?? view.id;
  const seen = refined?.seen.map(({ seat, x, y }) => ({ ...seat, x: Math.round(x), y: Math.round(y) }));
  const version: CameraView = {
    ...view,
    id: ctx.random.uuid(),
    effectiveAt: now,
    seenSeats: seen ?? view.seenSeats,
    facePerColumnPitch: refined?.faceSize.perColumnPitch ?? view.facePerColumnPitch,
    seatSights: review.sights,
    source: "machine",
    confirmedBy: null,
    refines: base,
  };
  if (!(await addCameraView(trx, version))) return;
  await appendLog(trx, now, {
    event: "view-refined",
    view: version.id,
    refines: base,
    camera: view.cameraId,
    seatsSeen: version.seenSeats.length,
    seatsHidden: review.sights.filter(({ visible }) => !visible).length,
  });
}

/** Somebody must look at a seat where nothing was ever seen: it may be hidden, or its trainee never came. */
async function noteHidden(
  ctx: Context,
  trx: Trx,
  { view, review, camera }: Reviewed & { camera: string },
  at: Date,
): Promise<void> {
  const never = review.sights.filter(({ visible, by }) => !visible && by === "machine");
  if (never.length === 0) return closeAlarm(trx, "seat-never-seen", view.cameraId, at);
  const detail = { camera, seats: never.map(({ row, column }) => `R${row}C${column}`).join(" ") };
  const code = "seat-never-seen" as const;
  await openAlarm(trx, { id: ctx.random.uuid(), code, subject: view.cameraId, detail, at });
}

async function turnSeen(ctx: Context, session: Session, chart: ChartVersion) {
  const seatOf = new Map(chart.seats.map(({ row, column, traineeId }) => [traineeId, { row, column }]));
  const sightings = (await traineesSeen(ctx.db, session.id)).flatMap((seen) => {
    const own = seatOf.get(seen.traineeId);
    return own === undefined ? [] : [{ chart: own, seen: seen.observedSeat, weight: seen.confidence }];
  });
  return proposeTurn(sightings, chart.rowCount, chart.columnCount);
}
