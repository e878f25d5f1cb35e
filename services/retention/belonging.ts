import type { Bilingual } from "../types.ts";

/** What the archive notes about the database it is used with: the newest log line known, by number and SHA-256. */
export interface ArchiveLedger {
  logSeq: number;
  lineSha256: string;
}

export interface Meeting {
  archive: { address: string; id: string | null; holdsObjects: boolean; ledger: ArchiveLedger | null };
  database: {
    archiveId: string | null;
    knowsObjects: boolean;
    logSeq: number;
    /** Of the line the ledger names; null when there is none. */
    ledgerLineSha256: string | null;
  };
}

/**
 * Whether a database and an archive are each other's, and the database is no older than the archive: with an empty, foreign or
 * older one every date and every hold would be wrong, and pictures nobody remembers would look like rubbish.
 */
export function judgeMeeting({
  archive,
  database,
}: Meeting): { belong: true } | { belong: false; why: Bilingual } {
  if (archive.id !== null && database.archiveId !== null && archive.id !== database.archiveId) {
    return refuse(
      `Kho ${archive.address} thuộc về một cơ sở dữ liệu khác. ${restoreVi}`,
      `The archive ${archive.address} belongs to another database. ${restoreEn}`,
    );
  }
  if (archive.holdsObjects && !database.knowsObjects && database.archiveId === null) {
    return refuse(
      `Kho ${archive.address} có ảnh mà cơ sở dữ liệu trống. ${restoreVi}`,
      `The archive ${archive.address} holds pictures and the database is empty. ${restoreEn}`,
    );
  }
  if (database.knowsObjects && !archive.holdsObjects) {
    return refuse(
      `Cơ sở dữ liệu có ảnh đã lưu mà kho ${archive.address} trống; có thể đĩa chưa được gắn. ${restoreVi}`,
      `The database knows archived pictures and the archive ${archive.address} is empty; its disk may not be mounted. ${restoreEn}`,
    );
  }
  const { ledger } = archive;
  if (ledger !== null && ledger.logSeq > 0 && ledger.lineSha256 !== database.ledgerLineSha256) {
    const older = database.logSeq < ledger.logSeq;
    return refuse(
      `Cơ sở dữ liệu ${older ? "cũ hơn" : "khác với"} kho ${archive.address}: kho đã thấy nhật ký đến dòng ${ledger.logSeq}, cơ sở dữ liệu ${older ? `chỉ đến dòng ${database.logSeq}` : "có dòng ấy khác nội dung"}. ${restoreVi}`,
      `The database is ${older ? "older than" : "not the one of"} the archive ${archive.address}: the archive has seen log line ${ledger.logSeq}, the database ${older ? `ends at ${database.logSeq}` : "has another line there"}. ${restoreEn}`,
    );
  }
  return { belong: true };
}

const restoreVi = "Khôi phục đúng bản sao lưu hoặc sửa cấu hình; không có gì bị xóa.";
const restoreEn = "Restore the right backup or mend the configuration; nothing was deleted.";

function refuse(vi: string, en: string): { belong: false; why: Bilingual } {
  return { belong: false, why: { vi, en } };
}

/** Null when the configured second store is the noted one; both null when there is none. */
export function refuseSecondPlace(
  noted: string | null,
  configured: string | null,
  archive: string,
): Bilingual | null {
  if (noted === configured) return null;
  if (configured === null) {
    return {
      vi: `Kho ${archive} có bản sao thứ hai ở ${noted} mà SISO_ARCHIVE_SECOND chưa được đặt; đặt SISO_ARCHIVE_SECOND=${noted}, hoặc nếu thôi dùng bản sao: ./siso archive second --none`,
      en: `The archive ${archive} has its second copy at ${noted}, but SISO_ARCHIVE_SECOND is not set; set SISO_ARCHIVE_SECOND=${noted}, or, to keep no second copy any more: ./siso archive second --none`,
    };
  }
  return {
    vi: `SISO_ARCHIVE_SECOND là ${configured}, còn bản sao thứ hai của kho ${archive} ${noted === null ? "chưa được chọn" : `ở ${noted}`}; ${noted === null ? "bỏ biến ấy" : `đặt SISO_ARCHIVE_SECOND=${noted}`}, hoặc dùng nơi mới: ./siso archive second --new`,
    en: `SISO_ARCHIVE_SECOND is ${configured}, but the second copy of the archive ${archive} ${noted === null ? "was never chosen" : `is at ${noted}`}; ${noted === null ? "unset it" : `set SISO_ARCHIVE_SECOND=${noted}`}, or use the new place: ./siso archive second --new`,
  };
}
