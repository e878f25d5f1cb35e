import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../canonical-json.ts";
import { bundleText, signedNote } from "../../evidence/signed-note.ts";
import { SisoError } from "../../errors.ts";
import { addArchiveAccess } from "../../../db/queries/archive-access.ts";
import { linesAbout, type LogLine } from "../../../db/queries/log.ts";
import {
  checkpointsWithTokens,
  logKeys,
  type StoredCheckpoint,
} from "../../../db/queries/log-checkpoints.ts";
import { checkpointLog } from "../../../workers/archive-log/checkpoint-log.ts";
import { openLog, type LogContext } from "../../../workers/archive-log/open-log.ts";
import { consistencyProofs, inclusionProofs } from "../../../workers/archive-log/read-tree.ts";
import { stampCheckpoints } from "../../../workers/archive-log/stamp-checkpoints.ts";
import type { Context } from "../../../workers/context.ts";
import { createBundleFile, type BundleFile } from "./bundle-file.ts";
import { addCopies, type ShownCopy } from "./bundle-copies.ts";
import { bundlePage } from "./bundle-page.ts";
import { gatherEvidence, type Evidence } from "./collect-evidence.ts";
import type { EvidenceScope } from "./scope.ts";
import { watermarkOf } from "./derived-copy.ts";

export interface ExportRequest {
  scope: EvidenceScope;
  purpose: string;
  madeBy: string;
  /** Path of the bundle. */
  out: string;
  /** Where unfinished bundles are noted. */
  drafts: string;
  /** Leaves the originals out: for somebody who may look but needs no proof of the pictures. */
  copiesOnly: boolean;
}

export interface ExportResult {
  checkpoint: StoredCheckpoint;
  /** Verifier key in use. */
  key: string;
  pictures: number;
  lines: number;
  /** Pictures that could not be opened: destroyed on record, or a finding. */
  missing: string[];
}

export type ExportContext = LogContext & Pick<Context, "archive">;

const verifier = join(import.meta.dirname, "verify.py");

/**
 * An auditor's bundle. What it will tell is collected, then the export is logged with the hash of just that, then a checkpoint
 * covers that very line; only then is a picture opened.
 */
export async function exportBundle(ctx: ExportContext, request: ExportRequest): Promise<ExportResult> {
  const id = ctx.random.uuid();
  const at = ctx.clock.now();
  const { scope, purpose, madeBy } = request;
  const collected = await gatherEvidence(ctx.db, scope);
  const ids = scopeIds(scope);
  const extract = { records: collected.lines.length, sha256: extractHash(collected.lines) };
  const access = { id, kind: "export" as const, madeBy, purpose, scope: ids, extract, at };
  await ctx.db.transaction().execute((trx) => addArchiveAccess(trx, access));
  const checkpoint = await checkpointLog(ctx, "export");
  await stampCheckpoints(ctx);
  const own = await linesAbout(ctx.db, [ids.session ?? ids.course]);
  const evidence = {
    ...collected,
    lines: [...collected.lines, ...own.filter(({ line }) => line.includes(`"access":"${id}"`))],
  };
  const bundle = await createBundleFile(request.out, request.drafts);
  try {
    const about = { id, at, purpose, copiesOnly: request.copiesOnly };
    await bundle.add("data/scope.json", canonicalJson({ export: id, ...scopeFields(scope), ...about, at }));
    const lines = await addLog(ctx, bundle, evidence, checkpoint);
    await addFacts(bundle, evidence);
    const { missing, pictures } = await addPictures(ctx, bundle, evidence, request.copiesOnly);
    const watermark = watermarkOf(purpose, id);
    const copies = await addCopies(ctx, bundle, evidence, watermark);
    const { key, origin } = await openLog(ctx);
    await addTags(ctx, bundle, { evidence, copies, checkpoint, key, origin, about, missing });
    await bundle.finish();
    return { checkpoint, key, pictures, lines, missing };
  } catch (error) {
    await bundle.abandon();
    throw error;
  }
}

/** Over the lines in the tree's order, each with its line feed. */
function extractHash(lines: readonly LogLine[]): string {
  const hash = createHash("sha256");
  for (const { line } of lines) hash.update(`${line}\n`, "utf8");
  return hash.digest("hex");
}

/** Ids a log line may carry. */
function scopeIds(scope: EvidenceScope): { course: string; session?: string } & Record<string, string> {
  const { courseId: course } = scope;
  if (scope.kind === "course") return { course };
  if (scope.kind === "session") return { course, session: scope.sessionId };
  if (scope.kind === "trainee") return { course, trainee: scope.traineeId };
  return { course, session: scope.sessionId, trainee: scope.traineeId, mark: scope.markId };
}

function scopeFields(scope: EvidenceScope) {
  return { kind: scope.kind, session: null, trainee: null, mark: null, ...scopeIds(scope) };
}

async function addLog(
  ctx: ExportContext,
  bundle: BundleFile,
  { lines }: Evidence,
  final: StoredCheckpoint,
): Promise<number> {
  const placed = lines.flatMap(({ line, leafIndex }) =>
    leafIndex !== null && leafIndex < final.size ? [{ line, index: leafIndex }] : [],
  );
  const proofs = await inclusionProofs(
    ctx.db,
    placed.map(({ index }) => index),
    final.size,
  );
  const entries = placed.map(({ line, index }, n) =>
    JSON.stringify({ index, line, proof: texts(proofs[n]) }),
  );
  await bundle.add("data/log/entries.jsonl", entries.map((entry) => `${entry}\n`).join(""));
  const keys = (await logKeys(ctx.db)).map(({ verifierKey, fromSize, rotationNote }) => ({
    verifierKey,
    fromSize,
    rotationNote,
  }));
  await bundle.add("data/log/keys.json", `${JSON.stringify(keys, null, 1)}\n`);
  const checkpoints = (await checkpointsWithTokens(ctx.db)).filter(
    ({ size, id }) => size < final.size || id === final.id,
  );
  const consistency = await consistencyProofs(
    ctx.db,
    checkpoints.map(({ size }) => size),
    final.size,
  );
  const rows = [];
  for (const [n, { note, size, token }] of checkpoints.entries()) {
    const name = token === null ? null : `data/log/tokens/${size}.tsr`;
    if (token !== null && name !== null) await bundle.add(name, token.response);
    rows.push({ note, consistency: texts(consistency[n]), token: name });
  }
  await bundle.add("data/log/checkpoints.json", `${JSON.stringify(rows, null, 1)}\n`);
  await bundle.add("data/log/checkpoint.txt", final.note);
  return placed.length;
}

function texts(hashes: readonly Buffer[] | undefined): string[] {
  return (hashes ?? []).map((hash) => hash.toString("base64"));
}

/** Each under the hash that stands in its line. */
async function addFacts(bundle: BundleFile, evidence: Evidence): Promise<void> {
  const facts: unknown[] = [
    ...evidence.marks.map(({ fact }) => fact),
    ...evidence.outcomes,
    ...evidence.corrections.map(({ fact }) => fact),
    ...evidence.online,
    ...evidence.identities,
    ...evidence.rules,
    ...evidence.keeping,
  ];
  const known = new Set<string>(evidence.lines.flatMap(({ line }) => detailOf(line)));
  for (const fact of facts) {
    const text = canonicalJson(fact);
    const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
    // What an old line does not bind, or what no longer fits its line, is not passed off as bound.
    if (known.has(sha256)) await bundle.add(`data/facts/${sha256}.json`, text);
  }
  for (const [id, statement] of evidence.plans) await bundle.add(`data/plans/${id}.json`, statement);
}

/** Hashes of facts that a line binds. */
function detailOf(line: string): string[] {
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>);
  return fields.flatMap(([name, value]) =>
    /^(detail|approver\d+)$/.test(name) && typeof value === "string" ? [value] : [],
  );
}

async function addPictures(
  ctx: ExportContext,
  bundle: BundleFile,
  { snapshots }: Evidence,
  copiesOnly: boolean,
): Promise<{ missing: string[]; pictures: number }> {
  const openings: Record<string, Record<"salt" | "key" | "nonce" | "tag", string>> = {};
  const missing: string[] = [];
  for (const { id, object } of copiesOnly ? [] : snapshots) {
    try {
      const { plain, salt, key, nonce, tag } = await ctx.archive.reveal(object);
      await bundle.add(`data/pictures/${id}.jpg`, plain);
      // Whoever holds the picture learns nothing more from its own key.
      openings[id] = { salt: hex(salt), key: hex(key), nonce: hex(nonce), tag: hex(tag) };
    } catch (error) {
      if (!(error instanceof SisoError) || error.code !== "archive-corrupt") throw error;
      missing.push(id);
    }
  }
  await bundle.add("data/pictures/openings.json", `${JSON.stringify(openings, null, 1)}\n`);
  return { missing, pictures: Object.keys(openings).length };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

interface Tags {
  evidence: Evidence;
  copies: ShownCopy[];
  checkpoint: StoredCheckpoint;
  key: string;
  origin: string;
  about: { id: string; at: Date; purpose: string; copiesOnly: boolean };
  missing: string[];
}

/** BagIt's own files (RFC 8493), the page, the verifier; last the seal over all of it. */
async function addTags(ctx: ExportContext, bundle: BundleFile, tags: Tags): Promise<void> {
  const payload = [...bundle.hashes];
  const { about, evidence, key, origin } = tags;
  const info = [
    `External-Identifier: ${about.id}`,
    `Bagging-Date: ${about.at.toISOString().slice(0, 10)}`,
    `External-Description: ${evidence.course.code}; ${about.purpose.replaceAll(/\s+/g, " ")}`,
    `Log-Key: ${key}`,
  ];
  const files: [string, string][] = [
    ["bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"],
    ["bag-info.txt", `${info.join("\n")}\n`],
    ["manifest-sha256.txt", manifest(payload)],
    ["index.html", bundlePage(tags)],
    ["verify.py", await readFile(verifier, "utf8")],
  ];
  for (const [name, text] of files) await bundle.add(name, text);
  const tagManifest = manifest([...bundle.hashes].slice(payload.length));
  await bundle.add("tagmanifest-sha256.txt", tagManifest);
  const text = bundleText(origin, about.id, createHash("sha256").update(tagManifest).digest("hex"));
  const { publicKey } = ctx.logSigner;
  const seal = signedNote(text, origin, publicKey, (message) => ctx.logSigner.sign(message));
  await bundle.add("seal.txt", seal);
}

function manifest(hashes: readonly [string, string][]): string {
  return hashes.map(([name, sha256]) => `${sha256}  ${name}\n`).join("");
}
