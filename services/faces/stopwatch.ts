/**
 * Shares a picture's wall-clock time out among stages, so that they add up to the whole. While a model runs, the time is its
 * stage's (`model…`), whatever this thread prepares meanwhile; the other stages are what the models had to wait for.
 */
export class Stopwatch {
  readonly timings: Record<string, number> = {};
  private running: string[] = [];
  private since = 0;

  run<T>(stage: string, work: () => T): T {
    if (this.running.length > 0) return work();
    const startedAt = performance.now();
    const result = work();
    this.add(stage, performance.now() - startedAt);
    return result;
  }

  /** For stages that run off this thread; when several do, the time is the first one's. */
  async wait<T>(stage: string, work: () => Promise<T>): Promise<T> {
    this.settle();
    this.running.push(stage);
    try {
      return await work();
    } finally {
      this.settle();
      this.running.splice(this.running.indexOf(stage), 1);
    }
  }

  private settle(): void {
    const now = performance.now();
    const [stage] = this.running;
    if (stage !== undefined) this.add(stage, now - this.since);
    this.since = now;
  }

  private add(stage: string, ms: number): void {
    this.timings[stage] = (this.timings[stage] ?? 0) + ms;
  }
}
