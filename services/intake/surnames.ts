import { cleanText } from "./match-key.ts";

/**
 * Family names, lower case, one syllable. Those that also open an ordinary sentence (Từ, Bàn, Viên, Đồng, Hết…) are left out:
 * the list only decides between a carelessly typed name and a remark.
 */
const SURNAMES = new Set(
  (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh lò giàng đoàn đào mai tô tạ hà cao " +
    "lâm lương lưu phùng trương vương quách kiều thái triệu tăng tống thân chu châu cù khổng lã mạc nghiêm nông ninh phí " +
    "sầm thạch thẩm tiêu tôn vi vàng hứa hầu giáp doãn đàm cấn bế âu chử diệp đậu điểu hạ hàn kha khúc khuất lường lù ma " +
    "sùng thào tráng vừ hạng ngụy nhan nhữ quàng cầm điêu tòng cà hoa bạch mùa siu ksor kpă rơ nay văn lục lỗ phó"
  ).split(" "),
);

export function beginsWithSurname(text: string): boolean {
  return SURNAMES.has(cleanText(text).toLowerCase().split(" ")[0] ?? "");
}

/**
 * "Bản nháp", "Hết danh sách", "ghế hỏng": words of letters like a name, but written as a sentence is (all but the first word in
 * lower case) and beginning with no family name. "nguyễn thị hoa" is a name.
 */
export function readsLikeRemark(text: string): boolean {
  const [, ...rest] = cleanText(text).split(" ");
  return rest.length > 0 && rest.every((word) => /^\p{Ll}/u.test(word)) && !beginsWithSurname(text);
}
