import type { LocalDate } from "../types.ts";
import type { ReportFigures } from "./figures.ts";

/** Everything a report prints. Names, addressees and legal bases are the institution's data, never constants. */
export interface ReportModel {
  occasion: ReportOccasion;
  letterhead: Letterhead;
  /** Null until the clerk (văn thư) issues it: number and date stay blank. */
  issued: { number: number; date: LocalDate } | null;
  addressees: string[];
  /** Without their closing mark, e.g. `Căn cứ Quyết định số …`. */
  legalBases: string[];
  course: ReportedCourse;
  /** The campus's IANA zone, for printed instants. */
  zone: string;
  figures: ReportFigures;
  signer: Signer;
  /** Lines of Nơi nhận without dash and closing mark; the last is written as `Lưu: VT, …`. */
  recipients: string[];
  /** Outcome of `recount`; null when it was not done, which the report then says. */
  recount: { at: Date; differences: number } | null;
  /** The archive's log when the report was made, so that nobody can rewrite it unnoticed. */
  archive?: ArchiveStamp | null;
}

/** L19: an ad-hoc report is marked as not being one of the course's two milestone reports. */
export type ReportOccasion =
  | { kind: "mid" | "final"; ordinal: number; of: number; examStartsAt: Date }
  | { kind: "adhoc" };

export interface Letterhead {
  /** Body above the issuing one; null when there is none. */
  parentBody: string | null;
  /** In ordinary case; the letterhead prints it in capitals. */
  issuingBody: string;
  /** After the number, e.g. `BC-VP`. */
  symbol: string;
  /** Địa danh, e.g. `Hà Nội`. */
  place: string;
}

export interface ReportedCourse {
  name: string;
  decision: { number: string; date: LocalDate } | null;
  startsOn: LocalDate;
  endsOn: LocalDate | null;
  place: string;
  unitName: string;
}

export interface Signer {
  /** Lines above the name, e.g. `TL. GIÁM ĐỐC`, `CHÁNH VĂN PHÒNG`. */
  titles: string[];
  /** Without academic titles; null while the signer is not decided. */
  name: string | null;
}

export interface ArchiveStamp {
  /** Number of log lines and hex root of their tree at `at`. */
  size: number;
  rootHash: string;
  at: Date;
  /** Verifier key of the log (C2SP signed-note), for the auditor to keep. */
  key: string;
}
