import { facePerColumnPitch, markedSeats } from "../fixtures/campus/rooms.ts";
import type { CameraModel, CameraSpot } from "../fixtures/scenes/camera-model.ts";
import { standardCamera, standardRoom } from "../fixtures/scenes/camera-model.ts";
import { renderBurst, renderEmptyRoom } from "../fixtures/scenes/render-scene.ts";
import type { RoomModel } from "../fixtures/scenes/room-model.ts";
import type { SceneSpec } from "../fixtures/scenes/scene-types.ts";
import type { FacePack, SeatWatch } from "../services/ports.ts";
import { occupancyOf } from "../services/rollcall/occupancy.ts";
import type { CameraRound, ProjectedSeat } from "../services/rollcall/round-input.ts";
import { fitSeatPlane, seatsOnPlane } from "../services/seating/seat-plane.ts";
import type { CameraId, SeatRef, SnapshotId } from "../services/types.ts";
import type { SeededRandom } from "./rollcall-random.ts";
import { seatNear } from "./rollcall-sitting.ts";
import type { Library, StockFace } from "./rollcall-stock.ts";

export interface RenderedRoom {
  name: string;
  model: RoomModel;
  cameras: CameraModel[];
}

/** Whatever looks at the rendered pictures. */
export interface Readers {
  pack: FacePack;
  stock: Library;
  seatWatch: SeatWatch;
}

function roomOf(
  name: string,
  size: { rows: number; columns: number; frontToBack: number },
  spots: readonly CameraSpot[],
  view: { resolution: "1080p" | "4k"; frontFacePx: number },
): RenderedRoom {
  const model = standardRoom({ ...size, id: name, seed: name.length });
  return { name, model, cameras: spots.map((spot) => standardCamera(model, { id: spot, spot, ...view })) };
}

/** From 24 to 64 seats, faces of 16 to 90 px. */
export const renderedRooms: readonly RenderedRoom[] = [
  roomOf("rendered-small", { rows: 5, columns: 6, frontToBack: 3 }, ["front-centre"], {
    resolution: "1080p",
    frontFacePx: 75,
  }),
  roomOf("rendered-two-cameras", { rows: 7, columns: 6, frontToBack: 3 }, ["front-left", "front-right"], {
    resolution: "1080p",
    frontFacePx: 70,
  }),
  roomOf("rendered-4k", { rows: 8, columns: 8, frontToBack: 3 }, ["front-centre"], {
    resolution: "4k",
    frontFacePx: 45,
  }),
  roomOf("rendered-far", { rows: 7, columns: 6, frontToBack: 3 }, ["front-centre"], {
    resolution: "1080p",
    frontFacePx: 48,
  }),
];

const BURST = { pictures: 3, spacingSeconds: 2 };
interface Setting {
  room: RenderedRoom;
  spec: SceneSpec;
  round: number;
  chosen: readonly SeatRef[];
  dark: boolean;
  random: SeededRandom;
}

/** What one camera gives of a round: seats as an officer's marks place them, to within two pixels. */
export async function photograph(
  { room, spec, round, chosen, dark, random }: Setting,
  { pack, stock, seatWatch }: Readers,
): Promise<{ camera: CameraRound; stock: StockFace[] }> {
  const cameraId = spec.camera.id as CameraId;
  const seats = seatsOf(room, spec.camera, chosen, random);
  const rest = { cameraId, seats, frontZone: null };
  if (dark) {
    const status = { ok: false, reason: "unreachable" } as const;
    return { camera: { ...rest, status, pictures: [], occupancy: [] }, stock: [] };
  }
  const empty = (await renderEmptyRoom(spec)).jpeg;
  const burst = await renderBurst(spec, BURST.pictures, BURST.spacingSeconds);
  const pictures: CameraRound["pictures"] = [];
  const differences: Awaited<ReturnType<SeatWatch["compare"]>>[] = [];
  const found: StockFace[] = [];
  for (const [shot, { jpeg }] of burst.entries()) {
    const { widthPx, heightPx, faces } = await pack.analyse(jpeg);
    const snapshotId = `${cameraId}-${round}-${shot}` as SnapshotId;
    pictures.push({ snapshotId, widthPx, heightPx, faces });
    differences.push(await seatWatch.compare(jpeg, empty, seats));
    for (const { box, descriptor } of shot === 0 ? await stock(jpeg) : []) {
      const seat = seatNear(seats, box.x + box.width / 2, box.y + box.height / 2);
      found.push({ seat, descriptor });
    }
  }
  const occupancy = occupancyOf(differences);
  return { camera: { ...rest, status: { ok: true }, pictures, occupancy }, stock: found };
}

function seatsOf(
  { name, model, cameras }: RenderedRoom,
  camera: CameraModel,
  chosen: readonly SeatRef[],
  random: SeededRandom,
): ProjectedSeat[] {
  const campus = {
    code: name,
    name,
    model,
    cameras: cameras.map((one) => ({ model: one, route: "snapshot" as const })),
  };
  const points = markedSeats(campus, camera).map(({ row, column, x, y }) => ({
    seat: { row, column },
    x: x + 2 * random.gauss(),
    y: y + 2 * random.gauss(),
  }));
  const plane = fitSeatPlane(points, model.aislesAfter);
  const refs = chosen.map(({ row, column }) => ({ row, column }));
  return seatsOnPlane(plane, refs, { perColumnPitch: facePerColumnPitch(campus, camera) });
}
