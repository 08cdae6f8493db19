/** Takes one line for the user. Long steps speak through it when they begin, while they last, and when they end. */
export type Progress = (line: string) => void;

/**
 * Runs one long step: a line at its start, one every 20 s while it lasts (a silent CI job looks hung), one with the
 * elapsed time at its end.
 */
export async function step<T>(progress: Progress, label: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const elapsed = () => `${Math.round((Date.now() - began) / 1000)} s`;
  progress(`${label} ...`);
  const heartbeat = setInterval(() => progress(`${label}: still at it after ${elapsed()}`), 20_000);
  try {
    const result = await work();
    progress(`${label}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
