import { occupancyOf } from "../../services/rollcall/occupancy.ts";
import { proposeTurn } from "../../services/seating/orientation.ts";
import { reviewView, type SeenRound, type ViewReview } from "../../services/seating/review-view.ts";
import { canonicalJson } from "../../services/canonical-json.ts";
import { doubtsOf, isHidden } from "../../services/seating/seat-sights.ts";
import type { CourseId, SeatRef, SessionId } from "../../services/types.ts";
import { closeAlarm, openAlarm, openAlarms } from "../../db/queries/alarms.ts";
import { camerasOfRoom } from "../../db/queries/campus.ts";
import { chartAt, type ChartVersion } from "../../db/queries/courses.ts";
import { appendLog } from "../../db/queries/log.ts";
import { markReviewed, picturesSeen, traineesSeen, type PictureSeen } from "../../db/queries/room-review.ts";
import { sessionsSinceSeen, traineesAtSeats } from "../../db/queries/never-seen.ts";
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
 * After a session: where faces really were refines the room's views within bounds, seats at which a trainee was recognised are
 * proven, those at which nothing was ever seen are in doubt, and a chart that everybody sits mirrored to is named. Marks already
 * made stay.
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
    const { roomId, courseId } = session;
    const { cameraId } = view;
    const lately = { roomId, courseId, since: base.effectiveAt, rounds: ROUNDS };
    const pictures = (await picturesSeen(ctx.db, ctx.faces.id, lately)).filter(
      (picture) => picture.cameraId === cameraId,
    );
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
        courseId,
        sights: view.seatSights,
        recognised: await seatsWithTrainees(ctx, pictures),
        unseen: await sessionsSinceSeen(ctx.db, { courseId, roomId, cameraId }),
        placed: inFrame.filter(({ row, column }) => owned.has(`${row},${column}`)),
      },
      seenRounds(pictures, courseId),
    );
    reviewed.push({ view, review });
  }
  return reviewed;
}

/** Seats at which these pictures show a trainee who was recognised. */
async function seatsWithTrainees(ctx: Context, pictures: readonly PictureSeen[]): Promise<SeatRef[]> {
  const shown = new Set(pictures.map(({ id }) => id));
  const marks = await traineesAtSeats(ctx.db, [...new Set(pictures.map(({ roundId }) => roundId))]);
  return marks
    .filter(({ evidence }) => evidence.some(({ snapshotId }) => shown.has(snapshotId)))
    .map(({ observedSeat }) => observedSeat);
}

/** One camera's pictures by round; a burst's first picture stands for where faces are. */
function seenRounds(pictures: readonly PictureSeen[], courseId: CourseId): SeenRound[] {
  const rounds = new Map<string, PictureSeen[]>();
  for (const picture of pictures) {
    rounds.set(picture.roundId, [...(rounds.get(picture.roundId) ?? []), picture]);
  }
  return [...rounds.values()].map((burst) => {
    const compared = burst.flatMap(({ seatDifferences }) => (seatDifferences ? [seatDifferences] : []));
    return {
      ownCourse: burst[0]?.courseId === courseId,
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
  await noteNeverSeen(ctx, trx, { view, review, camera }, now);
  const refined = tooFar || review.movedWidths < LEAST_MOVE ? null : review.refinement;
  const sightsChanged = canonicalJson(review.sights) !== canonicalJson(view.seatSights);
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
    seatsHidden: review.sights.filter((seat) => isHidden(seat, review.sights)).length,
    seatsNeverSeen: doubtsOf(review.sights).length,
  });
}

/** Somebody must look at a seat where nothing was ever seen: it may be hidden, or its trainee never came. */
async function noteNeverSeen(
  ctx: Context,
  trx: Trx,
  { view, review, camera }: Reviewed & { camera: string },
  at: Date,
): Promise<void> {
  const [code, subject] = ["seat-never-seen" as const, view.cameraId];
  const never = doubtsOf(review.sights).map(({ row, column }) => `R${row}C${column}`);
  const seats = [...new Set(never)].toSorted().join(" ");
  const open = (await openAlarms(trx)).find((each) => each.code === code && each.subject === subject);
  if (open !== undefined && open.detail["seats"] !== seats) await closeAlarm(trx, code, subject, at);
  if (seats === "") return;
  await openAlarm(trx, { id: ctx.random.uuid(), code, subject, detail: { camera, seats }, at });
}

async function turnSeen(ctx: Context, session: Session, chart: ChartVersion) {
  const seatOf = new Map(chart.seats.map(({ row, column, traineeId }) => [traineeId, { row, column }]));
  const sightings = (await traineesSeen(ctx.db, session.id)).flatMap((seen) => {
    const own = seatOf.get(seen.traineeId);
    return own === undefined ? [] : [{ chart: own, seen: seen.observedSeat, weight: seen.confidence }];
  });
  return proposeTurn(sightings, chart.rowCount, chart.columnCount);
}
