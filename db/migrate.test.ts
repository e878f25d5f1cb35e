import { describe, expect, test } from "vitest";
import { pendingMigrations, type Migration } from "./migrate.ts";

const file = (name: string, sha256 = name): Migration => ({ name, sql: "-- why", sha256 });
const one = file("0001_a.sql");
const two = file("0002_b.sql");

describe("what is still to be applied", () => {
  test("everything on an empty database, in order", () => {
    expect(pendingMigrations([one, two], [])).toEqual([one, two]);
  });
  test("only what is new", () => {
    expect(pendingMigrations([one, two], [one])).toEqual([two]);
  });
  test("nothing when all is applied", () => {
    expect(pendingMigrations([one], [one])).toEqual([]);
  });
  test("an edited applied file is refused by name", () => {
    expect(() => pendingMigrations([file("0001_a.sql", "edited"), two], [one])).toThrow(
      /0001_a\.sql was edited/,
    );
  });
  test("an applied file that is gone is refused by name: the software is older than the database", () => {
    expect(() => pendingMigrations([one], [one, two])).toThrow(/0002_b\.sql, which this version/);
  });
  test("a renamed applied file is refused by its old name", () => {
    expect(() => pendingMigrations([file("0001_z.sql"), two], [one])).toThrow(/0001_a\.sql/);
  });
});
