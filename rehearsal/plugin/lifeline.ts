// A plugin must not outlive the CLI that started it: after `kill -9` of the CLI nobody tells its plugins to end.
import net from "node:net";

/**
 * Ends this process when its parent is gone: the kernel then gives it another one (pid 1, or a subreaper). Whose parent
 * went before it came here finds nobody at the engine's address, the last argument of every plugin.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, 500).unref();
  const [, host, port] = /^(\S+):(\d+)$/.exec(process.argv.at(-1)!) ?? [];
  if (port === undefined) return;
  const engine = net.connect(Number(port), host, () => engine.destroy());
  engine.on("error", () => process.exit());
}
