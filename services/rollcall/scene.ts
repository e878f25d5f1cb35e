import type { Calibration } from "./calibration.ts";
import type { Evidence, MemberView } from "./evidence.ts";
import type { Person } from "./persons.ts";
import type { CourseGallery } from "./round-input.ts";
import type { SeatKey } from "./seats.ts";
import type { DecisionSettings } from "./settings.ts";

/** All that was weighed; every verdict reads from here. */
export interface Scene {
  members: MemberView[];
  persons: Person[];
  evidence: Evidence;
  /** Per member whose seat a classmate took, the seat the classmate left. */
  exchanged: ReadonlyMap<number, SeatKey>;
  /** Per member the person chosen by the best assignment, or -1. */
  chosen: number[];
  /** Per member and person. */
  posterior: number[][];
  settings: DecisionSettings;
  calibration: Calibration;
  otherCourses: CourseGallery[];
}
