import { closeAlarm, openAlarms } from "../../../db/queries/alarms.ts";
import { chartAt } from "../../../db/queries/courses.ts";
import { addChartVersion, chartSource, nextVersion } from "../../../db/queries/versions.ts";
import { appendLog } from "../../../db/queries/log.ts";
import type { Context } from "../../../workers/context.ts";
import { turnReading, turnSeat, type ChartTurn } from "../../seating/orientation.ts";
import type { ChartVersionId } from "../../types.ts";
import { withContext } from "../open-context.ts";
import { chartOfRoom } from "./chart-of-room.ts";
import { turnWords } from "./survey-text.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface TurnOptions {
  course: string;
  room: string;
  as?: Exclude<ChartTurn, "as-drawn">;
  confirm?: boolean;
  effectiveAt?: string;
  by?: string;
}

/** Shows what was noticed about a chart, and with `--as … --confirm` stores the turned chart as its next version. */
export async function turnChart(
  options: TurnOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  return withContext(env, (ctx) => saveTurn(ctx, options));
}

export async function saveTurn(ctx: Context, options: TurnOptions): Promise<string> {
  const { room, course, chart, effectiveAt } = await chartOfRoom(ctx, options);
  const noticed = (await openAlarms(ctx.db)).find(
    ({ code, subject }) => code === "chart-turned" && subject === chart.id,
  );
  const lines = [
    `${course.code} · ${room.name} · sơ đồ phiên bản ${chart.version} · chart version ${chart.version}`,
  ];
  if (noticed) {
    const { turn, agreement, asDrawn, sightings } = noticed.detail;
    const { vi, en } = turnWords[turn as keyof typeof turnWords];
    lines.push(
      `  Theo ${sightings} học viên đã nhận ra, ${agreement} % ngồi đúng chỗ nếu sơ đồ được ${vi}, chỉ ${asDrawn} % nếu để nguyên.`,
      `  Of ${sightings} recognised trainees ${agreement} % sit where the chart puts them when it is ${en}, ${asDrawn} % as it is.`,
    );
  } else lines.push("  Chưa thấy dấu hiệu sơ đồ vẽ ngược. · Nothing suggests that the chart is turned.");
  if (options.as === undefined || options.confirm !== true) {
    const as = options.as ?? String(noticed?.detail["turn"] ?? "mirrored");
    return [...lines, `Chưa lưu gì; để lật: --as ${as} --confirm · Nothing stored.`].join("\n");
  }
  const version = await storeTurned(ctx, { course, room, chart }, options.as, effectiveAt, options.by);
  return [
    ...lines,
    `Đã lưu sơ đồ phiên bản ${version} (${turnWords[options.as].vi}). · Chart version ${version} stored.`,
  ].join("\n");
}

async function storeTurned(
  ctx: Context,
  {
    course,
    room,
    chart,
  }: {
    course: { id: Parameters<typeof chartAt>[1] };
    room: { id: Parameters<typeof chartAt>[2] };
    chart: NonNullable<Awaited<ReturnType<typeof chartAt>>>;
  },
  turn: Exclude<ChartTurn, "as-drawn">,
  effectiveAt: Date,
  by: string | undefined,
): Promise<number> {
  const source = await chartSource(ctx.db, chart.id);
  const flipsColumns = turn !== "upside-down";
  const { rowCount, columnCount } = chart;
  const now = ctx.clock.now();
  return ctx.db.transaction().execute(async (trx) => {
    await trx.selectFrom("course").select("id").where("id", "=", course.id).forUpdate().execute();
    const version = await nextVersion(trx, "chart", course.id);
    const id = ctx.random.uuid() as ChartVersionId;
    await addChartVersion(
      trx,
      {
        id,
        courseId: course.id,
        roomId: room.id,
        documentId: source.documentId,
        version,
        effectiveAt,
        ...turnReading(source, turn),
        seatsPerDesk: source.seatsPerDesk,
        rowCount,
        columnCount,
        aislesAfter: flipsColumns
          ? chart.aislesAfter.map((after) => columnCount - after).toSorted((a, b) => a - b)
          : chart.aislesAfter,
        confirmedBy: confirmedBy(by),
        createdAt: now,
      },
      chart.seats.map((seat) => ({ ...seat, ...turnSeat(seat, turn, rowCount, columnCount) })),
    );
    await appendLog(trx, now, { event: "chart-turned", chart: id, from: chart.id, turn });
    await closeAlarm(trx, "chart-turned", chart.id, now);
    return version;
  });
}
