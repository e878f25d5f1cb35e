import type { Logger } from "pino";
import type { Db } from "../../db/client.ts";

export interface ApiDependencies {
  db: Db;
  log: Logger;
  /** Bearer token of the office; null closes every route that shows a person. */
  token: string | null;
  /** Whether the queue answers. */
  queueReady: () => Promise<boolean>;
}
