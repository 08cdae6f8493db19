// A plugin must not outlive the CLI that started it: after `kill -9` of the CLI nobody tells its plugins to end.

/** Ends this process when its parent is gone: the kernel then gives it another one (pid 1, or a subreaper). */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, 500).unref();
}
