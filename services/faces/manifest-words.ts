import type { z } from "zod";
import type { Bilingual } from "../types.ts";

type Issue = z.core.$ZodIssue;

/** Every fault of a manifest, each with its key and what is accepted there. */
export function manifestProblems(error: z.ZodError): Bilingual[] {
  return error.issues.flatMap((issue) => issueWords(issue, keyOf(issue.path)));
}

function keyOf(path: readonly PropertyKey[]): string {
  const key = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return key.replace(/^\./, "") || "(cả tệp · whole file)";
}

/** What a rule of several keys has to say; its English is the one the schema gives. */
const rules: Record<string, string> = {
  "steps and anchorSizes must have the same length": "steps và anchorSizes phải dài bằng nhau",
  "the detector declares no points":
    "mạng phát hiện không khai báo năm điểm mốc, nên cần một mạng landmarks riêng",
  "a network's file is not listed": "tệp của một mạng không có trong danh sách files",
};

function issueWords(issue: Issue, key: string): Bilingual[] {
  switch (issue.code) {
    case "invalid_value":
      return [accepted(key, issue.values.map(String).join(", "))];
    case "unrecognized_keys":
      return issue.keys.map((name) => ({
        vi: `${key}: không biết khóa "${name}"`,
        en: `${key}: the key "${name}" is unknown`,
      }));
    case "invalid_type":
      return [
        {
          vi: `${key}: thiếu, hoặc không phải kiểu ${issue.expected}`,
          en: `${key}: missing, or not of type ${issue.expected}`,
        },
      ];
    case "invalid_union":
      return unionWords(issue, key);
    case "invalid_format":
      return [form(key, "pattern" in issue && issue.pattern !== undefined ? issue.pattern : issue.format)];
    case "too_small":
      return [form(key, `≥ ${issue.minimum}`)];
    case "too_big":
      return [form(key, `≤ ${issue.maximum}`)];
    case "custom":
      return [{ vi: `${key}: ${rules[issue.message] ?? issue.message}`, en: `${key}: ${issue.message}` }];
    default:
      return [
        {
          vi: `${key}: không đúng dạng (${issue.message})`,
          en: `${key}: not of the right form (${issue.message})`,
        },
      ];
  }
}

/** Of several forms the one that fails latest is the one that was meant; a family that is none of the known ones is named. */
function unionWords(issue: Extract<Issue, { code: "invalid_union" }>, key: string): Bilingual[] {
  const known =
    "options" in issue && Array.isArray(issue.options) ? issue.options.map(String).join(", ") : "";
  if (known !== "") return [accepted(key, known)];
  const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
  const inner = nearest.flatMap((one) =>
    issueWords(one, key === "" ? keyOf(one.path) : joined(key, one.path)),
  );
  return inner.length > 0
    ? inner
    : [{ vi: `${key}: không đúng dạng nào được biết`, en: `${key}: of no known form` }];
}

function form(key: string, wanted: string): Bilingual {
  return {
    vi: `${key}: không đúng dạng, phải là ${wanted}`,
    en: `${key}: not of the right form, must be ${wanted}`,
  };
}

function joined(key: string, path: readonly PropertyKey[]): string {
  return path.length === 0 ? key : `${key}.${keyOf(path)}`;
}

function accepted(key: string, values: string): Bilingual {
  return { vi: `${key}: chỉ nhận ${values}`, en: `${key}: only ${values} is accepted` };
}
