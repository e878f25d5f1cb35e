import { z } from "zod";

/**
 * Two lanes, each a queue of its own, because a picture must be taken at its instant whatever else is going on:
 * `light` waits on cameras and the database and runs many at a time; `heavy` fills the processor and runs few, so a
 * backlog of recognition never stands in front of a capture. A lane per job would only split one processor further.
 */
export const lanes = ["light", "heavy"] as const;
export type Lane = (typeof lanes)[number];

const payload = z.strictObject({ rowId: z.guid() });

/** Every job there is: its lane, what it carries, and how often it is tried before the sweep has to ring again. */
export const jobs = {
  "judge-portrait": { lane: "heavy", payload, attempts: 3 },
  "plan-session": { lane: "light", payload, attempts: 5 },
  preflight: { lane: "light", payload, attempts: 3 },
  "capture-round": { lane: "light", payload, attempts: 5 },
  "recognise-round": { lane: "heavy", payload, attempts: 3 },
  "close-session": { lane: "light", payload, attempts: 5 },
  "review-room": { lane: "light", payload, attempts: 3 },
  "end-collection": { lane: "light", payload, attempts: 5 },
  "build-report": { lane: "heavy", payload, attempts: 3 },
  "checkpoint-log": { lane: "light", payload, attempts: 3 },
  "check-course": { lane: "light", payload, attempts: 3 },
  "read-mail": { lane: "heavy", payload, attempts: 3 },
  "send-mail": { lane: "light", payload, attempts: 3 },
  "copy-objects": { lane: "light", payload, attempts: 3 },
  "check-fixity": { lane: "light", payload, attempts: 3 },
} as const satisfies Record<string, { lane: Lane; payload: z.ZodType<{ rowId: string }>; attempts: number }>;

export type JobName = keyof typeof jobs;
