import { placingConstants } from "../seating/project-seats.ts";
import { planeConstants } from "../seating/seat-plane.ts";
import { sightConstants } from "../seating/seat-sights.ts";
import { pairingConstants } from "./association.ts";
import { likelihoodConstants } from "./calibration.ts";
import { widthConstants } from "./effective-width.ts";
import { evidenceConstants } from "./evidence.ts";
import { shownConstants } from "./mark-evidence.ts";
import { markConstants } from "./marks.ts";
import { occupancyConstants } from "./occupancy.ts";
import { personConstants } from "./persons.ts";
import { revisionConstants } from "./revise-rounds.ts";
import { seatConstants } from "./seats.ts";
import { sitterConstants } from "./sitters.ts";
import { strangerConstants } from "./strangers.ts";
import { strayConstants } from "./stray-faces.ts";
import { trackConstants } from "./tracks.ts";
import { unmeasuredConstants } from "./unmeasured.ts";

/**
 * Every number in the code that a mark follows from, as the code itself reads it: two programs that differ in one of them decide
 * under different versions. A number used in a decision without being here fails a test.
 */
export const decisionConstants = {
  evidence: evidenceConstants,
  likelihood: likelihoodConstants,
  mark: markConstants,
  occupancy: occupancyConstants,
  pairing: pairingConstants,
  person: personConstants,
  placing: placingConstants,
  plane: planeConstants,
  revision: revisionConstants,
  seat: seatConstants,
  shown: shownConstants,
  sight: sightConstants,
  sitter: sitterConstants,
  stranger: strangerConstants,
  stray: strayConstants,
  track: trackConstants,
  unmeasured: unmeasuredConstants,
  width: widthConstants,
};
