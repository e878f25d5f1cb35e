import { inherited, isOn } from "./docx-parts.ts";
import type { WordStyle } from "./docx-parts.ts";

export interface Paragraph {
  text: string;
  style: string | null;
  numId: string | null;
  level: string;
  /** Its end was deleted under tracked changes: the next paragraph goes on in the same line. */
  joinsNext: boolean;
}

type Look = Pick<WordStyle, "vanish" | "font">;

export interface Run extends Look {
  text: string;
  style: string | null;
}

export function newParagraph(text: string): Paragraph {
  return { text, style: null, numId: null, level: "0", joinsNext: false };
}

export function newRun(): Run {
  return { text: "", vanish: null, style: null, font: null };
}

/** Elements of a run that stand for a letter. */
export const GLYPHS: Record<string, string> = {
  "w:tab": " ",
  "w:br": "\n",
  "w:cr": "\n",
  "w:noBreakHyphen": "-",
  // Word's mark for a tick or an arrow of a symbol font.
  "w:sym": "x",
  // In a TCVN3 font the soft hyphen is drawn as ư.
  "w:softHyphen": "\u00AD",
};

export function readRunProperty(run: Run, name: string, attributes: Record<string, string>): void {
  if (name === "w:vanish") run.vanish = isOn(attributes["val"]);
  else if (name === "w:rStyle") run.style = attributes["val"] ?? null;
  else if (name === "w:rFonts") run.font = attributes["ascii"] ?? attributes["hAnsi"] ?? null;
}

/** A run's property: its own, its style's, its paragraph's style's, the document's. */
export function lookOf<K extends keyof Look>(
  styles: Map<string, WordStyle>,
  run: Run,
  paragraph: Paragraph,
  key: K,
): Look[K] | null {
  const own: Look = run;
  return (
    own[key] ??
    inherited(styles, run.style, key) ??
    inherited(styles, paragraph.style ?? "Normal", key) ??
    styles.get("")?.[key] ??
    null
  );
}
