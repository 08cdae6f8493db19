import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks `ready` again and again until it answers something other than undefined.
 * @param what what is awaited, for the error message when `seconds` have passed
 * @throws Error naming `what` and the last error or `detail()`; or the signal's reason
 */
export async function until<T>(
  what: string,
  ready: () => Promise<T | undefined>,
  options: { seconds: number; everyMs?: number; signal?: AbortSignal; detail?: () => string },
): Promise<T> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await ready();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) {
      const detail = options.detail?.();
      throw new Error(`waited ${options.seconds} s for ${what}${detail ? `: ${detail}` : ""}`);
    }
    await pause(options.everyMs ?? 100, undefined, { signal: options.signal });
  }
}

/** Lets a loop sleep until something has changed. */
export class Bell {
  private rung = true;
  private wake = () => {};

  readonly ring = (): void => {
    this.rung = true;
    this.wake();
  };

  /** Resolves when it rings, at once if it has rung since the last time, and when `ms` have passed. */
  async heard(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const rings = new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    if (!this.rung) await rings;
    clearTimeout(timer);
    this.rung = false;
  }
}
