import net from "node:net";

/** Free for a listener on 127.0.0.1 right now? */
function free(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/**
 * Finds `count` free ports. From below the range that systems hand out to outgoing connections (Linux 32768, macOS
 * 49152 and up): a component that is started again must find its port free, not taken by somebody's request.
 */
export async function freePorts(count: number): Promise<number[]> {
  const [low, high] = [20_000, 32_000];
  const found: number[] = [];
  const first = low + Math.floor(Math.random() * (high - low));
  for (let step = 0; step < high - low && found.length < count; step++) {
    const port = low + ((first - low + step) % (high - low));
    if (await free(port)) found.push(port);
  }
  if (found.length < count) throw new Error(`no ${count} free ports between ${low} and ${high} on 127.0.0.1`);
  return found;
}
