/** How sure a machine must be, and what it believes before looking. Part of the rule version in force. */
export interface DecisionSettings {
  /** Share of trainees expected to be there. */
  priorPresent: number;
  /** Share of those present who sit in their own seat. */
  priorOwnSeat: number;
  /** Natural-log bound on what a seat may add to a face's evidence, either way. */
  seatBound: number;
  /** Unknown people expected per seat. */
  priorStranger: number;
  /** Present but without a readable face in a whole burst: head down, covered, turned away. */
  priorUnreadable: number;
  /** Posterior from which a mark is present. */
  presentAt: number;
  /** Least natural-log likelihood ratio of the face alone: a seat never makes present. */
  faceFloor: number;
  /** Posterior from which a mark is absent, the seat being seen empty. */
  absentAt: number;
  /** The same when somebody else's readable face is in the seat. */
  proxyAt: number;
  /** Occupancy from which a seat without a readable face is taken, and nobody absent. */
  takenAbove: number;
  /** Faces narrower than this are not readable: unresolved ones are not observable instead of to review. */
  readableWidthPx: number;
  /** Seats are used at all; false is the benchmark's "without seats". */
  useSeats: boolean;
}

export const defaultDecision: DecisionSettings = {
  priorPresent: 0.85,
  priorOwnSeat: 0.92,
  seatBound: 2.5,
  priorStranger: 0.03,
  priorUnreadable: 0.06,
  presentAt: 0.95,
  faceFloor: 0.5,
  absentAt: 0.95,
  proxyAt: 0.78,
  takenAbove: 0.8,
  readableWidthPx: 18,
  useSeats: true,
};
