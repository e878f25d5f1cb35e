import type { CourseId, UnitId } from "../../services/types.ts";
import type { Db } from "../client.ts";

/** One paper of one course, or of one of its rooms. */
export interface InputKey {
  item: string;
  part: string;
}

export interface LateInput extends InputKey {
  deadline: Date;
  article: string;
  /** Null while it is missing. */
  arrivedAt: Date | null;
}

/** Notes what is late now; what was noted and is late no more keeps its row, withdrawn. Call in the transaction of the look. */
export async function noteLateInputs(
  db: Db,
  courseId: CourseId,
  unitId: UnitId,
  late: readonly LateInput[],
  at: Date,
): Promise<void> {
  for (const each of late) {
    await db
      .insertInto("lateInput")
      .values({ ...each, courseId, unitId, notedAt: at })
      .onConflict((c) =>
        c.columns(["courseId", "item", "part"]).doUpdateSet((e) => ({
          arrivedAt: e.ref("excluded.arrivedAt"),
          // The deadline it was noted under stays, unless it was withdrawn meanwhile.
          deadline: e
            .case()
            .when("lateInput.withdrawnAt", "is", null)
            .then(e.ref("lateInput.deadline"))
            .else(e.ref("excluded.deadline"))
            .end(),
          withdrawnAt: null,
        })),
      )
      .execute();
  }
  const known = await db
    .selectFrom("lateInput")
    .select(["item", "part"])
    .where("courseId", "=", courseId)
    .where("withdrawnAt", "is", null)
    .execute();
  for (const { item, part } of known) {
    if (late.some((each) => each.item === item && each.part === part)) continue;
    await db
      .updateTable("lateInput")
      .set({ withdrawnAt: at })
      .where("courseId", "=", courseId)
      .where("item", "=", item)
      .where("part", "=", part)
      .execute();
  }
}

/** What units sent late or still owe, by unit and course; withdrawn rows are left out. */
export async function lateInputs(db: Db) {
  return db
    .selectFrom("lateInput")
    .innerJoin("unit", "unit.id", "lateInput.unitId")
    .innerJoin("course", "course.id", "lateInput.courseId")
    .innerJoin("campus", "campus.id", "course.campusId")
    .select([
      "unit.code as unitCode",
      "unit.name as unitName",
      "course.code as courseCode",
      "campus.timeZone as zone",
      "item",
      "part",
      "deadline",
      "article",
      "notedAt",
      "arrivedAt",
    ])
    .where("withdrawnAt", "is", null)
    .orderBy("unit.code")
    .orderBy("course.code")
    .orderBy("deadline")
    .execute();
}
