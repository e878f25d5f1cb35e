import type { Course } from "../../../db/queries/courses.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import type { SessionFigures } from "./compare-with-truth.ts";

export interface TourPicture {
  session: Session;
  takenAt: Date;
  path: string;
}

const shifts = { morning: "sáng", afternoon: "chiều", evening: "tối" };

/** One page, no script, nothing from outside. */
export function tourPage(
  course: Course,
  sessions: SessionFigures[],
  pictures: TourPicture[],
  reports: string[],
): string {
  const items = sessions.map((one) => {
    const { session, right, wrong, notObservable, roundsValid, roundsPlanned } = one;
    const shown = pictures.filter((picture) => picture.session.id === session.id);
    const time = (at: Date) => at.toLocaleTimeString("vi-VN", { timeZone: session.timeZone });
    return `<section><h2>${text(`${session.day} ${shifts[session.shift]} · ${session.roomName}`)}</h2>
<p>${text(session.topic)}. Lượt điểm danh đạt ${roundsValid}/${roundsPlanned}; đúng ${right}, sai ${wrong}, không rõ ${notObservable}.</p>
${shown.map(({ path, takenAt }) => `<figure><a href="${path}"><img src="${path}" alt=""></a><figcaption>${time(takenAt)}</figcaption></figure>`).join("\n")}</section>`;
  });
  return `<!doctype html>
<html lang="vi"><meta charset="utf-8"><title>Sĩ số: ${text(course.name)}</title>
<style>body{font:16px/1.5 sans-serif;max-width:1300px;margin:2rem auto;padding:0 1rem;color:#222}
figure{display:inline-block;width:48%;margin:0 1% 1rem 0}img{width:100%;border-radius:4px}figcaption{color:#666}
.key span{display:inline-block;padding:0 .5em;margin-right:.5em;border:3px solid}</style>
<h1>${text(course.name)}</h1>
<p>Khóa học mô phỏng: phòng học, khuôn mặt và camera đều dựng bằng máy; ảnh dưới đây là bản sao có vẽ khung, ảnh gốc nằm trong kho lưu trữ.</p>
<p class="key"><span style="border-color:#37b24d">có mặt, đúng chỗ</span><span style="border-color:#4dabf7">có mặt, sai chỗ</span><span style="border-color:#f59f00">chờ duyệt</span><span style="border-color:#868e96">vắng, chỗ trống</span><span style="border-color:#f03e3e">người lạ</span></p>
<h2>Báo cáo</h2><ul>${reports.map((path) => `<li><a href="${encodeURI(path)}">${text(path)}</a></li>`).join("")}</ul>
${items.join("\n")}
</html>
`;
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
