import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drillPortrait } from "../../../fixtures/drill/drill-cameras.ts";
import { drillCourse, drillEndsAt } from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { openDrill, type Drill } from "../../../fixtures/drill/open-drill.ts";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { walk } from "../../../fixtures/drill/walk.ts";
import { collectionOf, keptPeople } from "../../../db/queries/collections.ts";
import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { marksOfSession, sessionMarksOf, strangersOfRound } from "../../../db/queries/marks.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import { proposeForCourse } from "../../../workers/enrolment/proposals.ts";
import { openGalleries } from "../../../workers/jobs/templates.ts";
import type { FacePack } from "../../ports.ts";
import type { PackId, TraineeId } from "../../types.ts";
import { loadMark } from "../explain/load-story.ts";
import { markText } from "../explain/mark-text.ts";
import { enrol } from "./run-enrol.ts";

let faces: FacePack;
let drill: Drill;
let course: Course;

const afterFirst = new Date("2026-09-07T12:00:00+07:00");
const typed = (more: object = {}) => ({ course: course.code, by: "Lê Thị Trực", ...more });

async function ordinals(): Promise<Map<string, number>> {
  const roster = await rosterAt(drill.ctx.db, course.id, drill.clock.now());
  return new Map(roster?.trainees.map(({ id, ordinal }) => [id, ordinal]));
}

async function proposed(): Promise<number[]> {
  return (await proposeForCourse(drill.ctx, course.id)).proposals.map(({ trainee }) => trainee.ordinal);
}

beforeAll(async () => {
  faces = await openDrillFaces();
  drill = await openDrill(faces);
  course = await sendPapers(drill.ctx, drillCourse(), undefined, "without-portraits");
}, 300_000);

afterAll(async () => {
  await drill.close();
  await faces.close();
});

describe("a class without a single portrait", () => {
  it("keeps nothing unless a collection was opened on a stated basis", async () => {
    await expect(enrol(drill.ctx, "collect", [], typed())).rejects.toThrow(/--basis/);
    await expect(enrol(drill.ctx, "propose", [], typed())).rejects.toMatchObject({ code: "not-found" });
    const { text } = await enrol(drill.ctx, "collect", [], typed({ basis: "Thông báo 12/TB-HV" }));
    expect(text).toMatch(/12\/TB-HV/);
    expect((await enrol(drill.ctx, "collect", [], typed({ basis: "x" }))).text).toMatch(/Đang mở/);
  });

  it("is not observable and never absent, and keeps one sealed vector for each person after the session", async () => {
    await walk(drill.ctx, drill.clock, afterFirst);
    const [first] = await sessionsOfCourse(drill.ctx.db, course.id);
    const marks = await marksOfSession(drill.ctx.db, first!.id);
    expect(new Set(marks.map(({ outcome }) => outcome))).toEqual(new Set(["not-observable"]));
    expect(new Set(marks.map(({ reasons }) => reasons[0]?.code))).toEqual(new Set(["no-template"]));
    const collection = await collectionOf(drill.ctx.db, course.id);
    expect(await keptPeople(drill.ctx.db, collection!.id, faces.id)).toHaveLength(5);
    const probes = await drill.ctx.db.selectFrom("probeEmbedding").select("faceId").execute();
    expect(probes).toEqual([]);
  });

  it("proposes each sitter for the trainee of the seat, with a picture, and enrols nobody by itself", async () => {
    const out = join(drill.place.folder, "sheet.png");
    const { text } = await enrol(drill.ctx, "propose", [], typed({ out }));
    expect(text).toMatch(/STT 5 /);
    expect(await proposed()).toEqual([1, 2, 3, 4, 5]);
    expect((await stat(out)).size).toBeGreaterThan(20_000);
    expect(await drill.ctx.db.selectFrom("template").select("id").execute()).toEqual([]);
    await expect(enrol(drill.ctx, "confirm", ["6"], typed())).rejects.toThrow(/STT 6/);
  });

  it("remembers “not this person” also when the same face comes again", async () => {
    await enrol(drill.ctx, "reject", ["1"], typed());
    expect(await proposed()).toEqual([2, 3, 4, 5]);
  });

  it("enrols whom a person confirms, who is then recognised in the next session", async () => {
    expect((await enrol(drill.ctx, "confirm", ["2", "3"], typed())).text).toMatch(/✓ STT 3/);
    const dir = join(drill.place.folder, "anh-5");
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "5.jpg"), await drillPortrait(4, 220));
    await enrol(drill.ctx, "folder", [dir], typed({ confirm: true }));
    await expect(enrol(drill.ctx, "erase", [], typed({ trainee: "3", confirm: true }))).rejects.toThrow(
      "--why",
    );
    const withdrawn = typed({ trainee: "3", confirm: true, why: "đơn rút đồng ý" });
    expect((await enrol(drill.ctx, "erase", [], withdrawn)).text).toMatch(/không bao giờ là vắng/);
    expect((await enrol(drill.ctx, "erase", [], withdrawn)).text).toMatch(/đã rút đồng ý trước đó/);
    await walk(drill.ctx, drill.clock, drillEndsAt);
    const [, second] = await sessionsOfCourse(drill.ctx.db, course.id);
    const byOrdinal = await ordinals();
    const marks = await marksOfSession(drill.ctx.db, second!.id);
    const present = marks.filter(({ outcome }) => outcome === "present");
    expect(new Set(present.map(({ traineeId }) => byOrdinal.get(traineeId)))).toEqual(new Set([2, 5]));
    // Consent withdrawn before the session: sits there, is not looked for, and is not absent because of it.
    const three = marks.filter(({ traineeId }) => byOrdinal.get(traineeId) === 3);
    expect(three.map(({ outcome, reasons }) => `${outcome} ${reasons[0]?.code}`)).toEqual([
      "not-observable declined-biometrics",
      "not-observable declined-biometrics",
    ]);
    const text = markText(await loadMark(drill.ctx.db, three[0]!.id));
    expect(text).toContain("cán bộ xem ảnh ghi kết quả");
    const outcomes = await sessionMarksOf(drill.ctx.db, second!.id);
    const session = outcomes.find(({ traineeId }) => byOrdinal.get(traineeId) === 3);
    expect(session?.outcome).toBe("not-observable");
    for (const { id } of await roundsOfSession(drill.ctx.db, second!.id)) {
      // Whoever sits where nobody can be recognised is no stranger.
      expect(await strangersOfRound(drill.ctx.db, id)).toEqual([]);
    }
    expect(marks.some(({ outcome }) => outcome === "absent")).toBe(false);
    // The rejected face came again and is still not proposed for the trainee of its seat; the enrolled are not kept again.
    expect(await proposed()).toEqual([4, 5]);
  });

  it("offers the faces of whom a portrait recognised as well, to add to it, and no longer once they are added", async () => {
    const out = join(drill.place.folder, "sheet.png");
    const { text } = await enrol(drill.ctx, "propose", [], typed({ out }));
    expect(text).toMatch(/✓ STT 5 .*bổ sung cho ảnh đã đăng ký/);
    expect(text).not.toMatch(/STT 4 .*ảnh đã đăng ký/);
    const five = [...(await ordinals())].find(([, ordinal]) => ordinal === 5)![0] as TraineeId;
    const count = async () => (await openGalleries(drill.ctx, [course.id]))[0]?.templates.get(five)?.length;
    expect(await count()).toBe(1);
    await enrol(drill.ctx, "confirm", ["5"], typed());
    expect(await count()).toBe(2);
    expect(await proposed()).toEqual([4]);
  });

  it("erasing a person takes the key, the template and the kept faces, for good", async () => {
    const { proposals } = await proposeForCourse(drill.ctx, course.id);
    const four = proposals[0]!;
    await enrol(drill.ctx, "erase", [], typed({ trainee: "4", confirm: true, why: "đơn rút đồng ý" }));
    await enrol(drill.ctx, "erase", [], typed({ trainee: "2", confirm: true, why: "đơn rút đồng ý" }));
    const collection = await collectionOf(drill.ctx.db, course.id);
    const kept = await keptPeople(drill.ctx.db, collection!.id, faces.id);
    expect(kept.map(({ id }) => id)).not.toEqual(expect.arrayContaining(four.kept.map(({ id }) => id)));
    expect(await proposed()).toEqual([]);
    const [gallery] = await openGalleries(drill.ctx, [course.id]);
    expect(gallery?.templates.size).toBe(1);
    const { text } = await enrol(drill.ctx, "list", [], typed());
    expect(text).toMatch(/declined/);
  });

  it("a collection that ends leaves nothing that could be opened", async () => {
    await drill.ctx.db.updateTable("faceCollection").set({ closesAt: drill.clock.now() }).execute();
    await walk(drill.ctx, drill.clock, new Date(drill.clock.now().getTime() + 60_000));
    expect(await collectionOf(drill.ctx.db, course.id)).toBeNull();
    const kept = await drill.ctx.db.selectFrom("keptPerson").select("id").execute();
    expect(kept).toEqual([]);
    const keys = await drill.ctx.db.selectFrom("faceCollection").select("keySealed").execute();
    expect(keys).toEqual([{ keySealed: null }]);
  });
});

describe("portraits from a folder", () => {
  it("enrols or reports every file, holds back what does not fit, and lets a person accept it", async () => {
    const dir = join(drill.place.folder, "anh");
    await mkdir(join(dir, "5"), { recursive: true });
    await writeFile(join(dir, "1.jpg"), await drillPortrait(0, 240));
    await writeFile(join(dir, "5", "1.jpg"), await drillPortrait(4, 240));
    await writeFile(join(dir, "5", "2.jpg"), await drillPortrait(7, 240));
    await writeFile(join(dir, "6.jpg"), await drillPortrait(0, 240));
    await writeFile(join(dir, "4.jpg"), await drillPortrait(3, 240));
    await writeFile(join(dir, "99.jpg"), await drillPortrait(5, 240));
    await writeFile(join(dir, "ghi-chu.txt"), "x");
    const preview = await enrol(drill.ctx, "folder", [dir], typed());
    expect(preview.text.match(/would be taken/g)).toHaveLength(4);
    const { text, ok } = await enrol(drill.ctx, "folder", [dir], typed({ confirm: true }));
    expect(ok).toBe(false);
    expect(text).toMatch(/enrolled {2}1\.jpg/);
    expect(text).toMatch(/held back {2}5\/2\.jpg.*\n.*earlier photo/);
    expect(text).toMatch(/held back {2}6\.jpg.*\n.*another trainee/);
    expect(text).toMatch(/not taken {2}4\.jpg.*\n.*declined/);
    expect(text).toMatch(/not taken {2}99\.jpg\n.*no number 99/);
    expect(text).toMatch(/not taken {2}ghi-chu\.txt/);
    expect((await enrol(drill.ctx, "folder", [dir], typed({ confirm: true }))).text).toMatch(
      /known {2}1\.jpg/,
    );
    const json = JSON.parse((await enrol(drill.ctx, "list", [], typed({ json: true }))).text) as {
      ordinal: number;
      state: string;
      portraits: { id: string; enrolled: boolean }[];
    }[];
    const six = json.find(({ ordinal }) => ordinal === 6)!;
    expect(six.state).toBe("held-back");
    const id = six.portraits[0]!.id.slice(0, 8);
    await enrol(drill.ctx, "accept", [id], typed({ why: "chị em sinh đôi" }));
    await expect(enrol(drill.ctx, "accept", [id], typed({ why: "lần nữa" }))).rejects.toThrow(/held back/i);
  });
});

it("a template of another pack is invisible to this one", async () => {
  const own = (await openGalleries(drill.ctx, [course.id]))[0]?.templates.size;
  expect(own).toBeGreaterThan(0);
  const other = { ...drill.ctx, faces: { ...faces, id: "other-1" as PackId } };
  expect((await openGalleries(other, [course.id]))[0]?.templates.size).toBe(0);
});
