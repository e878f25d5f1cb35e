import { afterAll, beforeAll } from "vitest";
import { honestBundles } from "../../../fixtures/evidence/attacks/honest.ts";
import { changedBytes } from "../../../fixtures/evidence/attacks/bytes.ts";
import { changedPictures } from "../../../fixtures/evidence/attacks/pictures.ts";
import { destroyedPictures } from "../../../fixtures/evidence/attacks/disposals.ts";
import { changedEntries } from "../../../fixtures/evidence/attacks/entries.ts";
import { changedPlansAndMarks } from "../../../fixtures/evidence/attacks/plans.ts";
import { withdrawnWords } from "../../../fixtures/evidence/attacks/words.ts";
import { changedKeys } from "../../../fixtures/evidence/attacks/keys.ts";
import { wholeSessions } from "../../../fixtures/evidence/attacks/whole-course.ts";
import { typedByHand } from "../../../fixtures/evidence/attacks/typed.ts";
import { stepsByHand } from "../../../fixtures/evidence/attacks/by-hand.ts";
import { tokensOfAnOutsideClock } from "../../../fixtures/evidence/attacks/tokens.ts";
import { prepare, putAway } from "../../../fixtures/evidence/attack-kit.ts";
import { describeWith } from "../../../fixtures/describe-with.ts";

/** Every attack of docs/archive.md against one bundle, by theme; `verify.py` itself is run and its words are read. */
describeWith(["python3", "openssl"], "an auditor alone with a bundle", () => {
  beforeAll(prepare);
  afterAll(putAway);
  honestBundles();
  changedBytes();
  changedPictures();
  destroyedPictures();
  changedEntries();
  changedPlansAndMarks();
  withdrawnWords();
  changedKeys();
  tokensOfAnOutsideClock();
  stepsByHand();
  wholeSessions();
  typedByHand();
});
