/** The nouns every part shares. No behaviour lives here. Instants are `Date` (UTC); days are campus-local `LocalDate`. */

type Brand<T, Name extends string> = T & { readonly [brand]: Name };
declare const brand: unique symbol;

export type CampusId = Brand<string, "campus">;
export type UnitId = Brand<string, "unit">;
export type RoomId = Brand<string, "room">;
export type CameraId = Brand<string, "camera">;
export type CourseId = Brand<string, "course">;
export type TraineeId = Brand<string, "trainee">;
export type SessionId = Brand<string, "session">;
export type PlanId = Brand<string, "plan">;
export type RoundId = Brand<string, "round">;
export type SnapshotId = Brand<string, "snapshot">;
export type FaceId = Brand<string, "face">;
export type MarkId = Brand<string, "mark">;
export type ReportId = Brand<string, "report">;
export type DocumentId = Brand<string, "document">;
export type ChartVersionId = Brand<string, "chart-version">;
export type RosterVersionId = Brand<string, "roster-version">;
export type RuleVersionId = Brand<string, "rule-version">;
/** Name and version of a model pack, e.g. `fr-1`. Embeddings of two packs are never compared. */
export type PackId<Name extends string = string> = Brand<Name, "pack">;
/** A calendar day in a campus's zone, `YYYY-MM-DD`. */
export type LocalDate = Brand<string, "local-date">;

/** A sentence a person reads; Vietnamese is the one shown first. */
export interface Bilingual {
  vi: string;
  en: string;
}

// ---- documents -------------------------------------------------------------------------------------------------

export type DocumentKind = "roster" | "chart" | "timetable" | "decision" | "online-attendance";

/** One cell of a table as written; `row`/`column` are 0-based grid positions of its top-left corner. */
export interface GridCell {
  row: number;
  column: number;
  rowSpan: number;
  columnSpan: number;
  /** Text as displayed, NFC not yet applied. */
  text: string;
  /** Set when the file stores a real date here. */
  date: LocalDate | null;
  /** How a person finds the cell: `B7` in a sheet, `hàng 2, cột 3` in a Word table. */
  ref: string;
  picture: CellPicture | null;
}

export interface CellPicture {
  bytes: Uint8Array;
  mediaType: string;
}

export interface Grid {
  /** Sheet name, or `Bảng 1` for the first table of a Word file; no two grids of a file share one. */
  name: string;
  /** Lines of text between this table and the one before it in a Word file, in order: its heading is among them. */
  above?: string[];
  rowCount: number;
  columnCount: number;
  /** Only cells that exist; a merged cell appears once. */
  cells: GridCell[];
}

/** Text drawn in a box over the page or sheet, outside every table: a title, a note, or a seat of a drawn chart. */
export interface TextBox {
  /** Lines parted by `\n`; a box without text (an empty seat) has none. */
  text: string;
  /** In points (1/72 inch) from the top-left corner of the page or sheet; null when the file does not place it. */
  place: Box | null;
  /** The sheet's name, or `Trang 1` of a Word file. */
  on: string;
  /** How a person finds it: `hộp chữ 3`. */
  ref: string;
}

/** A file as read, before anything is understood. */
export interface SourceDocument {
  fileName: string;
  /** Hex SHA-256 of the file's bytes. */
  sha256: string;
  /** What was read in the end: an old `.doc` comes as `docx`, an old `.xls` as `xlsx`, and a note says so. */
  format: "xlsx" | "docx" | "csv" | "pdf" | "picture";
  grids: Grid[];
  /** Text outside tables, in order, that of text boxes included. A PDF has paragraphs only; a scan or a picture has nothing. */
  paragraphs: string[];
  /** Boxes drawn over the page or sheet, in the file's order; left out when there are none. */
  textBoxes?: TextBox[];
  /** What the reader left out or could not vouch for: hidden sheets, formulas without a result, external links. */
  notes: ReadingProblem[];
}

/** Something in a file that could not be understood, and what its author should do. */
export interface ReadingProblem {
  /** File, sheet and cell, e.g. `ds.xlsx › Sheet1 › B7`. */
  where: string;
  why: Bilingual;
  fix: Bilingual;
  /** `refuse`: nothing of the file may be stored. `ask`: a person must answer before confirming. `note`: shown only. */
  severity: "refuse" | "ask" | "note";
}

/** What every understanding returns. `rowsIn = understood + reported` always. */
export interface Reading<T> {
  kind: DocumentKind;
  value: T;
  rowsIn: number;
  understood: number;
  reported: number;
  problems: ReadingProblem[];
}

export interface RosterEntry {
  /** STT as printed; null when the list has none. */
  ordinal: number | null;
  fullName: string;
  /** `services/intake/match-key.ts`. */
  matchKey: string;
  /** The trainee's own number (mã học viên) as printed; null when the list has none. */
  code: string | null;
  birthDate: LocalDate | null;
  birthYear: number | null;
  position: string | null;
  workplace: string | null;
  /** Lower case; left out where the list gives none. */
  email?: string | null;
  note: string | null;
  portrait: CellPicture | null;
  where: string;
}

/** A seat in the room's own frame: row 1 is nearest the front; column 1 is leftmost for somebody at the front who faces the class. */
export interface SeatRef {
  row: number;
  column: number;
}

/**
 * Whether a camera can see who sits in a seat, where that is not what the geometry says. A person's word decides and is never
 * overwritten by a machine. A machine's `visible` is proof, never forgotten: a trainee was recognised there; its other word is only
 * a doubt: nobody was ever seen there, so the seat may be hidden, or its trainee never came.
 */
export interface SeatSight extends SeatRef {
  visible: boolean;
  by: "person" | "machine";
  /** Of a machine's doubt: in whose sessions nobody was seen there, and in how many. Left out by older versions. */
  doubt?: { courseId: CourseId; sessions: number };
}

export interface ChartSeat extends SeatRef {
  /** What the chart writes in the seat: STT, a name, or nothing. */
  ordinal: number | null;
  fullName: string | null;
  where: string;
}

/** A side of a drawing. */
export type Side = "top" | "bottom" | "left" | "right";

/** A chart as drawn: row 1 on top, column 1 on the left. `services/intake/seat-frame.ts` turns it into the room's frame. */
export interface ChartReading {
  seats: ChartSeat[];
  rowCount: number;
  /** Seat columns only; an aisle is not counted. */
  columnCount: number;
  /** Drawn seat columns that have an aisle on their right. */
  aislesAfter: number[];
  /** People at one desk; null when the file does not show it. */
  seatsPerDesk: 1 | 2 | null;
  /** Room named by the chart, if any. */
  roomText: string | null;
  /** Where the front is in the file; null when the chart does not show it. Seats of a front at a side come turned: it is on top. */
  front: Side | null;
  /** Who looks at the chart: null when the file does not say, then a person answers. */
  viewpoint: "teacher" | "class" | null;
}

export type Shift = "morning" | "afternoon" | "evening";

export interface TimetableEntry {
  day: LocalDate;
  shift: Shift;
  /** Printed start `HH:MM`, null when only the shift is given. */
  startsAtLocal: string | null;
  roomText: string | null;
  topic: string;
  lecturer: string | null;
  where: string;
}

export interface DecisionReading {
  number: string | null;
  date: LocalDate | null;
  courseName: string | null;
  startsOn: LocalDate | null;
  endsOn: LocalDate | null;
  place: string | null;
}

export type DecisionField = keyof DecisionReading;

/** `YYYY-MM-DDTHH:MM:SS` on the wall clock a file was written by; sorts as text. */
export type WallTime = Brand<string, "wall-time">;

/** From joining an online meeting to leaving it. */
export interface MeetingStay {
  joinedAt: WallTime;
  leftAt: WallTime;
}

/** One person of a meeting as the attendance file has them: all rows of one account, or of one name without an account. */
export interface MeetingPerson {
  /** Display name as written, without "(Guest)" and its like. */
  name: string;
  /** E-mail address and sign-in name, lower case; empty for a guest. */
  accounts: string[];
  role: "organizer" | "presenter" | "attendee" | null;
  /** Merged and in order. */
  stays: MeetingStay[];
  /** Seconds within the stays spent outside the meeting, when the file gives only first join, last leave and the sum. */
  awaySeconds: number;
  /** Rows of the file about this person that were understood, and those that could not be read. */
  rows: number;
  unreadRows: number;
  where: string;
}

/** A Microsoft Teams attendance file. Names are not matched with anybody yet. */
export interface MeetingReading {
  title: string | null;
  /** As the file says, else first join and last leave; null when nobody joined. */
  startedAt: WallTime | null;
  endedAt: WallTime | null;
  /** `utc` when the file's column titles say so; else the clock of whoever downloaded it. */
  clock: "local" | "utc";
  /** False when every date could be read with day and month the other way round. */
  dayOrderCertain: boolean;
  /** The file itself says that people may be missing from it. */
  incomplete: boolean;
  people: MeetingPerson[];
}

// ---- time ------------------------------------------------------------------------------------------------------

export interface Interval {
  startsAt: Date;
  endsAt: Date;
}

/** The teaching time of one session: its periods, with the break as the gap between two of them. */
export interface SessionFrame extends Interval {
  periods: Interval[];
  break: Interval | null;
}

export interface PlannedRound {
  /** 1-based within the plan. */
  ordinal: number;
  half: 1 | 2;
  dueAt: Date;
}

// ---- pictures --------------------------------------------------------------------------------------------------

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export type SnapshotRoute = "onvif-snapshot" | "rtsp" | "upload";

/** Why a picture is missing. Each has words in `services/evidence/gap-words.ts`. */
export type GapReason =
  | "unreachable"
  | "wrong-password"
  | "locked-out"
  | "no-profile"
  | "no-usable-route"
  | "deadline"
  | "truncated"
  | "not-a-picture"
  | "too-large"
  | "frozen"
  | "grey"
  | "refused-address"
  | "archive-full"
  | "service-down";

/**
 * Numbers of a recogniser, L2-normalised, of a length fixed by the pack; they mean something only beside others of the same
 * pack. Invariant in `P`: no call that takes two of them accepts those of two packs, nor bare numbers.
 */
export type PackVector<P extends PackId = PackId> = Float32Array & { readonly [ofPack]: (pack: P) => P };
declare const ofPack: unique symbol;

export interface Embedding<P extends PackId = PackId> {
  pack: P;
  vector: PackVector<P>;
}

/** What limits how far a face can be trusted; pixels are of the original picture. */
export interface FaceQuality {
  widthPx: number;
  /** Variance of the Laplacian of the aligned crop, grey 0–255. */
  sharpness: number;
  /** Mean grey 0–255 of the aligned crop. */
  brightness: number;
  /** Standard deviation of grey of the aligned crop. */
  contrast: number;
  /** Nose offset between the eyes, −1…1; 0 is frontal. */
  yaw: number;
  /** Root mean square residual of the five points after alignment, in template pixels (of 112). */
  alignmentResidualPx: number;
}

export interface FaceObservation<P extends PackId = PackId> {
  box: Box;
  /** Detector score 0…1. */
  score: number;
  /** Left eye, right eye, nose, left and right mouth corner, in picture pixels. */
  landmarks: Point[];
  quality: FaceQuality;
  embedding: Embedding<P>;
}

// ---- roll call -------------------------------------------------------------------------------------------------

export type MarkOutcome = "present" | "absent" | "not-observable" | "review";
/** What a session ends with; excused needs an approved leave. */
export type SessionOutcome = MarkOutcome | "excused";

/** A reason a person can read; rendered by `services/rollcall/reason-words.ts` from its code and parameters. */
export interface Reason {
  code: string;
  params: Record<string, string | number>;
}

/** A place in a picture on which a mark rests: a mark of somebody not seen names where was looked. */
export interface MarkEvidence {
  snapshotId: SnapshotId;
  box: Box;
  /**
   * The face weighed as this trainee's, the trainee's seat, the face of whoever else sits there, a taken seat whose sitter
   * nobody can name, or the whole picture. Marks written before this was kept have none: a face.
   */
  shows?: "face" | "seat" | "sitter" | "unseen-sitter" | "room";
  /** Cosine similarity to the trainee's best template; null when no face was compared. */
  similarity: number | null;
  /** Probability that somebody sits there, from the comparison with the empty room; null when there was none. */
  occupancy?: number | null;
}

/** A machine's verdict on one trainee in one round. */
export interface MarkVerdict {
  traineeId: TraineeId;
  outcome: MarkOutcome;
  /** Own seat, another seat, or no seat known. A separate fact from presence. */
  seating: "own-seat" | "off-seat" | "unknown";
  observedSeat: SeatRef | null;
  /** Posterior probability of presence, 0…1. */
  confidence: number;
  reasons: Reason[];
  /** Other people the deciding face could be, best first. */
  alternatives: { traineeId: TraineeId | null; posterior: number; similarity: number }[];
  evidence: MarkEvidence[];
}

/** What happened to a face nobody of the roster claims. */
export interface StrangerVerdict {
  snapshotId: SnapshotId;
  box: Box;
  kind: "stranger" | "other-course" | "front-zone";
  nearSeat: SeatRef | null;
  /** The seat's owner when this face sits where a trainee should who is absent, or was found nowhere and is to be looked for. */
  proxyFor: TraineeId | null;
  /** Who it is, when `kind` is `other-course`. */
  identity?: { traineeId: TraineeId; courseId: CourseId; similarity: number };
  reasons?: Reason[];
}

// ---- rules -----------------------------------------------------------------------------------------------------

/** Rules in force from an instant; every mark and report names the version. Defaults and sources: `config/institution.ts`. */
export interface Rules {
  periodMinutes: number;
  periodsPerSession: number;
  breakMinutes: number;
  shiftStarts: Record<Shift, string>;
  roundsPerSession: number;
  minRoundSpacingMinutes: number;
  /** Teaching-time edges and break edges kept free of rounds. */
  edgeMarginMinutes: number;
  breakMarginMinutes: number;
  preflightMinutesBefore: number;
  burst: { pictures: number; spacingSeconds: number };
  /** Rounds in which a trainee must be seen for the session to count as present. */
  minSightings: number;
  retentionYears: number;
  /** Days before an exam on which its milestone report is due. */
  reportDaysBeforeExam: number;
  /** Share of an online session's teaching minutes, in whole percent, joined for which a trainee is present. Rules from before online sessions have none. */
  onlineMinPercent?: number;
  /** Periods an online session is taught for at least; the rest may be self-study and the session is a whole one (L Đ5.2). Without: every period is taught. */
  onlineMinPeriods?: number;
}

/** Everything besides pictures and people that a mark follows from; kept under the hash of its canonical JSON. */
export interface DecisionContent {
  pack: PackId;
  rules: Rules;
  /** Thresholds and priors by name. */
  settings: Record<string, number | boolean>;
  /** Numbers of the code by the part that reads them; left out by versions of older programs. */
  constants?: Record<string, Readonly<Record<string, number>>>;
  /** Hex SHA-256 of the pack's calibration table. */
  calibration: string;
}

// ---- mail ------------------------------------------------------------------------------------------------------

/** A message as its MIME parts say; nothing of it is trusted. */
export interface MailMessage {
  /** Without angle brackets; null when the sender's program wrote none. */
  messageId: string | null;
  /** Every address of every From line. */
  from: { address: string; name: string }[];
  subject: string;
  sentAt: Date | null;
  /** Message-IDs of the conversation, oldest first. */
  references: string[];
  /** Header lines from the top: lower-case name and unfolded value. */
  headers: { name: string; value: string }[];
  text: string;
  attachments: MailAttachment[];
}

export interface MailAttachment {
  fileName: string;
  bytes: Uint8Array;
  /** A picture shown inside the text, such as a signature's logo. */
  inline: boolean;
}

/** What the receiving server found out about a mail's sender (RFC 8601), and what follows from it. */
export interface MailAuthentication {
  verdict: "pass" | "fail" | "none";
  /** Who says so; null without any such header. */
  server: string | null;
  methods: { method: string; result: string; domain: string | null }[];
}
