import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openKeeping, type KeepingPlace } from "../../../fixtures/archive/archive-place.ts";
import { oldAndYoung } from "../../../fixtures/archive/approved-disposal.ts";
import type { KeptCourse } from "../../../fixtures/archive/old-course.ts";
import { typeArchive, typeRefused, type Typed } from "../../../fixtures/archive/typed.ts";
import { startS3, type S3Server } from "../../../fixtures/servers/s3.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { disposals } from "../../../db/queries/disposals.ts";
import { copyObjects } from "../../../workers/jobs/copy-objects.ts";
import type { Context } from "../../../workers/context.ts";
import { READ_LIMITS } from "../../readers/limits.ts";
import { readDocument } from "../../readers/read-document.ts";

let s3: S3Server;
let place: KeepingPlace;
let ctx: Context;
let old: KeptCourse;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

/** An archive with its second copy in a bucket with Object Lock, and a shell whose settings point there. */
beforeEach(async () => {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
  s3.versions.clear();
  const own = { endpoint, bucket, accessKeyId, secretAccessKey, region: "us-east-1" };
  place = await openKeeping({ second: { kind: "s3", ...own, prefix: "siso", lock: true } });
  ctx = place.ctx as Context;
  ({ old } = await oldAndYoung(ctx, [3, 1]));
  const credentials = join(place.folder, "keys", "s3");
  await writeFile(credentials, `${accessKeyId}\n${secretAccessKey}\n`, { mode: 0o600 });
  vi.stubEnv("SISO_DATA", join(place.folder, "data"));
  vi.stubEnv("SISO_DATABASE_URL", place.connectionString);
  vi.stubEnv("SISO_ARCHIVE_DIR", place.archiveDir);
  vi.stubEnv("SISO_KEY_FILE", place.keyFile);
  vi.stubEnv("SISO_ARCHIVE_SECOND", `s3://${bucket}/siso`);
  vi.stubEnv("SISO_S3_ENDPOINT", endpoint);
  vi.stubEnv("SISO_S3_CREDENTIALS_FILE", credentials);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.close();
});

async function done(...args: string[]): Promise<Typed> {
  const typed = await typeArchive(...args);
  expect(typed.said).not.toContain("error");
  expect(typed.exitCode).toBe(0);
  return typed;
}

async function events(): Promise<string[]> {
  const { rows } = await sql<{ event: string }>`
    select line::jsonb ->> 'event' as event from archive_log order by seq`.execute(ctx.db);
  return rows.map(({ event }) => event);
}

describe("./siso archive hold", () => {
  const by = ["--by", "Thanh tra Bộ"];

  test("places, lists and lifts; says which course or hold there is when another was typed", async () => {
    expect((await done("hold", "list")).out).toContain("There is no hold");
    const why = ["--why", "Đơn khiếu nại 7"];
    await typeRefused(
      ["hold", "place", "--course", "K-1999", ...why, ...by],
      "Có: K-2019, K-2026",
      "There are: K-2019",
    );
    await typeRefused(
      ["hold", "place", "--course", "K-2019", "--why", " ", ...by],
      "không được để trống",
      "not be empty",
    );
    const place = ["hold", "place", "--course", "K-2019", ...why, ...by];
    const preview = await done(...place);
    expect(preview.out).toMatch(/K-2019.*\n.*3 đối tượng.*2024-03-01\n.*past their retention: 3/);
    expect(preview.said).toContain("Preview: course K-2019 would be held");
    expect((await done("hold", "list")).out).toContain("There is no hold");
    const { said } = await done(...place, "--confirm");
    const id = /id ([0-9a-f]{8})/.exec(said)?.[1] ?? "";
    expect((await done("hold", "list")).out).toMatch(
      new RegExp(`${id}.*đang giữ.*Thanh tra Bộ.*Đơn khiếu nại 7`),
    );
    expect((await done("dispose", "list")).out).toContain("Nothing has reached the end of its retention");
    await typeRefused(
      ["hold", "lift", "0000", ...why, ...by],
      `Có: ${id} (K-2019)`,
      "not exactly one standing hold",
    );
    const lift = ["hold", "lift", id, "--why", "Đã trả lời", ...by];
    expect((await done(...lift)).said).toContain(
      "the last one on course K-2019; 3 objects past their retention may then be put on a disposal list",
    );
    expect((await done("dispose", "list")).out).toContain("Nothing has reached the end of its retention");
    await done(...lift, "--confirm");
    await typeRefused(["hold", "lift", id, ...why, ...by], "Có: –", "not exactly one standing hold");
    expect((await done("dispose", "list")).out).toContain("K-2019");
    expect(await events()).toEqual(["hold", "hold-lifted"]);
    expect(JSON.parse((await done("hold", "list", "--json")).out)).toMatchObject([
      { courseCode: "K-2019", placedBy: "Thanh tra Bộ", liftedAt: expect.any(String) },
    ]);
  });

  test("a preview names the lists a hold stops, and the other holds a lifting leaves", async () => {
    await done("dispose", "list", "--propose", "--confirm");
    const [list] = await disposals(ctx.db);
    const place = ["hold", "place", "--course", "K-2019", "--why", "Đơn 7", ...by];
    expect((await done(...place)).said).toContain(`Disposal list ${list?.id.slice(0, 8)} names some of it`);
    await done(...place, "--confirm");
    expect((await done(...place)).out).toMatch(/past their retention.*\n.*state.*\n.*K-2019 +đang giữ/);
    const { said } = await done(...place, "--confirm");
    const id = /id ([0-9a-f]{8})/.exec(said)?.[1] ?? "";
    const lift = ["hold", "lift", id, "--why", "Trùng", ...by];
    expect((await done(...lift)).said).toContain("course K-2019 stays held by 1 more");
    const young = ["--course", "K-2026", "--why", "Đơn 8", ...by];
    const placed = (await done("hold", "place", ...young, "--confirm")).said;
    const other = /id ([0-9a-f]{8})/.exec(placed)?.[1] ?? "";
    expect((await done("hold", "lift", other, "--why", "Xong", ...by)).said).toContain(
      "nothing of it is past its retention yet",
    );
  });
});

function extend(years: string, minutes: string, ...more: string[]): string[] {
  const asked = ["--course", "K-2026", "--years", years, "--class", "Hồ sơ khóa", "--by", "Giám đốc"];
  return ["extend", ...asked, "--minutes", minutes, ...more];
}

/** When each object's lock in the bucket ends. */
function locks(): number[] {
  const versions = [...s3.versions.values()].flat();
  return versions.flatMap(({ retainUntil }) => retainUntil?.getTime() ?? []);
}

describe("./siso archive extend", () => {
  test("only lengthens, shows it first, and the bucket's lock follows", async () => {
    await typeRefused(extend("5", "45/QĐ"), "đến hết ngày 2031-09-07", "only extended");
    await typeRefused(extend("mười", "45/QĐ"), "cần số năm nguyên", "a whole number of years");
    await typeRefused(extend("10", "quyết định"), "không phải số văn bản", "no document's number");
    expect((await done(...extend("10", "45/QĐ"))).said).toContain(
      "kept to the end of 2036-09-07 instead of to the end of 2031-09-07",
    );
    expect(await events()).toEqual([]);
    const { said } = await done(...extend("10", "45/QĐ", "--confirm"));
    expect(said).toContain("1 archived objects are extended");
    const ends = new Date("2036-09-07T17:00:00Z").getTime();
    expect(Math.max(...locks())).toBeLessThan(ends);
    await copyObjects(ctx);
    expect(Math.max(...locks())).toBe(ends);
    await typeRefused(extend("6", "46/QĐ"), "đến hết ngày 2036-09-07", "only extended");
    await done(...extend("forever", "47/QĐ", "--confirm"));
    await typeRefused(extend("199", "48/QĐ"), "giữ vĩnh viễn", "kept for ever");
  });
});

function approve(id: string, by: string, minutes: string, ...more: string[]): string[] {
  return ["dispose", "approve", id, "--by", by, "--minutes", minutes, ...more];
}

describe("./siso archive dispose", () => {
  test("list, two approvals, run: each step told, each mistake refused, minutes as .docx", async () => {
    await typeRefused(
      approve("1234", "Trần Thị Nga", "12/BB"),
      "Chưa có danh sách nào",
      "There is no list yet",
    );
    const list = join(place.folder, "list.txt");
    await typeRefused(["dispose", "list", "--confirm"], "thêm --propose", "add --propose");
    const shown = await done("dispose", "list", "--propose", "--json");
    expect(shown.said).toContain("Preview: a list of 3 objects would be made");
    const { lists, expired, expiredSha256 } = JSON.parse(shown.out) as {
      lists: object[];
      expired: object[];
      expiredSha256: string;
    };
    expect([lists.length, expired.length]).toEqual([0, 3]);
    const proposed = await done("dispose", "list", "--propose", "--confirm", "--out", list);
    expect(proposed.out).toMatch(/K-2019 +2019-03-01 +2024-03-01 +0 +3 /);
    expect(proposed.out).not.toContain("K-2026");
    const [id = "", sha256 = ""] =
      /List (\S+) is made \(SHA-256 (\w{64})\)/.exec(proposed.said)?.slice(1) ?? [];
    expect(
      createHash("sha256")
        .update(await readFile(list))
        .digest("hex"),
    ).toBe(sha256);
    expect(expiredSha256).toBe(sha256);
    await typeRefused(["dispose", "list", "--out", list], "tệp đã có", "is there already");
    await typeRefused(["dispose", "list", "--propose"], "đang chờ duyệt", "is waiting");

    await typeRefused(approve("0000", "Trần Thị Nga", "12/BB"), `${id.slice(0, 8)} (chờ duyệt)`, "(waiting)");
    await typeRefused(approve(id, "N", "12/BB"), "không phải họ tên", "is no name");
    await typeRefused(approve(id, "Trần Thị Nga", "số"), "không phải số biên bản", "is no minute number");
    expect((await done(...approve(id, "Trần Thị Nga", "12/BB"))).said).toContain("Preview");
    await done(...approve(id, "Trần Thị Nga", "12/BB", "--confirm"));
    await typeRefused(
      approve(id, "Bà TRAN THI NGA", "12/BB", "--confirm"),
      "Cần hai người khác nhau",
      "Two different people",
    );
    await typeRefused(
      approve(id, "Lê Văn Hùng", "13/BB", "--confirm"),
      "cùng một biên bản",
      "the same minutes",
    );

    const out = join(place.folder, "minutes");
    await typeRefused(
      ["dispose", "run", id, "--out", out, "--confirm"],
      "mới có 1 người duyệt",
      "1 of two different people",
    );
    expect((await done(...approve(id, "Lê Văn Hùng", "12/BB", "--confirm"))).said).toContain("(2/2)");
    await typeRefused(
      ["dispose", "run", id, "--out", join(list, "no"), "--confirm"],
      "chưa có gì bị tiêu hủy",
      "nothing was destroyed",
    );
    expect((await done("dispose", "run", id, "--out", out)).said).toContain("nothing was destroyed");
    const [object] = old.objects;
    expect((await archiveObject(ctx.db, object?.object.objectId ?? "")).wrappedKey.length).toBeGreaterThan(0);
    expect((await done("dispose", "run", id, "--out", out, "--confirm")).said).toContain(
      "3 objects are destroyed: keys and both copies",
    );

    const written = await readFile(join(out, `bien-ban-tieu-huy-${id.slice(0, 8)}.docx`));
    const text = JSON.stringify(await readDocument("a.docx", written, READ_LIMITS));
    for (const words of [
      "BIÊN BẢN",
      "12/BB",
      "Trần Thị Nga",
      "Lê Văn Hùng",
      "K-2019",
      "01/03/2019",
      "01/03/2024",
      sha256,
    ])
      expect(text).toContain(words);
    expect(await readFile(join(out, `danh-sach-tieu-huy-${id.slice(0, 8)}.txt`))).toEqual(
      await readFile(list),
    );
    const kept = await ctx.db.selectFrom("disposal").select("minutesObjectId").executeTakeFirstOrThrow();
    expect(
      written.equals(await ctx.archive.open(await archiveObject(ctx.db, kept.minutesObjectId ?? ""))),
    ).toBe(true);
    for (const {
      object: { sha256: name },
    } of old.objects)
      expect([...s3.versions].filter(([key, all]) => key.includes(name) && all.length > 0)).toEqual([]);
    await typeRefused(["dispose", "run", id, "--out", out, "--confirm"], "đã tiêu hủy xong", "was destroyed");
    await typeRefused(["dispose", "withdraw", id], "đã tiêu hủy xong", "was destroyed");
    expect((await done("dispose", "list")).out).toMatch(
      /đã tiêu hủy · destroyed .*\n.*\n.*Trần Thị Nga.*12\/BB/,
    );
  });

  test("a list is dropped only when confirmed, and a new one can then be made", async () => {
    await done("dispose", "list", "--propose", "--confirm");
    const [one] = await disposals(ctx.db);
    const id = one?.id ?? "";
    expect((await done("dispose", "withdraw", id)).said).toContain("Preview: this list would be dropped");
    await typeRefused(["dispose", "list", "--propose"], `withdraw ${id.slice(0, 8)} --confirm`, "is waiting");
    await done("dispose", "withdraw", id, "--confirm");
    await done("dispose", "list", "--propose", "--confirm");
    expect(await events()).toEqual(["disposal-proposed", "disposal-withdrawn", "disposal-proposed"]);
  });

  test("what was not asked for is not taken: no name, no minute number, no folder", async () => {
    for (const args of [
      ["approve", "1234", "--by", "Nga"],
      ["approve", "1234", "--minutes", "12"],
      ["run", "1234"],
    ]) {
      const { exitCode, said } = await typeArchive("dispose", ...args);
      expect(said).toMatch(/required option '--(minutes|by|out)/);
      expect(exitCode).toBe(1);
    }
  });
});

describe("the second copy and what does not belong together", () => {
  test("./siso archive second says where it is; another place, or none, is refused by every command", async () => {
    expect((await done("second")).said).toContain(`0 objects are not there yet`);
    await typeRefused(["second", "--new", "--none"], "không đi cùng nhau", "exclude each other");
    const nowhere = join(place.folder, "no", "such.json");
    await typeRefused(["fixity", "--json", nowhere], "không có thư mục", "there is no folder");
    vi.stubEnv("SISO_ARCHIVE_SECOND", undefined);
    for (const args of [["second"], ["hold", "list"], ["fixity"], ["dispose", "list"]])
      await typeRefused(args, "SISO_ARCHIVE_SECOND chưa được đặt", "SISO_ARCHIVE_SECOND is not set");
    await done("second", "--none");
    await typeRefused(["second"], "Chưa có bản sao thứ hai", "There is no second copy");
  });

  test("no database yet: every command says so in the same words, and makes none", async () => {
    const nowhere = join(place.folder, "nowhere");
    await mkdir(nowhere);
    vi.stubEnv("SISO_DATA", nowhere);
    vi.stubEnv("SISO_DATABASE_URL", undefined);
    const why = ["--purpose", "Khiếu nại số 12"];
    for (const args of [
      ["hold", "list"],
      ["dispose", "list"],
      ["search"],
      ["index"],
      ["fixity"],
      ["second"],
      ["verify"],
      ["checkpoint"],
      ["rotate-log-key"],
      ["view", "01a0b289-c340-72de", ...why, "--out", join(place.folder, "a.jpg")],
      ["export", "--course", "K-2019", ...why, "--out", join(place.folder, "a.zip")],
    ])
      await typeRefused(args, `Chưa có dữ liệu trong ${nowhere}`, `There is no data in ${nowhere}`);
    expect(await readdir(nowhere)).toEqual([]);
  });
});
