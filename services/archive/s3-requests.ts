import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { SaxesParser } from "saxes";
import { SisoError } from "../errors.ts";

export interface S3Place {
  /** Origin of the service; buckets are addressed by path. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Whether objects are locked until their retention ends (Object Lock, compliance mode). */
  lock: boolean;
}

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Below the prefix; null speaks to the bucket. */
  key: string | null;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

const deadlineMs = 60_000;

/** Every request signed (SigV4), its body by its own SHA-256; one that fails for the network or with 5xx is tried three times. */
export function s3Requests(place: S3Place): (request: S3Request) => Promise<Response> {
  const { accessKeyId, secretAccessKey, region } = place;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: "s3",
    retries: 2,
    initRetryMs: 100,
  });
  return async ({ method, key, query = {}, headers = {}, body }) => {
    const url = new URL(place.endpoint);
    url.pathname = `/${[place.bucket, ...(key === null ? [] : [keyOf(place, key)])].join("/")}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const sha256 = createHash("sha256")
      .update(body ?? "")
      .digest();
    const signed = { "x-amz-content-sha256": sha256.toString("hex"), ...headers };
    const checked = body ? { ...signed, "x-amz-checksum-sha256": sha256.toString("base64") } : signed;
    try {
      return await client.fetch(url.href, {
        method,
        headers: checked,
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
        signal: AbortSignal.timeout(deadlineMs),
      });
    } catch (cause) {
      throw unreachable(place, cause);
    }
  };
}

export function keyOf({ prefix }: S3Place, key: string): string {
  return prefix === "" ? key : `${prefix}/${key}`;
}

/** Throws what the service said, with its code and its own sentence. */
export async function refuseUnlessOk(place: S3Place, response: Response, doing: string): Promise<void> {
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const fields = textOf(await response.text(), ["Code", "Message"]);
  const said = `${response.status} ${fields["Code"]?.[0] ?? ""} ${fields["Message"]?.[0] ?? ""}`.trim();
  throw new SisoError("store-unavailable", {
    vi: `Kho ${addressOf(place)} từ chối ${doing}: ${said}`,
    en: `The store ${addressOf(place)} refused ${doing}: ${said}`,
  });
}

/** The texts of the named elements, in the order they stand. */
export function textOf(xml: string, names: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const parser = new SaxesParser();
  let text = "";
  parser.on("opentag", () => {
    text = "";
  });
  parser.on("text", (piece) => {
    text += piece;
  });
  parser.on("closetag", ({ name }) => {
    if (names.includes(name)) (found[name] ??= []).push(text);
    text = "";
  });
  // An answer that is no XML has no such elements.
  parser.on("error", () => undefined);
  parser.write(xml).close();
  return found;
}

export function addressOf({ bucket, prefix }: S3Place): string {
  return `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
}

function unreachable(place: S3Place, cause: unknown): SisoError {
  const why = cause instanceof Error ? `${cause.message} ${causeOf(cause)}`.trim() : String(cause);
  return new SisoError(
    "store-unavailable",
    {
      vi: `Không liên lạc được kho ${addressOf(place)} tại ${place.endpoint}: ${why}`,
      en: `The store ${addressOf(place)} at ${place.endpoint} cannot be reached: ${why}`,
    },
    cause,
  );
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : "";
}
