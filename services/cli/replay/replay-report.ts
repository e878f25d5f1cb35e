import type { Course } from "../../../db/queries/courses.ts";
import type { ReplayedSession } from "../../../workers/replay/replay-session.ts";

/** What a replay found, with what its words need. */
export interface ReplayReport {
  course: Course;
  pack: string;
  replayed: ReplayedSession[];
  /** By trainee id. */
  people: Map<string, { ordinal: number; fullName: string }>;
  written: boolean;
}
