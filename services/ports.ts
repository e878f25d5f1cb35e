import type {
  CameraId,
  FaceObservation,
  GapReason,
  MailMessage,
  PackId,
  SeatRef,
  SnapshotRoute,
  SourceDocument,
} from "./types.ts";

/** Every outside world a decision may need, each behind one interface. Adapters implement them; fakes come in through the context. */

export interface Clock {
  now(): Date;
  /** Resolves after `ms` of this clock's time; a simulated clock moves itself. */
  sleep(ms: number): Promise<void>;
}

export interface Random {
  /** `length` bytes of a cryptographically secure generator; a seeded one in simulation only. */
  bytes(length: number): Uint8Array;
  uuid(): string;
}

// ---- cameras ---------------------------------------------------------------------------------------------------

/** What is needed to reach one camera. `password` never enters a URL, an argument list or a log. */
export interface CameraTarget {
  id: CameraId;
  host: string;
  port: number;
  /** HTTPS; self-signed certificates are accepted because cameras have no others. */
  secure: boolean;
  username: string;
  password: string;
  /** PTZ preset to go to before taking pictures; null leaves the camera where it is. */
  presetToken: string | null;
}

export interface CapturedPicture {
  /** Cut at its end marker, decodable. */
  jpeg: Uint8Array;
  widthPx: number;
  heightPx: number;
  takenAt: Date;
  route: SnapshotRoute;
  /** Camera clock minus ours, in ms; null when the camera would not tell. */
  clockSkewMs: number | null;
  latencyMs: number;
}

export type CaptureOutcome =
  | { ok: true; picture: CapturedPicture }
  | { ok: false; reason: GapReason; detail: string };

export interface BurstRequest {
  pictures: number;
  spacingMs: number;
  /** For the whole burst; nothing of it is running after this. */
  deadlineMs: number;
  /** Hex SHA-256 of the last pictures this camera gave, to notice a frozen one. */
  previousSha256: string[];
}

export interface CameraProbe {
  reachable: boolean;
  manufacturer: string | null;
  model: string | null;
  profiles: {
    token: string;
    name: string;
    widthPx: number | null;
    heightPx: number | null;
    encoding: string | null;
  }[];
  presets: { token: string; name: string }[];
  route: SnapshotRoute | null;
  /** Why the snapshot URI was not used, when it was not. */
  snapshotTrouble: { reason: GapReason; detail: string } | null;
  latencyMs: number | null;
  clockSkewMs: number | null;
  picture: CapturedPicture | null;
  failure: { reason: GapReason; detail: string } | null;
}

export interface Cameras {
  /** Always resolves, within `deadlineMs`, with exactly `pictures` outcomes. */
  burst(camera: CameraTarget, request: BurstRequest): Promise<CaptureOutcome[]>;
  probe(camera: CameraTarget, deadlineMs: number): Promise<CameraProbe>;
}

// ---- faces -----------------------------------------------------------------------------------------------------

export interface PictureFaces<P extends PackId = PackId> {
  widthPx: number;
  heightPx: number;
  faces: FaceObservation<P>[];
  /** Milliseconds by stage; `model*` stages are bare model runs, the rest is everything around them. */
  timings: Record<string, number>;
}

/** A loaded model pack. */
export interface FacePack<P extends PackId = PackId> {
  readonly id: P;
  readonly embeddingLength: number;
  /** Detects, aligns, measures and embeds every face of a JPEG or PNG. Throws `SisoError("file-unreadable")`. */
  analyse(picture: Uint8Array): Promise<PictureFaces<P>>;
  close(): Promise<void>;
}

/** A seat compared with the empty room; pure `services/rollcall` turns it into a probability that somebody sits there. */
export interface SeatDifference extends SeatRef {
  /** Share of the place of the head whose grey differs from the empty room's, 0…1, light changes taken out. */
  headChanged: number;
  /** The same for the shoulders, without what a sitter in a nearer seat may cover; null when nothing of them is left. */
  bodyChanged: number | null;
}

export interface SeatWatch {
  /** Seats whose patch leaves the picture are left out. Throws `file-unreadable`. */
  compare(
    picture: Uint8Array,
    emptyRoom: Uint8Array,
    seats: (SeatRef & { x: number; y: number; faceWidthPx: number })[],
  ): Promise<SeatDifference[]>;
}

// ---- archive ---------------------------------------------------------------------------------------------------

/** What the database keeps of a sealed picture. */
export interface SealedObject {
  /** Random id, the AAD of the cipher. */
  objectId: string;
  /** Hex SHA-256 of the stored bytes (nonce, ciphertext, tag); also the file's name. */
  sha256: string;
  bytes: number;
  /** The object's data key wrapped by the key-encryption key. */
  wrappedKey: Uint8Array;
  /** Hex SHA-256 of salt ‖ data key: with `sha256`, a commitment to the plain bytes. */
  commitment: string;
  commitmentSalt: Uint8Array;
}

/** A picture with what ties it to its sealed bytes: sealing it again under this key and nonce gives them, byte for byte. */
export interface Opening {
  plain: Uint8Array;
  /** AES-256, 32 bytes, of this object alone. */
  key: Uint8Array;
  salt: Uint8Array;
  /** 12 bytes. */
  nonce: Uint8Array;
  /** 16 bytes. */
  tag: Uint8Array;
}

export interface Archive {
  /** Durable (file and directory fsynced) when it resolves. Throws `archive-full` when the disk has no room. */
  seal(plain: Uint8Array): Promise<SealedObject>;
  /** Verifies hash, tag and commitment; reads the second copy when the first is not whole. Throws `archive-corrupt` naming the object. */
  open(object: SealedObject): Promise<Uint8Array>;
  /** As `open`, with the object's key: for somebody who is given the picture and has to check it. */
  reveal(object: SealedObject): Promise<Opening>;
  /** Free bytes where objects are stored. */
  freeBytes(): Promise<number>;
  /** The sealed bytes themselves, for copying, fixity and repair. Nothing here takes an object away. */
  readonly stores: ArchiveStores;
}

export interface ArchiveStores {
  /** Where everything is stored before it is acknowledged. */
  readonly first: ObjectStore;
  /** A copy of all of it, elsewhere, reached soon after; null when none is configured. */
  readonly second: ObjectStore | null;
}

/** Where sealed bytes are kept. Knows no keys and no pictures; `sha256` (hex) names the bytes and is their only address. */
export interface ObjectStore {
  /** The address a person would look at: a folder, or `s3://bucket/prefix`. */
  readonly address: string;
  /**
   * Durable when it resolves, and whole or not there at all whatever happens meanwhile. Bytes already there under the name are
   * replaced by these, which mends a damaged object. `keepUntil` is passed on to a store that can lock. Throws `archive-full`.
   */
  put(sha256: string, bytes: Uint8Array, keepUntil?: Date): Promise<void>;
  /**
   * As `put`, for new bytes, so many: filled in while the store gets ready for them, each step telling how many are there by
   * now. Resolves to their SHA-256.
   */
  add(bytes: number, fill: (content: Uint8Array) => Iterable<number>): Promise<string>;
  /** Null when there is no such object. The bytes are as stored, unchecked. */
  get(sha256: string): Promise<Uint8Array | null>;
  /** What the stored bytes hash to and how many they are, without holding them all; null when there is no such object. */
  digest(sha256: string): Promise<{ sha256: string; bytes: number } | null>;
  /** Makes the store's own lock last at least until then; nothing where a store has none. */
  keepUntil(sha256: string, until: Date): Promise<void>;
  /** Every object of one of the 256 folders, `00` … `ff`: the first byte of the name. */
  list(folder: string): AsyncIterable<{ sha256: string; bytes: number }>;
  /** Infinite where nobody can tell. */
  freeBytes(): Promise<number>;
  /** What the store's own clock says; null when it has none apart from this machine's. */
  clock(): Promise<Date | null>;
  /** Small files beside the objects: ids and tombstones. */
  note(name: string): Promise<Uint8Array | null>;
  putNote(name: string, bytes: Uint8Array): Promise<void>;
  /** Names in a folder of notes. */
  notes(folder: string): Promise<string[]>;
}

/** The one way bytes go; handed to nobody but the disposal of a list that two people approved. */
export interface ObjectRemover {
  /** Nothing when there is no such object. */
  remove(sha256: string): Promise<void>;
}

/** Seals small secrets (camera passwords, templates, plan seeds) under the same key-encryption key. */
export interface Vault {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws `archive-corrupt` when the context or the bytes differ. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

/** Signs what vouches for the log. The private key is in a file beside the key-encryption key, never in the database. */
export interface LogSigner {
  /** Raw Ed25519 public key, 32 bytes; another one after `reread`. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /**
   * Takes up the key that is in use, if it lies in the files: another process may have rotated it since, or was killed while it
   * did. Absent where there are no files.
   */
  reread?(inUse: (publicKey: Uint8Array) => boolean): Promise<void>;
}

/** A clock outside this institution's machines that signs what it has seen (RFC 3161). */
export interface TimestampAuthority {
  /** The DER TimeStampResp over the SHA-256 of `document`. Throws `timestamp-unavailable`. */
  stamp(document: Uint8Array): Promise<{ response: Uint8Array; stampedAt: Date }>;
}

// ---- readers ---------------------------------------------------------------------------------------------------

/** Files → grids of cells. Throws `file-unreadable` or `file-refused` with file, sheet and cell. */
export interface DocumentReader {
  read(fileName: string, bytes: Uint8Array): Promise<SourceDocument>;
}

// ---- mail ------------------------------------------------------------------------------------------------------

/** Bytes of a message → its parts. Never throws for bad MIME: what cannot be understood is empty. */
export interface MessageParser {
  parse(message: Uint8Array): Promise<MailMessage>;
}

export interface OutgoingMail {
  /** Stable: the same mail sent twice carries the same one. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  /** Message-IDs, the one answered last. */
  inReplyTo: string[];
  /** RFC 3834, so that no other machine answers it. */
  autoSubmitted: "auto-replied" | "auto-generated";
  files: { fileName: string; mediaType: string; bytes: Uint8Array }[];
}

export type SendOutcome = { ok: true } | { ok: false; permanent: boolean; why: string };

export interface MailSender {
  /** Resolves when the server took the mail over or refused it; never throws for either. */
  send(mail: OutgoingMail): Promise<SendOutcome>;
  /** Connects and logs in, and sends nothing. Throws `mail-unavailable`. */
  greet(): Promise<void>;
}

/** A message as the server lists it, without its content. */
export interface ListedMail {
  uid: number;
  bytes: number;
  /** When the server received it, by its own clock. */
  arrivedAt: Date | null;
  /** As its sender wrote it. */
  sentAt: Date | null;
  fromAddress: string | null;
  subject: string;
}

/** One connection to the mailbox; every call throws `mail-unavailable` when it is lost. */
export interface OpenMailbox {
  /** Server, account and folder: numbers of messages mean something within it alone. */
  name: string;
  /** Account and folder, whatever the server is called. */
  account: string;
  uidValidity: string;
  /** Every message that comes from now on has this number or a higher one. */
  uidNext: number;
  /** Numbers of the messages from `fromUid` on that are not flagged as taken, ascending. */
  waiting(fromUid: number): Promise<number[]>;
  /** Numbers of all messages received since this instant, and maybe some of the day before; null for all there are. */
  since(instant: Date | null): Promise<number[]>;
  /** In the order asked for; one that is gone is left out. */
  list(uids: readonly number[]): Promise<ListedMail[]>;
  /** The whole message or its header alone; null when it is gone. Leaves the message unread. */
  fetch(uid: number, part: "whole" | "head"): Promise<Uint8Array | null>;
  /** A courtesy to people and to the next look: the rows decide. */
  flagTaken(uid: number): Promise<void>;
  /** False once the connection is lost. */
  usable(): boolean;
  /** Resolves when new mail is announced, at the latest after `pollMs`. */
  changed(pollMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Throws `mail-unavailable`. */
export type ConnectMailbox = () => Promise<OpenMailbox>;
