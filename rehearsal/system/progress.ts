/** Takes one line for the user. Long steps speak through it when they begin, while they last, and when they end. */
export type Progress = (line: string) => void;

/** "7 s", "3 min 05 s": how long something took, for people. */
function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/**
 * Runs one long step: a line at its start, one every 20 s while it lasts (a silent CI job looks hung), one with the
 * elapsed time at its end.
 */
export async function step<T>(progress: Progress, label: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  progress(`${label} ...`);
  const heartbeat = setInterval(
    () => progress(`${label}: still at it after ${duration(Date.now() - began)}`),
    20_000,
  );
  try {
    const result = await work();
    progress(`${label}: done in ${duration(Date.now() - began)}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
