import type { Bilingual, Reason, TraineeId } from "../types.ts";

type Say = (params: Reason["params"], name: (id: string) => string) => Bilingual;

const px = (value: string | number | undefined): string => Number(value ?? 0).toFixed(0);
const percent = (value: string | number | undefined): string => `${(Number(value ?? 0) * 100).toFixed(0)} %`;
const ratio = (value: string | number | undefined): string => Number(value ?? 0).toFixed(2);

const outcomes: Record<string, Bilingual> = {
  present: { vi: "có mặt", en: "present" },
  absent: { vi: "không có mặt", en: "absent" },
  "not-observable": { vi: "không quan sát được", en: "not observable" },
  review: { vi: "cần người xem xét", en: "to be reviewed" },
};

/** Every reason a mark or a stranger can carry, as an officer would say it. */
const words: Record<string, Say> = {
  "face-matches": (p) => {
    const alike = Number(p["llr"] ?? 0) >= 0;
    return {
      vi: `Khuôn mặt trong ${px(p["pictures"])} ảnh ${alike ? "giống" : "chưa đủ giống"} ảnh đăng ký (độ giống ${ratio(p["similarity"])}, mặt rộng ${px(p["widthPx"])} điểm ảnh).`,
      en: `The face in ${px(p["pictures"])} picture(s) ${alike ? "matches" : "is not enough like"} the enrolled photo (similarity ${ratio(p["similarity"])}, face ${px(p["widthPx"])} px wide).`,
    };
  },
  "pack-unmeasured": (p) => ({
    vi: `Gói mô hình ${p["pack"]} chưa được đo (không có bảng hiệu chuẩn), nên máy chỉ đề xuất; cần người xem ảnh và quyết định.`,
    en: `The model pack ${p["pack"]} was never measured (it has no calibration), so the machine only proposes; somebody must look and decide.`,
  }),
  "face-fits-two": (p, name) => ({
    vi: `Khuôn mặt này cũng có thể là ${name(String(p["other"]))} (${percent(p["posterior"])}); cần người xem ảnh.`,
    en: `The face could also be ${name(String(p["other"]))} (${percent(p["posterior"])}); somebody must look at the picture.`,
  }),
  "face-unclear": (p) => ({
    vi: `Riêng khuôn mặt chưa đủ rõ hoặc chưa đủ giống để kết luận (xét cả chỗ ngồi và những người khác: khả năng đúng người ${percent(p["posterior"])}); cần người xem ảnh.`,
    en: `The face alone is not clear or not like enough to decide (with seats and everybody else weighed: ${percent(p["posterior"])} likely this person); somebody must look.`,
  }),
  "face-too-small": (p) => ({
    vi: `Khuôn mặt quá nhỏ trong ảnh (rộng ${px(p["widthPx"])} điểm ảnh), không nhận ra được.`,
    en: `The face is too small in the picture (${px(p["widthPx"])} px wide) to be recognised.`,
  }),
  "face-blurred": (p) => ({
    vi: `Khuôn mặt bị mờ trong ảnh (rộng ${px(p["widthPx"])} điểm ảnh), không nhận ra được.`,
    en: `The face is blurred in the picture (${px(p["widthPx"])} px wide) and cannot be recognised.`,
  }),
  "face-turned-away": () => ({
    vi: "Khuôn mặt quay nghiêng trong phần lớn ảnh.",
    en: "The face is turned to the side in most pictures.",
  }),
  "no-template": () => ({
    vi: "Học viên chưa có ảnh đăng ký (hoặc không đồng ý dùng sinh trắc học), nên máy không thể nhận ra; người xem ảnh thì có thể.",
    en: "The trainee has no enrolled photo (or declined biometrics), so no machine can recognise them; a person looking at the picture can.",
  }),
  "declined-biometrics": () => ({
    vi: "Học viên không đồng ý dùng sinh trắc học: máy không quan sát khuôn mặt, cán bộ xem ảnh ghi kết quả (./siso correct); không tính là vắng.",
    en: "The trainee declined biometrics: no machine looks for the face, an officer looks at the picture and decides (./siso correct); this is not counted as absence.",
  }),
  "no-seat": () => ({
    vi: "Sơ đồ không ghi chỗ ngồi của học viên và không thấy khuôn mặt học viên trong phòng.",
    en: "The chart gives the trainee no seat, and the trainee's face was not seen in the room.",
  }),
  "camera-down": () => ({
    vi: "Camera nhìn thấy chỗ ngồi này không chụp được ảnh; không tính là vắng.",
    en: "The camera that shows this seat gave no picture; this is not counted as absence.",
  }),
  "seat-hidden": () => ({
    vi: "Không camera nào của phòng nhìn thấy chỗ ngồi này.",
    en: "No camera of the room shows this seat.",
  }),
  "seat-too-far": (p) => ({
    vi: `Chỗ ngồi ở quá xa camera (mặt chỉ rộng khoảng ${px(p["widthPx"])} điểm ảnh).`,
    en: `The seat is too far from the camera (a face is only about ${px(p["widthPx"])} px wide).`,
  }),
  "seat-not-compared": () => ({
    vi: "Không thấy khuôn mặt ở chỗ ngồi, và không so được chỗ đó với lúc phòng trống (chưa có ảnh phòng trống, hoặc chỗ ở sát mép ảnh) để biết có người hay không.",
    en: "No face was seen at the seat, and it could not be compared with the empty room (no picture of it, or the seat is at the picture's edge) to tell whether anybody sits there.",
  }),
  "seat-taken-face-hidden": (p) => ({
    vi: `So với lúc phòng trống, ảnh ở chỗ này đã khác (khả năng có người ngồi ${percent(p["occupancy"])}) nhưng không thấy mặt: người ngồi cúi đầu, bị che, quay đi, hoặc chỉ là người ở phía sau chỗ trống.`,
    en: `This place differs from the empty room (${percent(p["occupancy"])} likely taken) but shows no face: somebody with head down, covered or turned away, or only people behind an empty seat.`,
  }),
  "seat-unclear": () => ({
    vi: "Chưa chắc chỗ ngồi này trống hay có người; cần người xem ảnh.",
    en: "It is not certain whether this seat is empty or taken; somebody must look at the picture.",
  }),
  "seat-empty": () => ({
    vi: "Chỗ ngồi trống trong mọi ảnh và không thấy học viên ở chỗ khác trong phòng.",
    en: "The seat is empty in every picture and the trainee was not seen elsewhere in the room.",
  }),
  "seat-never-seen": (p) => ({
    vi: `Chỗ ngồi trông trống, nhưng trong ${px(p["sessions"])} buổi trước của lớp chưa từng thấy ai ở đó: có thể bị đồ đạc che, có thể học viên chưa đến lớp; chưa tính là vắng. Cần người xem phòng một lần (./siso room seat --visible hoặc --hidden).`,
    en: `The seat looks empty, but nobody was ever seen there in ${px(p["sessions"])} earlier session(s) of the class: furniture may hide it, or the trainee never came; not counted as absence. Somebody must look at the room once (./siso room seat --visible or --hidden).`,
  }),
  "seat-taken-by-stranger": (p) => ({
    vi: `Người ngồi ở chỗ này không phải học viên (độ giống chỉ ${ratio(p["similarity"])}).`,
    en: `The person in this seat is not the trainee (similarity only ${ratio(p["similarity"])}).`,
  }),
  "seat-taken-by-classmate": (p, name) => ({
    vi: `Chỗ ngồi này do ${name(String(p["other"]))} ngồi; không thấy học viên ở chỗ khác.`,
    en: `${name(String(p["other"]))} sits in this seat; the trainee was not seen elsewhere.`,
  }),
  "only-the-seat": (p) => ({
    vi: `Chỉ có chỗ ngồi là đúng, còn khuôn mặt thì không giống học viên (nghiêng về người khác khoảng ${px(p["odds"])} lần): có thể người khác ngồi hộ.`,
    en: `Only the seat is right; the face itself is unlike the trainee (about ${px(p["odds"])} to 1 for somebody else): possibly a proxy.`,
  }),
  "sitter-unclear": (p) => ({
    vi: `Vẫn có thể người ngồi đó chính là học viên (${percent(p["posterior"])}); cần người xem ảnh.`,
    en: `The sitter may still be the trainee (${percent(p["posterior"])}); somebody must look at the picture.`,
  }),
  "face-not-a-sitters": (p) => ({
    vi: `Khuôn mặt giống học viên nhưng nhỏ chỉ bằng ${ratio(p["share"])} mặt người ngồi ở chỗ đó: có thể là hình trên tường, màn hình, hoặc không phải mặt. Cần người xem ảnh.`,
    en: `The face is like the trainee's but only ${ratio(p["share"])} as wide as a sitter's there: a picture on a wall or a screen, or no face at all. Somebody must look.`,
  }),
  "face-seen-once": (p) => ({
    vi: `Khuôn mặt giống học viên nhưng chỉ thấy ở một trong ${px(p["pictures"])} ảnh và không ở chỗ của học viên: chưa đủ để tính có mặt. Cần người xem ảnh.`,
    en: `The face is like the trainee's but was found in only one of ${px(p["pictures"])} pictures and not at the trainee's seat: too little for presence. Somebody must look.`,
  }),
  "face-unsure": () => ({
    vi: "Khuôn mặt giống học viên nhưng không ở chỗ của học viên, và máy không chắc đó là một khuôn mặt (có thể là tóc, bàn tay): chưa đủ để tính có mặt. Cần người xem ảnh.",
    en: "The face is like the trainee's but not at the trainee's seat, and it may be no face at all (hair, a hand): too little for presence. Somebody must look.",
  }),
  "sitter-seen-once": (p) => ({
    vi: `Mặt người ngồi ở chỗ này chỉ thấy ở một trong ${px(p["pictures"])} ảnh (cúi đầu, tay che ở các ảnh khác): có thể chính là học viên. Cần người xem ảnh.`,
    en: `This sitter's face was found in only one of ${px(p["pictures"])} pictures (head down, a hand in the others): it may be the trainee. Somebody must look.`,
  }),
  "face-cut-off": () => ({
    vi: "Mặt người ngồi ở chỗ này bị mép ảnh cắt mất một phần nên không giống ai chắc chắn: có thể chính là học viên. Cần người xem ảnh; nên chỉnh hướng camera.",
    en: "The picture's edge cuts off part of this sitter's face, so that it is surely like nobody: it may be the trainee. Somebody must look; turn the camera a little.",
  }),
  "face-may-be-covered": () => ({
    vi: "Khuôn mặt này không hiện rõ (cúi đầu, tay che, bị khuất): vẫn có thể là học viên; cần người xem ảnh.",
    en: "This face does not show clearly (head down, a hand, something in front): it may still be the trainee; somebody must look.",
  }),
  "may-have-exchanged": (p, name) => ({
    vi: `Ở chỗ của ${name(String(p["other"]))} lại có người chưa nhận ra: có thể hai học viên đã đổi chỗ cho nhau; cần người xem ảnh.`,
    en: `Somebody not recognised sits in the seat of ${name(String(p["other"]))}: the two trainees may have exchanged places; somebody must look.`,
  }),
  "left-seat-unseen": (p, name) => ({
    vi: `Chỗ của ${name(String(p["other"]))} không nhìn được trong lượt này: hai học viên có thể đã đổi chỗ cho nhau; không tính là vắng.`,
    en: `The seat of ${name(String(p["other"]))} could not be seen in this round: the two trainees may have exchanged places; not counted as absence.`,
  }),
  "may-be-the-unseen-sitter": (p) => ({
    vi: `Ở hàng ${p["row"]}, chỗ ${p["column"]} có người ngồi không rõ mặt mà không phải chủ chỗ đó: có thể là học viên này; cần người xem ảnh.`,
    en: `Somebody whose face cannot be read, and who is not its owner, sits in row ${p["row"]}, seat ${p["column"]}: it may be this trainee; somebody must look.`,
  }),
  "session-decides": (p) => ({
    vi: `Kết luận từ mọi lượt của buổi học xét chung; riêng lượt này: ${outcomes[String(p["was"])]?.vi ?? p["was"]}.`,
    en: `Decided on all rounds of the session together; this round alone: ${outcomes[String(p["was"])]?.en ?? p["was"]}.`,
  }),
  "session-doubts": (p) => ({
    vi: `Riêng lượt này là ${outcomes[String(p["was"])]?.vi ?? p["was"]}, nhưng xét chung mọi lượt của buổi học thì chưa chắc; cần người xem ảnh.`,
    en: `This round alone says ${outcomes[String(p["was"])]?.en ?? p["was"]}, but all rounds of the session together leave doubt; somebody must look.`,
  }),
  "rather-another": () => ({
    vi: "Riêng lượt này chưa chắc, nhưng xét chung mọi lượt của buổi học thì có lẽ người khác ngồi ở chỗ này:",
    en: "This round alone leaves it open, but all rounds of the session together rather show somebody else in this seat:",
  }),
  recomputed: (p) => ({
    vi: `Tính lại từ ảnh lưu trữ theo yêu cầu của ${p["by"]}: ${p["why"]}.`,
    en: `Recomputed from the archived pictures for ${p["by"]}: ${p["why"]}.`,
  }),
  "face-on-no-roster": (p) => ({
    vi: `Khuôn mặt (rộng ${px(p["widthPx"])} điểm ảnh) không khớp với học viên nào của lớp.`,
    en: `The face (${px(p["widthPx"])} px wide) matches no trainee of the class.`,
  }),
  "sits-for-absentee": (p, name) => ({
    vi: `Ngồi vào chỗ của ${name(String(p["other"]))}, người đang vắng: có thể là ngồi hộ.`,
    en: `Sits in the seat of ${name(String(p["other"]))}, who is absent: possibly a proxy.`,
  }),
  "may-sit-for": (p, name) => ({
    vi: `Ngồi ở chỗ của ${name(String(p["other"]))}, người chưa thấy ở đâu trong phòng: có thể là ngồi hộ, cũng có thể chính là học viên đó; cần người xem ảnh.`,
    en: `Sits in the seat of ${name(String(p["other"]))}, who was not found in the room: possibly a proxy, possibly that trainee; somebody must look.`,
  }),
};

/** The sentence of a reason; `nameOf` gives a trainee's name. Throws `RangeError` for a code without words. */
export function reasonWords(reason: Reason, nameOf: (id: TraineeId) => string): Bilingual {
  const say = words[reason.code];
  if (say === undefined) throw new RangeError(`no words for reason ${reason.code}`);
  return say(reason.params, (id) => nameOf(id as TraineeId));
}
