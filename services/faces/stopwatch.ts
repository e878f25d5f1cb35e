/** Adds up milliseconds by stage. Stages named `model…` are bare model runs; the rest is everything around them. */
export class Stopwatch {
  readonly timings: Record<string, number> = {};

  run<T>(stage: string, work: () => T): T {
    const startedAt = performance.now();
    const result = work();
    this.add(stage, performance.now() - startedAt);
    return result;
  }

  async wait<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.add(stage, performance.now() - startedAt);
    return result;
  }

  private add(stage: string, ms: number): void {
    this.timings[stage] = (this.timings[stage] ?? 0) + ms;
  }
}
