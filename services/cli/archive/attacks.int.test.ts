import { generateKeyPairSync, randomInt, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWith } from "../../../fixtures/describe-with.ts";
import { drillEndsAt } from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../../fixtures/drill/open-drill.ts";
import { walk } from "../../../fixtures/drill/walk.ts";
import {
  readBundle,
  remanifest,
  runVerifier,
  writeBundle,
  type BundleFiles,
  type Verdict,
} from "../../../fixtures/evidence/bundle-files.ts";
import {
  forgeBundle,
  logOf,
  noteAt,
  rotation,
  type ForgedLog,
} from "../../../fixtures/evidence/forge-log.ts";
import {
  startTimestampAuthority,
  type TestAuthority,
} from "../../../fixtures/servers/timestamp-authority.ts";
import { placedLines } from "../../../db/queries/log-tree.ts";
import { openLog } from "../../../workers/archive-log/open-log.ts";
import { httpTimestampAuthority } from "../../archive/timestamp-authority.ts";
import { canonicalJson } from "../../canonical-json.ts";
import type { LogSigner } from "../../ports.ts";
import { exportBundle } from "./export-bundle.ts";
import { findScope } from "./scope.ts";

let drill: Drill;
let folder: string;
let zip: string;
let honest: BundleFiles;
let log: ForgedLog;
let told: Set<string>;
let key: string;
let absentee: string;

/** Everything here is about one absentee's bundle of a small course, as `./siso archive export` makes it. */
async function prepare(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "siso-attacks-"));
  drill = await openDrill(await openDrillFaces());
  await sendPapers(drill.ctx);
  await walk(drill.ctx, drill.clock, drillEndsAt);
  zip = join(folder, "bundle.zip");
  const scope = await findScope(drill.ctx.db, { course: "DT-K1", trainee: "6" });
  if (scope.kind !== "trainee") throw new Error("a trainee was asked for");
  absentee = scope.traineeId;
  const purpose = "Khiếu nại của học viên";
  await exportBundle(drill.ctx, { scope, purpose, madeBy: "Kiểm tra viên", out: zip, copiesOnly: false });
  honest = await readBundle(zip);
  const lines = (await placedLines(drill.ctx.db, 0, 10_000)).map(({ line }) => line);
  const opened = await openLog(drill.ctx);
  key = opened.key;
  log = logOf(honest, lines, opened.origin, drill.ctx.logSigner);
  told = new Set(entriesOf(honest).map(({ line }) => line));
}

function entriesOf(files: BundleFiles): { index: number; line: string; proof: string[] }[] {
  const text = files.get("data/log/entries.jsonl")?.toString("utf8") ?? "";
  return text
    .split("\n")
    .filter(Boolean)
    .map((row) => JSON.parse(row) as { index: number; line: string; proof: string[] });
}

async function verdictOn(files: BundleFiles, ...args: string[]): Promise<Verdict> {
  const dir = await mkdtemp(join(folder, "case-"));
  await writeBundle(dir, files);
  return runVerifier(dir, args);
}

/** Manifests made anew by anybody; the seal as it was. */
function altered(change: (files: BundleFiles) => void): BundleFiles {
  const files = new Map(honest);
  change(files);
  return remanifest(files, null);
}

/** Made anew by somebody who stole the log's key. */
function stolen(change: (files: BundleFiles) => void): BundleFiles {
  const files = new Map(honest);
  change(files);
  return remanifest(files, { origin: log.origin, signer: drill.ctx.logSigner });
}

/** The whole log written anew with the stolen key. */
function rewritten(change: (forged: ForgedLog) => void, tell: (line: string) => boolean = () => false) {
  const forged = {
    ...log,
    lines: [...log.lines],
    checkpoints: [...log.checkpoints],
    tokens: new Map(log.tokens),
  };
  const before = new Set(forged.lines);
  change(forged);
  const files = forgeBundle(honest, forged, (line) => told.has(line) || !before.has(line) || tell(line));
  return { files, forged };
}

function edited(line: string, change: Record<string, unknown>): string {
  return canonicalJson({ ...(JSON.parse(line) as object), ...change });
}

function eventOf(line: string): string {
  return (JSON.parse(line) as { event: string }).event;
}

/** A mark of somebody else: its content is not told in the bundle. */
function somebodysMark(): number {
  return log.lines.findIndex(
    (line) => told.has(line) && eventOf(line) === "mark" && !line.includes(absentee),
  );
}

function first(event: string): { index: number; line: string; fields: Record<string, string> } {
  const index = log.lines.findIndex((line) => told.has(line) && eventOf(line) === event);
  const line = log.lines[index] ?? "";
  return { index, line, fields: JSON.parse(line) as Record<string, string> };
}

/** A picture the bundle must hold. */
function somePicture(): { name: string; fields: Record<string, string> } {
  const name =
    [...honest.keys()].find((one) => one.startsWith("data/pictures/") && one.endsWith(".jpg")) ?? "";
  const line =
    [...told].find((one) => eventOf(one) === "snapshot" && one.includes(name.slice(14, -4))) ?? "{}";
  return { name, fields: JSON.parse(line) as Record<string, string> };
}

async function kept(note: string): Promise<string> {
  const path = join(folder, `kept-${randomInt(1e9)}.txt`);
  await writeFile(path, note);
  return path;
}

function otherSigner(): LogSigner {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  return { publicKey: Buffer.from(x ?? "", "base64url"), sign: (message) => sign(null, message, privateKey) };
}

/** A verdict that fails and names why. */
function failing(words: string): Verdict {
  return { exitCode: 1, words: expect.stringContaining(words) as string };
}

const remove = (files: BundleFiles) => void files.delete(somePicture().name);

function destroyed(at: string, approvers: Record<string, string>, before: object[] = []): BundleFiles {
  const { name, fields } = somePicture();
  const { object } = fields;
  const course = absentee;
  const line = canonicalJson({
    event: "deletion",
    at,
    course,
    object,
    minute: "12/BB-HĐ",
    ...approvers,
  });
  const { files } = rewritten((forged) => {
    const final = forged.checkpoints.at(-1) ?? { size: 0, madeAt: new Date() };
    const earlier = before.map((one) => canonicalJson({ at: "2026-09-10T00:00:00.000Z", course, ...one }));
    forged.lines.splice(final.size, Infinity, ...earlier, line);
    forged.checkpoints.push({
      size: final.size + earlier.length + 1,
      madeAt: new Date(final.madeAt.getTime() + 1),
    });
  });
  files.delete(name);
  return remanifest(files, { origin: log.origin, signer: drill.ctx.logSigner });
}

function withEntries(
  change: (rows: ReturnType<typeof entriesOf>) => ReturnType<typeof entriesOf>,
): BundleFiles {
  return stolen((files) => {
    const rows = change(entriesOf(files)).map((row) => `${JSON.stringify(row)}\n`);
    files.set("data/log/entries.jsonl", Buffer.from(rows.join(""), "utf8"));
  });
}

const back = (line: string) =>
  eventOf(line) === "mark" ? edited(line, { at: "2026-09-01T00:00:00.000Z" }) : line;

const better = (line: string) =>
  eventOf(line) === "session-mark" ? line.replace('"outcome":"absent"', '"outcome":"present"') : line;

const pick = (word: string) =>
  [...honest].find(([name, bytes]) => name.startsWith("data/facts/") && bytes.includes(word))?.[0] ?? "";

async function stamp(forged: ForgedLog, by: TestAuthority): Promise<ForgedLog> {
  const tokens = new Map<number, Buffer>();
  for (const checkpoint of forged.checkpoints) {
    const note = Buffer.from(noteAt(forged, checkpoint), "utf8");
    const { response } = await httpTimestampAuthority(by.url).stamp(note);
    tokens.set(checkpoint.size, Buffer.from(response));
  }
  return { ...forged, tokens };
}

const tells = (line: string) => told.has(line);

/** The same log as if written in the last minutes, every checkpoint stamped. */
async function stampedLog(by: TestAuthority, minutesAgo: number): Promise<ForgedLog> {
  const begin = Date.now() - minutesAgo * 60_000;
  const own = new Set(told);
  const lines = log.lines.map((line, n) => {
    const now = edited(line, { at: new Date(begin + n).toISOString() });
    if (own.has(line)) told.add(now);
    return now;
  });
  const checkpoints = log.checkpoints
    .slice(-2)
    .map(({ size }) => ({ size, madeAt: new Date(begin + 1_000 + size) }));
  return stamp({ ...log, lines, checkpoints }, by);
}

describeWith(["python3", "openssl"], "an auditor alone with a bundle", () => {
  beforeAll(prepare);
  afterAll(async () => {
    await drill.ctx.faces.close();
    await drill.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe("an honest one", () => {
    test("verifies, packed and unpacked, with the key and the checkpoints the auditor kept", async () => {
      const checkpoint = log.checkpoints[1];
      if (checkpoint === undefined) throw new Error("the drill signs at every report");
      const [, size, root] = noteAt(log, checkpoint).split("\n");
      const printed = `${size}:${Buffer.from(root ?? "", "base64").toString("hex")}`;
      const keeping = [
        "--key",
        key,
        "--checkpoint",
        await kept(noteAt(log, checkpoint)),
        "--checkpoint",
        printed,
      ];
      const unpacked = await verdictOn(honest, ...keeping);
      expect(unpacked.words).toContain("VERDICT: VERIFIED");
      expect(unpacked.words).toContain("the key is the one you kept");
      expect(unpacked.words).toContain("16 originals match");
      expect(unpacked.words).toContain("Vũ Thị Thu Dung");
      expect(unpacked.exitCode).toBe(0);
      const alone = await mkdtemp(join(folder, "alone-"));
      await writeFile(join(alone, "verify.py"), honest.get("verify.py") ?? "");
      await writeFile(join(alone, "bundle.zip"), await readFile(zip));
      expect(await runVerifier(alone, ["bundle.zip", ...keeping])).toMatchObject({ exitCode: 0 });
    });

    test("tells nothing of the others but ids in the log's lines", async () => {
      const text = ["index.html", "data/log/entries.jsonl", "bag-info.txt"].map((name) =>
        honest.get(name)?.toString(),
      );
      const facts = [...honest]
        .filter(([name]) => name.startsWith("data/facts/"))
        .map(([, bytes]) => bytes.toString());
      const people = await drill.ctx.db.selectFrom("trainee").select("fullName").execute();
      const named = people.filter(({ fullName }) => [...text, ...facts].join("\n").includes(fullName));
      expect(named).toEqual([{ fullName: "Vũ Thị Thu Dung" }]);
      expect(log.lines.filter((line) => people.some(({ fullName }) => line.includes(fullName)))).toEqual([]);
    });

    test("without originals proves no picture, and says so", async () => {
      const out = join(folder, "copies.zip");
      const scope = await findScope(drill.ctx.db, { course: "DT-K1", trainee: "6" });
      await exportBundle(drill.ctx, { scope, purpose: "Xem thử", madeBy: "x", out, copiesOnly: true });
      const verdict = await verdictOn(await readBundle(out));
      expect(verdict.words).toContain("a copy is never counted as the original");
      expect(verdict.exitCode).toBe(0);
    });

    test.each(["session", "course", "mark"] as const)("about a whole %s verifies too", async (kind) => {
      const out = join(folder, `${kind}.zip`);
      const { fields } = first("mark");
      const typed = { session: fields["session"], course: "DT-K1", mark: fields["mark"] }[kind] ?? "";
      const scope = await findScope(drill.ctx.db, { [kind]: typed });
      await exportBundle(drill.ctx, { scope, purpose: "Thanh tra", madeBy: "x", out, copiesOnly: false });
      const verdict = await verdictOn(await readBundle(out), "--key", key);
      expect(verdict.words).toContain("VERDICT: VERIFIED");
      expect(verdict.exitCode).toBe(0);
    });
  });

  describe("any one byte changed", () => {
    test("of the packed bundle, at random places", async () => {
      const whole = await readFile(zip);
      const dir = await mkdtemp(join(folder, "bytes-"));
      await writeFile(join(dir, "verify.py"), honest.get("verify.py") ?? "");
      const ends = [0, 10, whole.length - 1, whole.length - 200];
      const places = [...ends, ...Array.from({ length: 8 }, () => randomInt(whole.length))];
      for (const at of places) {
        const spoilt = Buffer.from(whole);
        spoilt.writeUInt8(spoilt.readUInt8(at) ^ (1 << randomInt(8)), at);
        await writeFile(join(dir, "bundle.zip"), spoilt);
        const verdict = await runVerifier(dir, ["bundle.zip"]);
        expect(verdict.exitCode, `byte ${at} of ${whole.length}`).toBe(1);
      }
    });

    test("of each kind of file in the unpacked one", async () => {
      const names = [...honest.keys()];
      const heads = [
        "bagit",
        "bag-info",
        "index",
        "manifest",
        "tagmanifest",
        "seal",
        "data/scope",
        "data/log/e",
      ];
      const more = [
        "data/log/keys",
        "data/log/checkpoints",
        "data/facts/",
        "data/plans/",
        "data/pictures/",
        "data/copies/",
      ];
      const dir = await mkdtemp(join(folder, "one-"));
      await writeBundle(dir, honest);
      // The auditor's own copy of the verifier: a changed one could say anything.
      const own = join(folder, "verify.py");
      await writeFile(own, honest.get("verify.py") ?? "");
      for (const head of [...heads, ...more, "verify"]) {
        const name = names.find((one) => one.startsWith(head)) ?? "";
        const bytes = honest.get(name) ?? Buffer.alloc(0);
        const spoilt = Buffer.from(bytes);
        const at = randomInt(spoilt.length);
        spoilt.writeUInt8(spoilt.readUInt8(at) ^ (1 << randomInt(8)), at);
        await writeFile(join(dir, name), spoilt);
        const verdict = await runVerifier(dir, [dir], own);
        expect(verdict.exitCode, `${name}, byte ${at}`).toBe(1);
        await writeFile(join(dir, name), bytes);
      }
      expect((await runVerifier(dir, [dir], own)).exitCode).toBe(0);
    });
  });

  describe("pictures", () => {
    test("one byte flipped", async () => {
      const { name } = somePicture();
      const flip = (files: BundleFiles) => {
        const bytes = Buffer.from(files.get(name) ?? "");
        bytes.writeUInt8(bytes.readUInt8(1_000) ^ 1, 1_000);
        files.set(name, bytes);
      };
      const files = new Map(honest);
      flip(files);
      expect(await verdictOn(files)).toEqual(failing(`object altered: ${name}`));
      expect(await verdictOn(altered(flip))).toEqual(failing("the bundle's seal does not fit"));
      expect(await verdictOn(stolen(flip))).toEqual(failing("is not what was sealed"));
    });

    test("removed silently", async () => {
      expect(await verdictOn(stolen(remove))).toEqual(failing("missing, no deletion record"));
    });

    test("swapped", async () => {
      const [one = "", two = ""] = [...honest.keys()].filter((name) => /data\/pictures\/.*jpg/.test(name));
      const swap = (files: BundleFiles) => {
        files.set(one, honest.get(two) ?? Buffer.alloc(0));
        files.set(two, honest.get(one) ?? Buffer.alloc(0));
      };
      expect(await verdictOn(stolen(swap))).toEqual(failing("swapped pictures"));
    });

    test("a blurred copy in the original's place", async () => {
      const copy = [...honest.keys()].find((name) => name.startsWith("data/copies/")) ?? "";
      const place = (files: BundleFiles) =>
        void files.set(copy.replace("copies", "pictures"), honest.get(copy) ?? Buffer.alloc(0));
      expect(await verdictOn(stolen(place))).toEqual(failing("is not what was sealed"));
    });
  });

  describe("destroyed pictures", () => {
    test("after the floor by two people: on record, and no finding", async () => {
      const verdict = await verdictOn(
        destroyed("2032-01-01T00:00:00.000Z", { approver1: "a", approver2: "b" }),
      );
      expect(verdict.words).toContain("was destroyed on record");
      expect(verdict.exitCode).toBe(0);
    });

    test("on a record with line and paragraph separators in its text: no finding", async () => {
      const minute = "12/BB-HĐ\u2028\u2029\u0085";
      const two = { approver1: "a", approver2: "b", minute };
      expect(await verdictOn(destroyed("2032-01-01T00:00:00.000Z", two))).toMatchObject({ exitCode: 0 });
    });

    test("too early, the log properly signed", async () => {
      const early = destroyed("2027-01-01T00:00:00.000Z", { approver1: "a", approver2: "b" });
      expect(await verdictOn(early)).toEqual(failing("deleted before retain_until"));
    });

    test("under a hold, or before a longer class has run out", async () => {
      const two = { approver1: "a", approver2: "b" };
      const hold = [{ event: "hold", hold: "h" }];
      const held = destroyed("2032-01-01T00:00:00.000Z", two, hold);
      expect(await verdictOn(held)).toEqual(failing("deleted under a legal hold"));
      const longer = [{ event: "retention", retainUntil: "2036-09-07T00:00:00.000Z" }];
      const early = destroyed("2032-01-01T00:00:00.000Z", two, longer);
      expect(await verdictOn(early)).toEqual(failing("deleted before retain_until"));
    });

    test("one person approves twice", async () => {
      const once = destroyed("2032-01-01T00:00:00.000Z", { approver1: "a", approver2: "a" });
      expect(await verdictOn(once)).toEqual(failing("needs two approvers"));
    });
  });

  describe("entries", () => {
    test("one back-dated", async () => {
      const files = withEntries((rows) => rows.map((row) => ({ ...row, line: back(row.line) })));
      expect(await verdictOn(files)).toEqual(failing("root mismatch"));
    });

    test("an absence turned into a presence", async () => {
      const files = withEntries((rows) => rows.map((row) => ({ ...row, line: better(row.line) })));
      expect(await verdictOn(files)).toEqual(failing("root mismatch"));
    });

    test("one left out of the extract", async () => {
      const { line } = first("snapshot");
      const files = withEntries((rows) => rows.filter((row) => row.line !== line));
      expect(await verdictOn(files)).toEqual(failing("left out: session"));
    });

    test("a session's closing left out, alone or with what it counts", async () => {
      const closing = first("session-closed").line;
      const snapshot = first("snapshot").line;
      for (const dropped of [[closing], [closing, snapshot]]) {
        const files = withEntries((rows) => rows.filter(({ line }) => !dropped.includes(line)));
        expect(await verdictOn(files)).toEqual(failing("no session-closed record"));
      }
    });

    test("a revealed plan left out, its pictures then fit no plan", async () => {
      const { line } = first("reveal");
      const files = withEntries((rows) => rows.filter((row) => row.line !== line));
      const verdict = await verdictOn(files);
      expect(verdict).toEqual(failing("is not revealed though its session is closed"));
      expect(verdict.words).toContain("a picture of a round no plan has");
    });

    test("this export's own record left out, or about somebody else", async () => {
      const without = withEntries((rows) => rows.filter(({ line }) => eventOf(line) !== "export"));
      expect(await verdictOn(without)).toEqual(failing("no record of this export in the log"));
      const { index } = first("export");
      const { files } = rewritten((forged) => {
        forged.lines[index] = edited(forged.lines[index] ?? "", { trainee: "somebody-else" });
      });
      expect(await verdictOn(files)).toEqual(failing("this export was about something else"));
    });

    test("nothing told, or nothing of the person asked about", async () => {
      expect(await verdictOn(withEntries(() => []))).toEqual(
        failing("the extract tells nothing of its trainee"),
      );
      const others = withEntries((rows) =>
        rows.filter(({ line }) => eventOf(line) === "export" || !line.includes(absentee)),
      );
      expect(await verdictOn(others)).toEqual(failing("the extract tells nothing of its trainee"));
    });

    test("one dropped from a log signed anew: caught by a kept checkpoint", async () => {
      const { index } = first("mark");
      const { files } = rewritten((forged) => {
        forged.lines.splice(index, 1);
        forged.checkpoints = forged.checkpoints.map((one) => ({
          ...one,
          size: one.size > index ? one.size - 1 : one.size,
        }));
      });
      const own = log.checkpoints.at(-2);
      if (own === undefined) throw new Error("no checkpoint to keep");
      expect(await verdictOn(files, "--checkpoint", await kept(noteAt(log, own)))).toEqual(
        failing("not in the bundle's history"),
      );
    });

    test("the newest cut off together with their checkpoints: caught by a kept checkpoint", async () => {
      const newest = log.checkpoints.at(-1);
      const earlier = log.checkpoints.at(-2);
      if (!newest || !earlier) throw new Error("no checkpoint to keep");
      const { files } = rewritten((forged) => {
        forged.lines = forged.lines.slice(0, earlier.size);
        forged.checkpoints.pop();
      });
      expect(await verdictOn(files)).toEqual(failing("no record of this export in the log"));
      const note = await kept(noteAt(log, newest));
      expect(await verdictOn(files, "--checkpoint", note)).toEqual(failing("newest entries were cut off"));
    });

    test("one appended behind the last checkpoint", async () => {
      const { fields } = first("session-mark");
      const line = canonicalJson({ ...fields, at: "2026-09-07T05:00:00.000Z", outcome: "present" });
      const files = withEntries((rows) => [...rows, { index: log.lines.length, line, proof: [] }]);
      expect(await verdictOn(files)).toEqual(failing("not covered by a checkpoint"));
    });

    test("two histories for two readers", async () => {
      const index = somebodysMark();
      const { files, forged } = rewritten((one) => {
        one.lines[index] = edited(one.lines[index] ?? "", { outcome: "review" });
      });
      const last = log.checkpoints.at(-1);
      if (last === undefined) throw new Error("no checkpoint to keep");
      expect(noteAt(forged, last)).not.toBe(noteAt(log, last));
      const verdict = await verdictOn(files, "--checkpoint", await kept(noteAt(log, last)));
      expect(verdict).toEqual(failing("split view"));
      expect(verdict.words).toContain("both carry the log's signature");
    });
  });

  describe("plans and marks", () => {
    test("an edited plan", async () => {
      const name = [...honest.keys()].find((one) => one.startsWith("data/plans/")) ?? "";
      const edit = (files: BundleFiles) =>
        void files.set(
          name,
          Buffer.from((honest.get(name)?.toString() ?? "").replace('"planNo":1', '"planNo":2')),
        );
      expect(await verdictOn(stolen(edit))).toEqual(failing("edited plan"));
    });

    test("a plan chosen afterwards: commitment and instants do not come from one seed", async () => {
      const { index } = first("reveal");
      const { files } = rewritten((forged) => {
        forged.lines[index] = edited(forged.lines[index] ?? "", { rounds: "" });
      });
      expect(await verdictOn(files)).toEqual(failing("the draw gives 2"));
    });

    test("a picture taken at another instant than the drawn one", async () => {
      const { fields } = somePicture();
      const index = log.lines.findIndex(
        (line) => line.includes(fields["snapshot"] ?? "?") && eventOf(line) === "snapshot",
      );
      const { files } = rewritten((forged) => {
        forged.lines[index] = edited(forged.lines[index] ?? "", { takenAt: "2026-09-07T01:00:01.000Z" });
      });
      expect(await verdictOn(files)).toEqual(failing("was not taken at its drawn instant"));
    });

    test("a mark's content or a name edited", async () => {
      for (const [word, other] of [
        ['"outcome":"absent"', '"outcome":"present"'],
        ["Vũ Thị Thu Dung", "Nguyễn Văn Khác"],
      ] as const) {
        const name = pick(word);
        const edit = (files: BundleFiles) =>
          void files.set(name, Buffer.from((honest.get(name)?.toString() ?? "").replaceAll(word, other)));
        expect(await verdictOn(stolen(edit))).toEqual(failing("a fact the log does not bind"));
      }
    });
  });

  describe("keys", () => {
    test("a wrong trust root", async () => {
      const stranger = otherSigner();
      const { files, forged } = rewritten((one) => void (one.keys = [{ signer: stranger, fromSize: 0 }]));
      expect(await verdictOn(files, "--key", key)).toEqual(failing("wrong trust root"));
      const last = forged.checkpoints.at(-1);
      if (last === undefined) throw new Error("no checkpoint");
      const note = await kept(noteAt(log, last));
      expect(await verdictOn(files, "--checkpoint", note)).toEqual(failing("signed by another key"));
    });

    test("a rotated key: the kept old one still leads to it, a forged one does not", async () => {
      const fresh = otherSigner();
      const [, second] = log.checkpoints;
      const fromSize = second?.size ?? 0;
      const rotated = (by: LogSigner) =>
        rewritten((one) => {
          const rotationNote = rotation(one, by, fresh, fromSize);
          one.keys = [...one.keys, { signer: fresh, fromSize, rotationNote }];
        }).files;
      const verdict = await verdictOn(rotated(drill.ctx.logSigner), "--key", key);
      expect(verdict.words).toContain("the old key named the new one");
      expect(verdict.exitCode).toBe(0);
      expect(await verdictOn(rotated(fresh), "--key", key)).toEqual(failing("was not named by the old one"));
    });
  });

  describe("tokens of an outside clock", () => {
    let authority: TestAuthority;
    let stamped: ForgedLog;
    beforeAll(async () => {
      authority = await startTimestampAuthority();
      stamped = await stampedLog(authority, 5);
    });
    afterAll(() => authority.stop());

    test("an honest log verifies under the authority's root, and not under another's", async () => {
      const files = forgeBundle(honest, stamped, tells);
      const verdict = await verdictOn(files, "--tsa-ca", authority.rootFile);
      expect(verdict.words).toContain("tokens verify under the root you gave");
      expect(verdict.exitCode).toBe(0);
      const other = await startTimestampAuthority();
      expect(await verdictOn(files, "--tsa-ca", other.rootFile)).toEqual(
        failing("wrong trust root or forged"),
      );
      await other.stop();
    });

    test("everything rewritten with the stolen log key", async () => {
      const { index } = first("session-mark");
      const lines = [...stamped.lines];
      lines[index] = edited(lines[index] ?? "", { outcome: "excused" });
      const files = forgeBundle(
        honest,
        { ...stamped, lines },
        (line) => told.has(line) || line === lines[index],
      );
      expect(await verdictOn(files, "--tsa-ca", authority.rootFile)).toEqual(
        failing("timestamp token is not about the checkpoint"),
      );
      const bare = forgeBundle(honest, { ...stamped, lines, tokens: new Map() }, tells);
      expect(await verdictOn(bare, "--tsa-ca", authority.rootFile)).toEqual(
        failing("no checkpoint has a token"),
      );
    });

    test("an old-dated entry appended, signed and stamped today", async () => {
      const { fields } = first("session-mark");
      const old = canonicalJson({ ...fields, at: new Date(Date.now() - 2 * 86_400_000).toISOString() });
      const final = stamped.checkpoints.at(-1) ?? { size: 0, madeAt: new Date() };
      const appended = {
        ...stamped,
        lines: [...stamped.lines.slice(0, final.size), old],
        checkpoints: [...stamped.checkpoints, { size: final.size + 1, madeAt: new Date() }],
      };
      const forged = await stamp(appended, authority);
      const files = forgeBundle(honest, forged, (line) => told.has(line) || line === old);
      expect(await verdictOn(files, "--tsa-ca", authority.rootFile)).toEqual(
        failing("outside its anchored window"),
      );
    });

    test("a log rewritten whole and stamped anew, long after what it tells", async () => {
      const late = await stampedLog(authority, 10 * 24 * 60);
      const files = forgeBundle(honest, late, tells);
      expect(await verdictOn(files, "--tsa-ca", authority.rootFile)).toEqual(failing("anchored too late"));
    });

    test("log and authority keys both stolen: undetected alone, caught by a kept checkpoint", async () => {
      const index = somebodysMark();
      const lines = [...stamped.lines];
      lines[index] = edited(lines[index] ?? "", { outcome: "review" });
      const forged = await stamp({ ...stamped, lines }, authority);
      const files = forgeBundle(honest, forged, (line) => told.has(line) || line === lines[index]);
      expect((await verdictOn(files, "--tsa-ca", authority.rootFile)).exitCode).toBe(0);
      const last = stamped.checkpoints.at(-1);
      if (last === undefined) throw new Error("no checkpoint to keep");
      const note = await kept(noteAt(stamped, last));
      expect(await verdictOn(files, "--tsa-ca", authority.rootFile, "--checkpoint", note)).toEqual(
        failing("split view"),
      );
    });

    test("a token made after the certificate's expiry fails, one made before it does not", async () => {
      const hour = 3_600_000;
      const dead = await startTimestampAuthority({
        notBefore: new Date(Date.now() - 48 * hour),
        notAfter: new Date(Date.now() - 24 * hour),
      });
      const after = forgeBundle(honest, await stamp(stamped, dead), tells);
      expect(await verdictOn(after, "--tsa-ca", dead.rootFile)).toEqual(failing("certificate has expired"));
      await dead.stop();
      const { files, rootFile, stop } = await stampedInTime();
      const verdict = await verdictOn(files, "--tsa-ca", rootFile);
      expect(verdict.words).toContain("it was valid when it stamped");
      expect(verdict.exitCode).toBe(0);
      await stop();
    });

    /** Stamped by a certificate that has expired since; one that lives longer where the machine was too slow for it. */
    async function stampedInTime(seconds = 4): Promise<{ files: BundleFiles } & TestAuthority> {
      const notAfter = new Date(Date.now() + seconds * 1_000);
      const brief = await startTimestampAuthority({ notAfter });
      const lastOnly = { ...stamped, checkpoints: stamped.checkpoints.slice(-1) };
      const files = forgeBundle(honest, await stamp(lastOnly, brief), tells);
      // Certificates and tokens tell whole seconds.
      if (Date.now() >= notAfter.getTime() - 1_000) {
        await brief.stop();
        return stampedInTime(seconds * 3);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, notAfter.getTime() + 2_000 - Date.now());
      });
      return { ...brief, files };
    }
  });
});
