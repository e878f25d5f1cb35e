/** How sure a machine must be, and what it believes before looking. Part of the rule version in force. */
export interface DecisionSettings {
  /** Share of trainees expected to be there. */
  priorPresent: number;
  /** Share of those present who sit in their own seat. */
  priorOwnSeat: number;
  /** Natural-log bound on what a seat may add to a face's evidence, either way. */
  seatBound: number;
  /** Unknown people expected per seat, and at no seat in a whole room. */
  priorStranger: number;
  priorWalkers: number;
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
  /** Seats where faces are narrower than this cannot be observed. */
  readableWidthPx: number;
  /** Unresolved faces of less effective width than this are not observable instead of to review: nobody could read them. */
  readableEffectivePx: number;
  /** Seats are used at all; false is the benchmark's "without seats". */
  useSeats: boolean;
  /** Whether a trainee without a chart seat may be absent for not being seen anywhere; else nobody could have looked. */
  absentWithoutSeat: boolean;
}

export const defaultDecision: DecisionSettings = {
  priorPresent: 0.85,
  priorOwnSeat: 0.92,
  seatBound: 3,
  priorStranger: 0.08,
  priorWalkers: 2,
  priorUnreadable: 0.06,
  presentAt: 0.8,
  faceFloor: 0.3,
  absentAt: 0.9,
  proxyAt: 0.75,
  takenAbove: 0.8,
  readableWidthPx: 18,
  readableEffectivePx: 15,
  useSeats: true,
  absentWithoutSeat: false,
};
