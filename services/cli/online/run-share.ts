import { DateTime } from "luxon";
import { peopleById } from "../../../db/queries/explain.ts";
import { sharesOfCourse } from "../../../db/queries/online.ts";
import { declareShare, endDeclaredShare, standingShare } from "../../../workers/imports/arrange-online.ts";
import { shareOf } from "../../../workers/jobs/online-record.ts";
import { refuseThird } from "../../attendance/device-share.ts";
import { SisoError } from "../../errors.ts";
import type { TraineeId } from "../../types.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { personWords } from "../explain/mark-text.ts";
import { findTraineeOf } from "../find-trainee.ts";
import { parseDay } from "../import/options.ts";
import {
  notWritten,
  onCourse,
  when,
  written,
  type Env,
  type OnlineOptions,
  type OnlinePlace,
  type OnlineResult,
} from "./online-command.ts";

/** Rosters of later versions count too: somebody who joins next week may share. */
const farAhead = new Date("9999-01-01T00:00:00Z");

/** Declares that two trainees share a device, or that they no longer do. Throws what to type instead. */
export async function runShare(
  oneTyped: string,
  otherTyped: string,
  options: OnlineOptions,
  env: Env,
): Promise<OnlineResult> {
  return onCourse(options, env, async (place) => {
    const { ctx, course, zone } = place;
    const oneId = await findTraineeOf(ctx.db, course.id, farAhead, oneTyped);
    const otherId = await findTraineeOf(ctx.db, course.id, farAhead, otherTyped);
    const names = await peopleById(ctx.db, await everybody(place, oneId, otherId));
    const nameOf = (id: TraineeId) =>
      personWords(names.get(id) ?? { fullName: id.slice(0, 8), ordinal: null });
    const at = dayStart(options.from, place);
    const by = confirmedBy(options.by);
    const shares = await sharesOfCourse(ctx.db, course.id);
    const pair = `${nameOf(oneId)} + ${nameOf(otherId)}`;
    if (options.end) {
      const share = standingShare(shares, oneId, otherId);
      if (share === null) throw notDeclared(nameOf(oneId), nameOf(otherId));
      const text = `${course.code}: ${pair}\n  Thôi dùng chung thiết bị từ · no longer share a device from ${when(at, zone)}`;
      if (!options.confirm) return { text, closing: notWritten };
      await endDeclaredShare(ctx, course, share, at, by);
      return { text, closing: written(by) };
    }
    refuseThird(shares.map(shareOf), oneId, otherId, at, nameOf);
    const text = `${course.code}: ${pair}\n  Dùng chung một thiết bị từ (L Đ9.8) · share a device from ${when(at, zone)}`;
    if (!options.confirm) return { text, closing: notWritten };
    await declareShare(ctx, course, { oneId, otherId, fromAt: at }, by, nameOf);
    return { text, closing: written(by) };
  });
}

async function everybody({ ctx, course }: OnlinePlace, ...ids: TraineeId[]): Promise<TraineeId[]> {
  const shares = await sharesOfCourse(ctx.db, course.id);
  return [...new Set([...ids, ...shares.flatMap(({ oneId, otherId }) => [oneId, otherId])])];
}

function dayStart(from: string | undefined, { ctx, zone }: OnlinePlace): Date {
  const day =
    from === undefined
      ? DateTime.fromJSDate(ctx.clock.now(), { zone })
      : DateTime.fromISO(parseDay("--from", from), { zone });
  return day.startOf("day").toJSDate();
}

function notDeclared(one: string, other: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${one} và ${other} không có đăng ký dùng chung thiết bị nào đang hiệu lực.`,
    en: `${one} and ${other} have no standing declaration to share a device.`,
  });
}
