import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { openAlarms, type OpenAlarm } from "../../../db/queries/alarms.ts";
import { allRooms, camerasOfRoom } from "../../../db/queries/campus.ts";
import { cameraViewsAt, type CameraView } from "../../../db/queries/views.ts";
import { openDatabaseIfAny } from "../open-database.ts";
import { isHidden } from "../../seating/seat-sights.ts";
import { neverSeenLine, neverSeenSeats } from "./never-seen.ts";
import { seatName } from "./seat-text.ts";

/** As typed. */
export interface ListOptions {
  json?: boolean;
}

/** Every room with its cameras, and what is known of the seats in their pictures. */
export async function listRooms(
  options: ListOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  const opened = await openDatabaseIfAny(readConfig(env, thisMachine));
  if (opened === null)
    return "Chưa có dữ liệu; chạy ./siso start một lần. · No data yet; run ./siso start once.";
  try {
    const rooms = await roomRows(opened.db, new Date());
    return options.json ? JSON.stringify(rooms, null, 2) : rooms.flatMap(roomLines).join("\n");
  } finally {
    await opened.close();
  }
}

async function roomRows(db: Db, at: Date) {
  const alarms = await openAlarms(db);
  const rooms = [];
  for (const room of await allRooms(db)) {
    const views = await cameraViewsAt(db, room.id, at);
    const cameras = [];
    for (const { id, code, host, port, presetToken } of await camerasOfRoom(db, room.id)) {
      const view = views.find(({ cameraId }) => cameraId === id);
      cameras.push({
        code,
        address: `${host}:${port}`,
        preset: presetToken,
        view: viewRow(view),
        neverSeen: await neverSeenSeats(db, room.id, view?.seatSights ?? [], at),
        alarms: alarms.filter(({ subject }) => subject === id).map(alarmWords),
      });
    }
    rooms.push({ campus: room.campusCode, code: room.code, name: room.name, cameras });
  }
  return rooms;
}

function viewRow(view: CameraView | undefined) {
  if (view === undefined) return null;
  return {
    effectiveAt: view.effectiveAt.toISOString(),
    source: view.source,
    confirmedBy: view.confirmedBy,
    marks: view.markedSeats.length,
    seatsSeen: view.seenSeats.length,
    hidden: view.seatSights.filter((seat) => isHidden(seat, view.seatSights)).map(seatName),
  };
}

const sources = {
  institution: "tệp mô tả học viện · institution file",
  officer: "khảo sát · survey",
  machine: "khảo sát, máy tinh chỉnh theo khuôn mặt · survey, refined from faces",
} as const;

function roomLines({ campus, code, name, cameras }: Awaited<ReturnType<typeof roomRows>>[number]): string[] {
  return [
    `${code} · ${name} (${campus})`,
    ...cameras.flatMap(({ code: camera, address, preset, view, neverSeen, alarms }) => [
      `  ${camera} ${address}${preset === null ? "" : ` · vị trí · preset ${preset}`}`,
      view === null
        ? "    ✗ chưa đánh dấu chỗ ngồi: ./siso room survey · seats not marked yet"
        : `    ${view.marks} điểm · marks, từ · from ${view.effectiveAt}, ${sources[view.source]}${view.hidden.length > 0 ? `; bị che · hidden: ${view.hidden.join(" ")}` : ""}`,
      ...neverSeen.map((each) => `    ${neverSeenLine(each)}`),
      ...alarms.map((words) => `    ! ${words}`),
    ]),
  ];
}

function alarmWords({ code, detail }: OpenAlarm): string {
  if (code === "view-moved") {
    return `khuôn mặt lệch chỗ ${detail["widths"]} lần bề rộng mặt: camera bị xê dịch? Khảo sát lại. · faces are ${detail["widths"]} face widths off: was the camera moved? Survey again.`;
  }
  if (code === "seat-never-seen") {
    return `chưa từng thấy ai ở ${detail["seats"]}: xem ảnh rồi ghi ./siso room seat --hidden hoặc --visible; đến lúc đó kết quả ở các chỗ này cần người xem · nobody was ever seen there: look, then say which; until then marks there go to a person`;
  }
  return `${code} ${JSON.stringify(detail)}`;
}
