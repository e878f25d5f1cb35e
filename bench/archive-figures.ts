export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

/** MiB would flatter: 10^6 bytes. */
export function megabytesPerSecond(bytes: number, milliseconds: number): number {
  return Math.round(bytes / 1000 / milliseconds);
}
