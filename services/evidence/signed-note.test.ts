import { generateKeyPairSync, sign } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointText, openNote, signedNote, verifierKey } from "./signed-note.ts";

function keyPair(): { publicKey: Buffer; sign: (message: Uint8Array) => Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  return { publicKey: Buffer.from(x ?? "", "base64url"), sign: (message) => sign(null, message, privateKey) };
}

const name = "siso/4b0c";
const own = keyPair();
const root = Buffer.alloc(32, 7);
const text = checkpointText({ origin: name, size: 12, root, madeAt: new Date("2026-09-01T00:00:00Z") });
const note = signedNote(text, name, own.publicKey, own.sign);

test("a note opens with its own key and with no other", () => {
  expect(openNote(note, verifierKey(name, own.publicKey))).toBe(text);
  expect(openNote(note, verifierKey(name, keyPair().publicKey))).toBeNull();
  expect(openNote(note, verifierKey("siso/other", own.publicKey))).toBeNull();
});

test("the example of the signed-note specification's reference implementation opens", () => {
  // golang.org/x/mod/sumdb/note, package example: a published key and note.
  const key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const published =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  expect(openNote(published, key)).toBe(published.slice(0, published.indexOf("\n\n") + 1));
});

test("any one byte changed and it does not open", () => {
  const bytes = Buffer.from(note, "utf8");
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(at) ^ change, at);
      expect(openNote(altered.toString("utf8"), verifierKey(name, own.publicKey))).toBeNull();
    }),
  );
});

test("a key of another kind, or one misnamed, opens nothing", () => {
  const key = verifierKey(name, own.publicKey);
  expect(openNote(note, key.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))).toBeNull();
  expect(openNote(note, "")).toBeNull();
});
