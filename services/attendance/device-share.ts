import { SisoError } from "../errors.ts";
import type { TraineeId } from "../types.ts";

/** Two trainees who learn at one device (L Đ9.8), from an instant on. */
export interface DeviceShare {
  one: TraineeId;
  other: TraineeId;
  fromAt: Date;
  /** Null while it stands. */
  untilAt: Date | null;
}

/** Who shares with whom at an instant. */
export function pairsAt(shares: readonly DeviceShare[], at: Date): [TraineeId, TraineeId][] {
  return shares
    .filter(({ fromAt, untilAt }) => fromAt <= at && (untilAt === null || at < untilAt))
    .map(({ one, other }) => [one, other]);
}

/**
 * Refuses a third person at a device: either of the two is in a pair that stands at some instant of the new one. The same pair
 * once more is refused as well, being declared already. Throws `input-invalid` naming the pair that stands in the way.
 */
export function refuseThird(
  shares: readonly DeviceShare[],
  one: TraineeId,
  other: TraineeId,
  fromAt: Date,
  nameOf: (id: TraineeId) => string,
): void {
  if (one === other) throw sameTwice(nameOf(one));
  const standing = shares.filter(({ untilAt }) => untilAt === null || untilAt > fromAt);
  const inTheWay = standing.find((share) =>
    [one, other].some((id) => id === share.one || id === share.other),
  );
  if (!inTheWay) return;
  const pair = [inTheWay.one, inTheWay.other];
  const same = pair.includes(one) && pair.includes(other);
  throw same
    ? declaredAlready(nameOf(one), nameOf(other))
    : third(pair.map(nameOf), pair.includes(one) ? nameOf(other) : nameOf(one));
}

/** Whom of the people named by one join it stands for: one alone, or a declared pair. */
export function creditedOf(
  named: readonly TraineeId[],
  pairs: readonly (readonly [TraineeId, TraineeId])[],
): TraineeId[] {
  if (named.length < 2) return [...named];
  return [...(pairs.find((pair) => pair.every((id) => named.includes(id))) ?? [])];
}

function third(pair: readonly string[], refused: string): SisoError {
  const two = { vi: pair.join(" và "), en: pair.join(" and ") };
  return new SisoError("input-invalid", {
    vi: `Một thiết bị chỉ dùng chung cho hai học viên (L Đ9.8): ${two.vi} đã đăng ký chung, không thêm được ${refused}. Nếu cặp này không còn, kết thúc nó trước bằng --end.`,
    en: `Two trainees at most share a device (L Đ9.8): ${two.en} are declared, ${refused} cannot be added. If they no longer share, end that first with --end.`,
  });
}

function declaredAlready(one: string, other: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${one} và ${other} đã đăng ký chung thiết bị rồi.`,
    en: `${one} and ${other} are declared to share a device already.`,
  });
}

function sameTwice(name: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Cần hai học viên khác nhau; cả hai lần đều là ${name}.`,
    en: `Two different trainees are needed; both are ${name}.`,
  });
}
