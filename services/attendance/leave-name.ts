const numbered = /^Số (\S[^:]*): /;

/** The reason of a leave as it is stored: the request's own number comes first. */
export function leaveReason(number: string, reason: string): string {
  return `Số ${number.trim()}: ${reason.trim()}`;
}

/** How a leave is called in words: by its request's number, else by the beginning of its id. */
export function leaveName({ id, reason }: { id: string; reason: string }): string {
  return numbered.exec(reason)?.[1] ?? id.slice(0, 8);
}
