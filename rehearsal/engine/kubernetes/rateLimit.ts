// client-go's token bucket (flowcontrol): `kubeClientSettings` of the provider sets it.

import { setTimeout as sleep } from "node:timers/promises";

export class RateLimit {
  private tokens: number;
  private last = performance.now();

  constructor(
    private readonly qps: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
  }

  /** Resolves when the next request may go. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.last) / 1000) * this.qps) - 1;
    this.last = now;
    if (this.tokens < 0) {
      await sleep((-this.tokens / this.qps) * 1000, undefined, { signal });
    }
  }
}
