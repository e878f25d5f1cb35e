import { randomBytes } from "node:crypto";
import type { TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, detailHash } from "./log.ts";
import { erasePerson } from "./people.ts";

export interface ConsentWithdrawal {
  id: string;
  traineeId: TraineeId;
  madeBy: string;
  why: string;
  madeAt: Date;
}

/**
 * Consent is withdrawn: the key and all that was kept under it are destroyed, and who said so and why stays on record. Call in
 * a transaction; false when there was nothing left to destroy.
 */
export async function withdrawConsent(db: Db, withdrawal: ConsentWithdrawal): Promise<boolean> {
  const { id, traineeId, madeBy, why, madeAt } = withdrawal;
  if (!(await erasePerson(db, traineeId, madeAt))) return false;
  const salt = randomBytes(16);
  await db
    .insertInto("consentWithdrawal")
    .values({ ...withdrawal, salt })
    .execute();
  const fact = { withdrawal: id, trainee: traineeId, madeBy, why, madeAt, salt: salt.toString("hex") };
  const about = { withdrawal: id, trainee: traineeId };
  await appendLog(db, madeAt, { event: "person-erased", ...about, detail: detailHash(fact) });
  return true;
}

export async function consentWithdrawals(db: Db, traineeId: TraineeId): Promise<ConsentWithdrawal[]> {
  return db
    .selectFrom("consentWithdrawal")
    .select(["id", "traineeId", "madeBy", "why", "madeAt"])
    .where("traineeId", "=", traineeId)
    .orderBy("madeAt")
    .execute();
}
