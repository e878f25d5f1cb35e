import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drillAbsentee } from "../fixtures/drill/drill-course.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../fixtures/drill/open-drill.ts";
import { walk } from "../fixtures/drill/walk.ts";
import { writeOwnPack } from "../fixtures/packs/own-pack.ts";
import { sessionMarksOf } from "../db/queries/marks.ts";
import { sessionsOfCourse } from "../db/queries/sessions.ts";
import { modelsDir } from "../services/cli/setup/prepare.ts";
import { faceApi1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import { calibrationOf } from "../services/rollcall/packs.ts";
import type { Context } from "./context.ts";
import { openPack, rememberPack } from "./open-pack.ts";

const libraryModels = fileURLToPath(new URL("../node_modules/@vladmandic/face-api/model", import.meta.url));

let ownDir: string;
beforeAll(async () => {
  ownDir = await mkdtemp(join(tmpdir(), "siso-packs-"));
});
afterAll(() => rm(ownDir, { recursive: true }));

/** The drill's first session, held and closed with a pack; its marks by outcome. */
async function heldWith(drill: Drill, pack: Pick<Context, "faces" | "calibration">) {
  const ctx = { ...drill.ctx, ...pack };
  const course = await sendPapers(ctx);
  const [session] = await sessionsOfCourse(ctx.db, course.id);
  if (session === undefined) throw new Error("the drill has no session");
  await walk(ctx, drill.clock, new Date(session.frame.endsAt.getTime() + 60_000));
  const marks = await sql<{
    packId: string;
    outcome: string;
    ordinal: number;
    best: string | null;
    traineeId: string;
  }>`
    select m.pack_id, m.outcome, e.ordinal, m.trainee_id, m.alternatives -> 0 ->> 'traineeId' as best, m.reasons
    from mark m join roster_entry e on e.trainee_id = m.trainee_id order by e.ordinal`.execute(ctx.db);
  return { marks: marks.rows, session: await sessionMarksOf(ctx.db, session.id) };
}

test("a session is decided with faceapi-1 from end to end, and its marks say so", async () => {
  const faces = await loadPack(faceApi1Manifest, libraryModels);
  const drill = await openDrill(faces);
  try {
    const { marks, session } = await heldWith(drill, { faces, calibration: calibrationOf(faces.id) });
    expect(new Set(marks.map(({ packId }) => packId))).toEqual(new Set(["faceapi-1"]));
    const refused = await drill.ctx.db
      .selectFrom("portrait")
      .select("refusal")
      .where("refusal", "is not", null)
      .execute();
    expect(refused).toEqual([]);
    const byTrainee = marks.map(({ ordinal, outcome }) => `${ordinal} ${outcome}`);
    const present = [1, 2, 3, 4, 5].map((ordinal) => `${ordinal} present`);
    expect(new Set(byTrainee)).toEqual(new Set([...present, `${drillAbsentee} absent`]));
    expect(session.map(({ outcome }) => outcome).toSorted()).toEqual([
      "absent",
      ...present.map(() => "present"),
    ]);
  } finally {
    await drill.close();
    await faces.close();
  }
});

test("with an institution's own pack nobody measured every mark is a proposal; changed weights are refused under its name", async () => {
  await writeOwnPack(ownDir, "hv-1");
  const config = { modelPack: "hv-1" as never, modelPacksDir: ownDir };
  const drill = await openDrill();
  try {
    const pack = await openPack(config, drill.ctx.db, modelsDir);
    const { marks, session } = await heldWith(drill, pack);
    await pack.faces.close();
    expect(new Set(marks.map(({ packId }) => packId))).toEqual(new Set(["hv-1"]));
    expect(new Set(marks.map(({ outcome }) => outcome))).toEqual(new Set(["review"]));
    expect(new Set(session.map(({ outcome }) => outcome))).toEqual(new Set(["review"]));
    // Who it probably is, is proposed all the same.
    const seated = marks.filter(({ ordinal }) => ordinal !== drillAbsentee);
    expect(seated.filter(({ best, traineeId }) => best === traineeId)).toHaveLength(seated.length);

    await rememberPack(config, drill.ctx.db, modelsDir);
    await rm(join(ownDir, "hv-1"), { recursive: true });
    await writeOwnPack(ownDir, "hv-1", (manifest) => ({
      ...manifest,
      recogniser: { ...(manifest["recogniser"] as object), channels: "rgb" },
    }));
    await expect(openPack(config, drill.ctx.db, modelsDir)).rejects.toThrow(
      /another recogniser or preparation/,
    );
  } finally {
    await drill.close();
  }
});
