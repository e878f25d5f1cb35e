import type { Rules } from "../services/types.ts";

/**
 * The institution's defaults: data a deployment replaces by its own file (`SISO_INSTITUTION_FILE`), never constants in code.
 * Sources: N = NAPA classroom-camera regulation, L = Lai Châu rule; articles in brackets.
 */
export const defaultRules: Rules = {
  periodMinutes: 45, // L Đ5.2
  periodsPerSession: 4, // L Đ5.2
  breakMinutes: 20, // L Đ5.2: at most 20, once, mid-session
  shiftStarts: { morning: "08:00", afternoon: "14:00", evening: "19:30" }, // L Đ5.3
  roundsPerSession: 2, // N Đ6: at least two
  minRoundSpacingMinutes: 20,
  edgeMarginMinutes: 5,
  breakMarginMinutes: 3,
  preflightMinutesBefore: 30, // L Đ5.3, Đ9.2
  burst: { pictures: 3, spacingSeconds: 3 },
  minSightings: 1, // the texts are silent: configurable, printed in each report
  retentionYears: 5, // N Đ6
  reportDaysBeforeExam: 3, // N Đ7.1 says "before"; how long before is the office's choice
};
