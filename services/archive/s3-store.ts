import { createHash } from "node:crypto";
import type { ObjectStore } from "../ports.ts";
import { isObjectName, objectPath, sha256Of } from "./object-name.ts";
import {
  addressOf,
  keyOf,
  refuseUnlessOk,
  s3Requests,
  textOf,
  type S3Place,
  type S3Request,
} from "./s3-requests.ts";

/**
 * Objects in an S3 bucket, `objects/ab/<sha256>` below the prefix. With `lock` every object carries Object Lock in compliance
 * mode until its retention ends: nobody shortens that, the account's root included. The bucket then needs Object Lock (and so
 * versioning) turned on when it is made. Throws `store-unavailable`.
 */
export function s3Store(place: S3Place): ObjectStore {
  const ask = s3Requests(place);
  const put = async (key: string, bytes: Uint8Array, headers: Record<string, string>): Promise<void> => {
    const response = await ask({ method: "PUT", key, body: bytes, headers });
    await refuseUnlessOk(place, response, `PUT ${key}`);
  };
  return {
    address: addressOf(place),
    put: (sha256, bytes, until) =>
      put(objectPath(sha256), bytes, place.lock && until ? lockHeaders(until) : {}),
    add: async (bytes, fill) => {
      const whole = Buffer.alloc(bytes);
      Array.from(fill(whole));
      const sha256 = sha256Of(whole);
      await put(objectPath(sha256), whole, {});
      return sha256;
    },
    digest: (sha256) => digest(place, ask, objectPath(sha256)),
    get: (sha256) => read(place, ask, objectPath(sha256)),
    keepUntil: async (sha256, until) => {
      if (!place.lock) return;
      const key = objectPath(sha256);
      const body = Buffer.from(retentionXml(until));
      const md5 = createHash("md5").update(body).digest("base64");
      const response = await ask({
        method: "PUT",
        key,
        query: { retention: "" },
        body,
        headers: { "content-md5": md5 },
      });
      await refuseUnlessOk(place, response, `PUT ${key}?retention`);
    },
    list: (folder) => listed(place, ask, `objects/${folder}/`),
    freeBytes: () => Promise.resolve(Number.POSITIVE_INFINITY),
    clock: async () => {
      const response = await ask({ method: "GET", key: null, query: { "list-type": "2", "max-keys": "1" } });
      await refuseUnlessOk(place, response, "GET");
      const date = new Date(response.headers.get("date") ?? "");
      return Number.isNaN(date.getTime()) ? null : date;
    },
    note: (name) => read(place, ask, name),
    putNote: (name, bytes) => put(name, bytes, {}),
    notes: async (folder) => {
      const names: string[] = [];
      for await (const key of keysBelow(place, ask, `${folder}/`)) names.push(key.name);
      return names;
    },
  };
}

type Ask = (request: S3Request) => Promise<Response>;

function lockHeaders(until: Date): Record<string, string> {
  return {
    "x-amz-object-lock-mode": "COMPLIANCE",
    "x-amz-object-lock-retain-until-date": until.toISOString(),
  };
}

function retentionXml(until: Date): string {
  return `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>COMPLIANCE</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`;
}

async function read(place: S3Place, ask: Ask, key: string): Promise<Uint8Array | null> {
  const response = await ask({ method: "GET", key });
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok) await refuseUnlessOk(place, response, `GET ${key}`);
  return Buffer.from(await response.arrayBuffer());
}

async function digest(
  place: S3Place,
  ask: Ask,
  key: string,
): Promise<{ sha256: string; bytes: number } | null> {
  const response = await ask({ method: "GET", key });
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok) await refuseUnlessOk(place, response, `GET ${key}`);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

async function* listed(
  place: S3Place,
  ask: Ask,
  folder: string,
): AsyncGenerator<{ sha256: string; bytes: number }> {
  for await (const { name, bytes } of keysBelow(place, ask, folder)) {
    if (isObjectName(name)) yield { sha256: name, bytes };
  }
}

/** Page by page; names are what follows the folder. */
async function* keysBelow(
  place: S3Place,
  ask: Ask,
  folder: string,
): AsyncGenerator<{ name: string; bytes: number }> {
  const prefix = keyOf(place, folder);
  let token: string | undefined;
  do {
    const query = { "list-type": "2", prefix, ...(token && { "continuation-token": token }) };
    const response = await ask({ method: "GET", key: null, query });
    if (!response.ok) await refuseUnlessOk(place, response, `GET ${folder}`);
    const fields = textOf(await response.text(), ["Key", "Size", "NextContinuationToken"]);
    for (const [index, key] of (fields["Key"] ?? []).entries())
      yield { name: key.slice(prefix.length), bytes: Number(fields["Size"]?.[index] ?? 0) };
    token = fields["NextContinuationToken"]?.[0];
  } while (token !== undefined);
}
