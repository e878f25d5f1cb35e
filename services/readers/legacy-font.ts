/**
 * Text typed in a pre-Unicode font: the font's name gives it away (`.VnTime`, `VNI-Times`) together with letters of the
 * Latin-1 half and none of real Vietnamese. Such text reads as nonsense, so the file is refused until it is converted.
 */
export function isLegacyText(fontName: string | undefined, text: string): boolean {
  return (
    fontName !== undefined &&
    /^(\.Vn|VNI-)/i.test(fontName) &&
    /[\u00A1-\u00FF]/.test(text) &&
    !/[\u0102-\u01B0\u1EA0-\u1EF9]/.test(text)
  );
}

export const CONVERT_FONT = {
  vi: "Chuyển sang phông Unicode (Times New Roman; UniKey: Ctrl+Shift+F6, nguồn TCVN3 hoặc VNI, đích Unicode) rồi gửi lại",
  en: "Convert it to a Unicode font (Times New Roman; UniKey: Ctrl+Shift+F6, from TCVN3 or VNI to Unicode) and send it again",
};
