/** As typed. */
export interface SurveyOptions {
  room: string;
  course: string;
  camera?: string;
  picture?: string[];
  mark?: string[];
  marks?: string;
  hidden?: string[];
  visible?: string[];
  turnMarks?: boolean;
  cameraAt: "front" | "back";
  out: string;
  confirm?: boolean;
  effectiveAt?: string;
  by?: string;
  json?: boolean;
}
