import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { openPlace, type DrillPlace } from "../fixtures/drill/drill-place.ts";
import { startService } from "../fixtures/drill/service-process.ts";

let place: DrillPlace;
beforeAll(async () => {
  place = await openPlace({ now: () => new Date() });
  await writeFile(join(place.folder, "few-rounds.json"), JSON.stringify({ rules: { roundsPerSession: 1 } }));
  await writeFile(join(place.folder, "short-token"), "abc");
});
afterAll(() => place.remove());

/** Exit status and complaints of a start with something wrong in its variables. */
async function refusal(wrong: Record<string, string>): Promise<{ status: unknown; said: string }> {
  const service = startService([], { ...place.env, ...wrong });
  const status = await service.exited;
  return { status, said: service.complaints() };
}

const inFolder = (name: string): string => join(place.folder, name);

test.concurrent.for<[string, () => Record<string, string>, RegExp[]]>([
  ["a value out of range", () => ({ SISO_API_PORT: "84000" }), [/SISO_API_PORT/, /65535/]],
  ["a misspelt name", () => ({ SISO_DATABASE_ULR: "x" }), [/SISO_DATABASE_ULR/, /SISO_DATABASE_URL/]],
  [
    "a rule the regulation does not allow",
    () => ({ SISO_INSTITUTION_FILE: inFolder("few-rounds.json") }),
    [/SISO_INSTITUTION_FILE/, /rules\.roundsPerSession/],
  ],
  [
    "several at once",
    () => ({ SISO_API_TOKEN_FILE: inFolder("short-token"), SISO_KEY_FILE: inFolder("data/key") }),
    [/SISO_API_TOKEN_FILE/, /SISO_KEY_FILE/],
  ],
  [
    "a database that does not answer",
    () => ({ SISO_DATABASE_URL: "postgres://siso@127.0.0.1:9/siso" }),
    [/127\.0\.0\.1:9/],
  ],
])("a start with %s is refused, naming it, without a stack", async ([, wrong, named], { expect }) => {
  const { status, said } = await refusal(wrong());
  expect(status).toBe(1);
  for (const pattern of named) expect(said).toMatch(pattern);
  expect(said).not.toMatch(/^ {4}at /m);
});
