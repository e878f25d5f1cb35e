/** Tries of one mail before a person is asked: at once, then after 1, 2, 4 … minutes, about an hour in all. */
export const mostAttempts = 8;

const minuteMs = 60_000;

/** When to try again after so many attempts; null when it is a person's turn. */
export function nextTry(attempts: number, at: Date): Date | null {
  if (attempts >= mostAttempts) return null;
  return new Date(at.getTime() + (attempts <= 1 ? 0 : minuteMs * 2 ** (attempts - 2)));
}
