import type { ReadingProblem } from "../types.ts";

export function hiddenNote(where: string, count: number): ReadingProblem {
  return {
    where,
    why: {
      vi: `Có ${count} đoạn hoặc hàng bị ẩn trong Word nên không được đọc.`,
      en: `${count} run(s) of text or row(s) are hidden in Word, so they were not read.`,
    },
    fix: { vi: "Bỏ ẩn nếu là nội dung cần dùng.", en: "Unhide them if they are meant." },
    severity: "note",
  };
}

export function removedNote(where: string): ReadingProblem {
  return {
    where,
    why: {
      vi: "Tệp còn theo dõi sửa đổi (Track Changes): chữ đã xóa không được đọc, chữ thêm vào được đọc.",
      en: "The file still tracks changes: deleted text was not read, inserted text was.",
    },
    fix: {
      vi: "Chấp nhận hoặc từ chối mọi thay đổi (Review › Accept All) nếu chưa đúng.",
      en: "Accept or reject all changes (Review › Accept All) if that is not right.",
    },
    severity: "note",
  };
}

export function estimatedNote(where: string): ReadingProblem {
  return {
    where,
    why: {
      vi: "Các hộp chữ gắn vào nhiều đoạn khác nhau nên vị trí trên dưới chỉ được ước lượng.",
      en: "The text boxes hang from different paragraphs, so their heights on the page are estimates.",
    },
    fix: {
      vi: "Kiểm tra từng chỗ trong bản xem trước, hoặc vẽ sơ đồ bằng bảng.",
      en: "Check each seat in the preview, or draw the chart as a table.",
    },
    severity: "note",
  };
}
