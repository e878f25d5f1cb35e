import { SisoError } from "../errors.ts";

/** What a choice needs of a version. */
export interface VersionHead {
  version: number;
  effectiveAt: Date;
}

export interface VersionChoice<V extends VersionHead> {
  inForce: V;
  /** To be in force again. */
  target: V;
}

/**
 * Which version to go back to: `to` when a person named one, else the one that was in force before. `versions` are in the order
 * in which they are in force. Throws `input-invalid`.
 */
export function chooseVersion<V extends VersionHead>(
  versions: readonly V[],
  at: Date,
  to: number | null,
): VersionChoice<V> {
  const begun = versions.filter(({ effectiveAt }) => effectiveAt <= at);
  const inForce = begun.at(-1);
  if (inForce === undefined) throw noneInForce();
  const target = to === null ? begun.at(-2) : versions.find((one) => one.version === to && one !== inForce);
  if (target) return { inForce, target };
  throw to === null ? onlyOne(inForce) : notThere(to, inForce, versions);
}

function noneInForce(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Chưa có phiên bản nào có hiệu lực, nên không có gì để quay lại.",
    en: "No version is in force yet, so there is nothing to go back to.",
  });
}

function onlyOne({ version }: VersionHead): SisoError {
  return new SisoError("input-invalid", {
    vi: `Trước phiên bản ${version} không có phiên bản nào. Hãy nhận tệp đúng bằng ./siso import.`,
    en: `There is no version before ${version}. Take the right file in with ./siso import.`,
  });
}

function notThere(to: number, inForce: VersionHead, versions: readonly VersionHead[]): SisoError {
  if (to === inForce.version) {
    return new SisoError("input-invalid", {
      vi: `Phiên bản ${to} đang có hiệu lực rồi.`,
      en: `Version ${to} is in force already.`,
    });
  }
  const list = versions.map(({ version }) => version).join(", ");
  return new SisoError("input-invalid", {
    vi: `Không có phiên bản ${to}. Hiện có: ${list}.`,
    en: `There is no version ${to}. There are: ${list}.`,
  });
}
