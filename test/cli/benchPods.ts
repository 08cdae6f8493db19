// What the bench's pods run: kwok's exec starts the real iperf3 here, led to a real server on loopback. fortio's only
// Go module that could be built is an old one, so its part is played by what it printed once (samples/).
import { type ChildProcess, execFile, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import getPort from "get-port";
import { until } from "../../rehearsal/system/wait";
import type { Bench } from "../cluster/support";
import { installed, leadExec } from "./kwokExec";
import { samples } from "./samples";

export class BenchPods {
  private server?: ChildProcess;

  constructor(private readonly cluster: Bench) {}

  async start(): Promise<void> {
    const program = installed("iperf3");
    const port = await getPort({ host: "127.0.0.1" });
    this.server = spawn(program, ["-s", "-B", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const listens = () =>
      promisify(execFile)(program, ["-c", "127.0.0.1", "-p", String(port), "-t", "1"]).then(
        Boolean,
        () => undefined,
      );
    await until("iperf3 to listen", listens, { seconds: 20 });
    const folder = path.join(this.cluster.workDir, "bench");
    fs.mkdirSync(folder);
    const script = (name: string, lines: string) =>
      fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    // iperf3 -c ADDRESS -p PORT ...
    script("iperf3", `shift 4; exec ${program} -c 127.0.0.1 -p ${port} "$@"`);
    script(
      "fortio",
      `case "$*" in
  curl*) ;;
  *keepalive=false*) cat ${samples}/fortio-connections.json ;;
  *) cat ${samples}/fortio-latency.json ;;
esac`,
    );
    await leadExec(this.cluster, folder, { client: [] });
  }

  end(): void {
    this.server?.kill();
  }
}
