import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { defaultRules } from "../../config/institution.ts";
import type { PackId } from "../types.ts";
import { decisionConstants } from "./decision-constants.ts";
import { decisionDifferences, decisionVersion } from "./decision-version.ts";
import { calibrationOf } from "./packs.ts";
import { defaultDecision } from "./settings.ts";

const root = resolve(import.meta.dirname, "../..");
/** The jobs that place seats, read faces and decide; what they call of the pure folders makes the marks. */
const jobs = ["room-views", "round-evidence", "recognise-round", "decide-held"];
const pure = /^services\/(?:rollcall|seating)\//;

/** Numbers that are no choice: none, one, two (halves, pairs, squares), and a guard against dividing by nothing. */
const plain = new Set(["0", "1", "2", "1e-9"]);
/** Numbers of arithmetic, and of what only makes data that is kept and versioned by itself. By file and top-level name. */
const noChoice: Record<string, readonly string[]> = {
  // A projection has eight parameters and nine entries; where it fails, it throws.
  "services/seating/homography.ts": ["*"],
  "services/seating/project-seats.ts": ["placeSeat", "defaultFaceSize"],
  "services/seating/seat-plane.ts": ["fitSeatPlanes"],
  // These make the calibration table, which is hashed whole.
  "services/rollcall/adapter.ts": [
    "DIRECTIONS",
    "SIGNAL_WEIGHT",
    "PASSES",
    "fitAdapterBand",
    "strongestDirections",
  ],
};

describe("the numbers a mark follows from", () => {
  const files = decidingFiles();

  it("are found where marks are made", () => {
    const known = ["evidence", "marks", "revise-rounds", "occupancy", "tracks", "calibration"];
    expect(files).toEqual(expect.arrayContaining(known.map((name) => `services/rollcall/${name}.ts`)));
    expect(files).toContain("services/seating/seat-plane.ts");
  });

  it("all lie in declared records", () => {
    expect(files.flatMap((file) => looseNumbers(file, readFileSync(resolve(root, file), "utf8")))).toEqual(
      [],
    );
  });

  it("and a loose one would be noticed", () => {
    const evidence = "services/rollcall/evidence.ts";
    expect(looseNumbers(evidence, "const MARGIN = 2;")).toEqual([`${evidence}:1 MARGIN = 2`]);
    expect(looseNumbers(evidence, "\nif (llr > 3.5) take(1);")).toEqual([`${evidence}:2 3.5`]);
    expect(looseNumbers(evidence, "export const markConstants = { A: 3.5 };\nf(x[7], 1e-9)")).toEqual([]);
  });

  it("and every record is part of the decision, as the very object the code reads", async () => {
    const declared = new Set<unknown>(Object.values(decisionConstants));
    let records = 0;
    for (const file of files) {
      const module = (await import(resolve(root, file))) as Record<string, unknown>;
      for (const [name, value] of Object.entries(module)) {
        if (!name.endsWith("Constants")) continue;
        records += 1;
        expect(declared.has(value), `${file} ${name} is not in decisionConstants`).toBe(true);
      }
    }
    expect(records).toBe(declared.size);
  });
});

describe("the decision version", () => {
  const pack = "fr-1" as PackId;
  const version = (constants: Record<string, Record<string, number>> = decisionConstants) =>
    decisionVersion(pack, defaultRules, calibrationOf(pack), defaultDecision, constants);
  const every = Object.entries(decisionConstants).flatMap(([part, values]) =>
    Object.entries(values).map(([name, value]): [string, string, number] => [part, name, value]),
  );

  it.each(every)("is another one when %s.%s changes", (part, name, value) => {
    const parts: Record<string, Record<string, number>> = decisionConstants;
    const changed = version({ ...parts, [part]: { ...parts[part], [name]: value + 0.001 } });
    expect(changed.sha256).not.toBe(version().sha256);
    expect(decisionDifferences(version().content, changed.content)).toEqual([
      `constants.${part}.${name} ${value} → ${value + 0.001}`,
    ]);
  });

  it("of an older program, which kept none of them, differs and says in what", () => {
    const { constants: _, ...older } = version().content;
    expect(decisionDifferences(older, version().content)).toHaveLength(every.length);
  });
});

/** Every file of the pure folders that the deciding jobs reach through imports of values. */
function decidingFiles(): string[] {
  const found = new Set<string>();
  const open = jobs.map((name) => resolve(root, `workers/jobs/${name}.ts`));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const target of valueImports(file)) {
      const name = relative(root, target).replaceAll("\\", "/");
      if (!pure.test(name) || found.has(name)) continue;
      found.add(name);
      open.push(target);
    }
  }
  return [...found].toSorted();
}

function valueImports(file: string): string[] {
  const source = parse(file, readFileSync(file, "utf8"));
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || statement.importClause?.phaseModifier !== undefined) return [];
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    return from.startsWith(".") && from.endsWith(".ts") ? [resolve(dirname(file), from)] : [];
  });
}

function looseNumbers(file: string, text: string): string[] {
  const source = parse(file, text);
  const exempt = noChoice[file] ?? [];
  return source.statements.flatMap((statement) => {
    const name = nameOf(statement);
    const declared = name.endsWith("Constants") || name === "defaultDecision";
    if (declared || exempt.includes("*") || exempt.includes(name)) return [];
    const at = (node: ts.Node) =>
      `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
    if (isNamedNumber(statement))
      return [`${at(statement)} ${name} = ${valueOf(statement)?.getText(source)}`];
    return numbersIn(statement)
      .filter((node) => !plain.has(node.getText(source)))
      .map((node) => `${at(node)} ${node.getText(source)}`);
  });
}

function nameOf(statement: ts.Statement): string {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text ?? "";
  const name = declarationOf(statement)?.name;
  return name !== undefined && ts.isIdentifier(name) ? name.text : "";
}

/** A number with a name of its own is a choice, however plain. */
function isNamedNumber(statement: ts.Statement): boolean {
  const value = valueOf(statement);
  if (value === undefined) return false;
  return ts.isNumericLiteral(ts.isPrefixUnaryExpression(value) ? value.operand : value);
}

function valueOf(statement: ts.Statement): ts.Expression | undefined {
  return declarationOf(statement)?.initializer;
}

function declarationOf(statement: ts.Statement): ts.VariableDeclaration | undefined {
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined;
}

/** But those that only say which entry of a list is meant. */
function numbersIn(node: ts.Node): ts.NumericLiteral[] {
  const found: ts.NumericLiteral[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isNumericLiteral(each) && !ts.isElementAccessExpression(each.parent)) found.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}
