// A command in a pod of the cluster, by the API server's exec; and curl.
import { Writable } from "node:stream";
import { Exec, type V1Status } from "@kubernetes/client-node";
import { type Cluster, wordsOf } from "../cluster";

/** How long curl tries, in seconds. */
export const curlSeconds = 5;
/** Beyond curl's own time: for the way there and back. */
const graceMs = 15_000;

/** What was seen: an answer, curl's error, or that nothing could be asked. */
export type Answer = { body: string } | { code: number; error: string } | { unasked: string };

export interface Asking {
  cluster: Cluster;
  namespace: string;
  signal: AbortSignal;
}

/** @throws what the signal says, and nothing else */
export async function curl(asking: Asking, pod: string, url: string): Promise<Answer> {
  const command = ["curl", "-sS", "--max-time", String(curlSeconds), url];
  try {
    const { status, output, errors } = await execute(asking, pod, command);
    if (status?.status === "Success") return { body: output.trim() };
    const [, code, words] = /curl: \((\d+)\) (.*)/.exec(errors) ?? [];
    if (code !== undefined) return { code: Number(code), error: words };
    return { unasked: `exec in ${pod}: ${errors.trim() || status?.message || "the connection broke"}` };
  } catch (error) {
    asking.signal.throwIfAborted();
    return { unasked: `exec in ${pod}: ${wordsOf(error)}` };
  }
}

/** @param seconds how long the command may take @returns no status where the connection broke */
export async function execute(
  { cluster, namespace, signal }: Asking,
  pod: string,
  command: string[],
  container = "agnhost",
  seconds = curlSeconds,
) {
  const [output, errors] = [new Collector(), new Collector()];
  let end!: (status?: V1Status) => void;
  const ended = new Promise<V1Status | undefined>((resolve) => (end = resolve));
  const streams = [output, errors, null, false] as const;
  const exec = new Exec(cluster.config);
  const socket = await exec.exec(namespace, pod, container, command, ...streams, end);
  socket.on("close", () => end());
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000 + graceMs)]);
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(limit.reason);
    if (limit.aborted) stop();
    else limit.addEventListener("abort", stop, { once: true });
  });
  // A connection that is left open would keep the process.
  const status = await Promise.race([ended, stopped]).finally(() => socket.terminate());
  return { status, output: output.text, errors: errors.text };
}

class Collector extends Writable {
  text = "";

  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
