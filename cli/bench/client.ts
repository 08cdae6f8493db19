// The client's pod: programs that run there, and what they print.
import { type Asking, execute } from "../connectivity/exec";
import { until } from "../connectivity/ready";
import { Ended, exit } from "../exit";
import { oneRequest } from "./fortio";
import { clientContainer } from "./manifests";

/** Beyond a program's own time: to begin and to end. */
const graceSeconds = 60;

export class Client {
  constructor(readonly asking: Asking) {}

  /** What it printed; of a program that failed, too. @param seconds how long it takes by itself @throws Ended */
  async run(command: string[], seconds: number): Promise<string> {
    const { status, output, errors } = await this.execute(command, seconds + graceSeconds);
    if (status === undefined) throw broke(command, "the connection broke");
    if (output.trim() === "") throw broke(command, errors.trim() || status.message || "it printed nothing");
    return output;
  }

  /** Waits until a request gets through. @returns how long that was, in seconds @throws Ended */
  async answers(address: string, patience: number): Promise<number> {
    const begun = Date.now();
    let words = "";
    const answered = await until(patience, this.asking.signal, async () => {
      const { status, output, errors } = await this.execute(oneRequest(address), graceSeconds);
      words = errors.trim() || output.trim() || status?.message || "the connection broke";
      return status?.status === "Success" || undefined;
    });
    if (answered) return (Date.now() - begun) / 1000;
    throw new Ended(
      `${address} does not answer the client within ${patience} s: ${words.slice(0, 300)}`,
      "`aks-calico-ebpf connectivity` tells which way is closed; policies that deny by default: docs/bench.md",
      exit.failed,
    );
  }

  private execute(command: string[], seconds: number) {
    return execute(this.asking, "client", command, clientContainer, seconds);
  }
}

const broke = ([program]: string[], words: string) =>
  new Ended(
    `${program} in the client's pod: ${words}`,
    "exec must work for as long as a run takes: `kubectl exec` into any pod",
    exit.failed,
  );
