import type { Logger } from "pino";
import type { Institution } from "../config/institution-file.ts";
import type { Db } from "../db/client.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import type {
  Archive,
  Cameras,
  Clock,
  FacePack,
  LogSigner,
  Random,
  SeatWatch,
  TimestampAuthority,
  DocumentReader,
  MailSender,
  MessageParser,
  Vault,
} from "../services/ports.ts";

/** Everything a job may touch. Built once by an entry; tests and the demo hand in their own clock or cameras. */
export interface Context {
  db: Db;
  clock: Clock;
  random: Random;
  archive: Archive;
  vault: Vault;
  logSigner: LogSigner;
  /** Null when the deployment has named none. */
  timestamps: TimestampAuthority | null;
  cameras: Cameras;
  faces: FacePack;
  /** What the similarities of `faces` mean. */
  calibration: Calibration;
  seatWatch: SeatWatch;
  documents: DocumentReader;
  messages: MessageParser;
  /** Null when no mail server is configured. */
  mailSender: MailSender | null;
  log: Logger;
  /** Letterhead, campuses and rooms as the deployment wrote them. */
  institution: Institution;
  /** Below this many free bytes nothing new is planned. */
  minFreeBytes: number;
}

/** What taking, reading and answering mail needs of it. */
export type MailContext = Pick<
  Context,
  "db" | "clock" | "random" | "archive" | "documents" | "messages" | "mailSender" | "institution" | "log"
>;
