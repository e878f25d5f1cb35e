import { SaxesParser } from "saxes";
import type { ReadingProblem } from "../types.ts";
import { MACROS, refused, SAVE_AGAIN, WITHOUT_MACROS, SEND_OFFICE_FILE } from "./refusal.ts";
import { damaged } from "./zip-gate.ts";

export type OfficeKind = "xlsx" | "docx";

const DOCUMENT_TYPES: [OfficeKind, string][] = [
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"],
];

/**
 * What an unpacked zip is, by its declared parts and never by its name. Throws `file-refused` for macros, DTDs, binary
 * workbooks, OpenDocument and plain archives; `file-unreadable` when parts are missing.
 */
export function inspectPackage(fileName: string, parts: Map<string, Buffer>): OfficeKind {
  refuseMacros(fileName, parts);
  refuseDtd(fileName, parts);
  if (parts.has("mimetype")) throw refused(fileName, OPEN_DOCUMENT, SAVE_AS_OFFICE);
  const types = parts.get("[content_types].xml")?.toString("utf8");
  if (types === undefined)
    throw refused(
      fileName,
      { vi: "đây là tệp nén, không phải Word hay Excel", en: "this is an archive, not Word or Excel" },
      [...parts.keys()].some((name) => /\.(jpe?g|png)$/.test(name)) ? ENROL_PORTRAITS : SEND_OFFICE_FILE,
    );
  if (types.includes("sheet.binary"))
    throw refused(
      fileName,
      { vi: "đây là sổ Excel nhị phân (.xlsb)", en: "this is a binary workbook (.xlsb)" },
      SAVE_AS_OFFICE,
    );
  const kind = DOCUMENT_TYPES.find(([, type]) => types.includes(type))?.[0];
  if (!kind)
    throw refused(
      fileName,
      {
        vi: "tệp Office này không phải văn bản Word hay bảng tính Excel",
        en: "this Office file is neither a Word document nor an Excel sheet",
      },
      SEND_OFFICE_FILE,
    );
  const main = kind === "docx" ? "word/document.xml" : "xl/workbook.xml";
  if (!parts.has(main)) throw damaged(fileName, new Error(`${main} missing`));
  return kind;
}

const ENROL_PORTRAITS = {
  vi: "Ảnh chân dung thì nhận bằng ./siso enrol folder TỆP.zip --course MÃ; giấy tờ thì gửi từng tệp Word, Excel",
  en: "Portraits are taken in with ./siso enrol folder FILE.zip --course CODE; send papers as single Word or Excel files",
};
const OPEN_DOCUMENT = {
  vi: "đây là tệp LibreOffice (.odt/.ods)",
  en: "this is a LibreOffice file (.odt/.ods)",
};
const SAVE_AS_OFFICE = {
  vi: "Lưu lại thành .docx hoặc .xlsx rồi gửi lại",
  en: "Save it as .docx or .xlsx and send it again",
};

function refuseMacros(fileName: string, parts: Map<string, Buffer>): void {
  const types = parts.get("[content_types].xml")?.toString("utf8") ?? "";
  const part = [...parts.keys()].find((name) => /vba|macrosheets|activex/.test(name));
  if (!part && !/macroEnabled|vbaProject/i.test(types)) return;
  throw refused(fileName, MACROS, WITHOUT_MACROS);
}

/** Office never writes a DTD; an attacker does (entity bombs, outside files). Zero bytes are dropped to see UTF-16 too. */
function refuseDtd(fileName: string, parts: Map<string, Buffer>): void {
  for (const [name, part] of parts) {
    if (!/\.(xml|rels|vml)$/.test(name)) continue;
    const wide = part.subarray(0, 64).includes(0);
    const text = wide ? part.toString("latin1").replaceAll("\0", "") : part;
    if (!text.includes("<!DOCTYPE") && !text.includes("<!ENTITY")) continue;
    throw refused(
      fileName,
      { vi: `có khai báo DTD không an toàn (${name})`, en: `it holds an unsafe DTD (${name})` },
      SAVE_AGAIN,
    );
  }
}

/** Notes links that leave the file. Nothing ever follows them. */
export function externalLinkNotes(fileName: string, parts: Map<string, Buffer>): ReadingProblem[] {
  const targets = [...parts]
    .filter(([name]) => name.endsWith(".rels"))
    .flatMap(([, part]) => externalTargets(part));
  if (targets.length === 0) return [];
  const shown = targets.slice(0, 3).join(", ");
  return [
    {
      where: fileName,
      why: {
        vi: `Tệp có ${targets.length} liên kết ra ngoài (${shown}); không liên kết nào được mở.`,
        en: `The file has ${targets.length} outside link(s) (${shown}); none was opened.`,
      },
      fix: {
        vi: "Không cần làm gì nếu các liên kết không chứa dữ liệu.",
        en: "Nothing to do unless the links hold data.",
      },
      severity: "note",
    },
  ];
}

export interface Relationship {
  type: string;
  target: string;
  external: boolean;
}

/** Relationships by id. */
export function relationships(part: Buffer | undefined): Map<string, Relationship> {
  const found = new Map<string, Relationship>();
  if (!part) return found;
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    if (!name.endsWith("Relationship")) return;
    const { Id, Type, Target, TargetMode } = attributes as Record<string, string | undefined>;
    found.set(Id ?? "", { type: Type ?? "", target: Target ?? "", external: TargetMode === "External" });
  });
  parser.write(part.toString("utf8")).close();
  return found;
}

/** Hyperlinks are plain text to us and far too common to note. */
function externalTargets(part: Buffer): string[] {
  return [...relationships(part).values()]
    .filter((link) => link.external && !link.type.endsWith("/hyperlink"))
    .map((link) => link.target.slice(0, 80));
}
