// What a pod network would decide, set by a test. kwok's exec runs `curl` of this folder: a few lines of shell that
// lead the real curl to the real agnhost on loopback, or into nothing. It tests who asks, and not a network.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import getPort from "get-port";
import { agnhost, controlPlane } from "../../rehearsal/programs/catalogue";
import { findPrograms } from "../../rehearsal/programs/find";
import { until } from "../../rehearsal/system/wait";
import { installed, type Led, leadExec } from "./kwokExec";

/** Each is a pattern of the shell for `POD URL POLICIES`. `seen:ADDRESS` = translated to it. */
export type Outcomes = Record<string, "dropped" | "unresolved" | "slow" | `seen:${string}` | "own">;

const pods = ["client-near", "client-far", "client-host"];
/** As the policies ask for it. */
const obedient: Outcomes = { "client-far *must-drop*": "dropped" };

export class PodNetwork {
  readonly folder: string;
  /** The one on loopback. */
  port = 0;
  private server?: ChildProcess;
  private readonly nobody = net.createServer();

  constructor(private readonly cluster: Led) {
    this.folder = path.join(cluster.workDir, "network");
  }

  /** @param kubeconfig for looking at pods and policies */
  async start(kubeconfig: string): Promise<void> {
    fs.mkdirSync(this.folder);
    const progress = (line: string) => console.log(`      ${line}`);
    const [served, plane] = await Promise.all([
      findPrograms(agnhost, { progress }),
      findPrograms(controlPlane, { progress }),
    ]);
    this.port = await getPort({ host: "127.0.0.1" });
    const args = ["netexec", `--http-port=${this.port}`, "--udp-port=-1"];
    this.server = spawn(served.path("agnhost"), args, { stdio: "ignore" });
    // Takes connections and never answers.
    await once(this.nobody.listen(0, "127.0.0.1"), "listening");
    const answers = () => fetch(`http://127.0.0.1:${this.port}/hostname`).then(Boolean, () => undefined);
    await until("agnhost to answer", answers, { seconds: 20 });

    const curl = installed("curl");
    const kubectl = `${plane.path("kubectl")} --kubeconfig ${kubeconfig} get`;
    const { port: nobody } = this.nobody.address() as AddressInfo;
    // Of an earlier run a pod of this name may still be there.
    const newest = "--field-selector metadata.name=$POD --sort-by=.metadata.creationTimestamp";
    const found = "{.items[-1:].metadata.namespace} {.items[-1:].status.podIP}";
    const script = `#!/bin/sh
for url; do :; done
pod=$(${kubectl} pods -A ${newest} -o 'jsonpath=${found}')
policies=$(${kubectl} networkpolicies.crd.projectcalico.org -n \${pod% *} -o name | tr '\\n' ' ')
outcome=own
. ${this.folder}/outcomes
case $outcome in
  own) seen=\${pod#* } ;;
  seen:*) seen=\${outcome#seen:} ;;
  slow) exec sleep 60 ;;
  dropped) exec ${curl} "$@" --max-time 0.2 --connect-to ::127.0.0.1:${nobody} ;;
  unresolved) exec ${curl} -sS http://no..name/ ;;
esac
body=$(${curl} "$@" --connect-to ::127.0.0.1:${this.port}) || exit
echo "$body" | sed "s/^127.0.0.1:/$seen:/"
`;
    fs.writeFileSync(path.join(this.folder, "curl"), script, { mode: 0o755 });
    this.decides({});
    const names = pods.map((pod) => [pod, [{ name: "POD", value: pod }]]);
    await leadExec(this.cluster, this.folder, Object.fromEntries(names));
  }

  /** @param wrong beside what the policies ask for */
  decides(wrong: Outcomes): void {
    const cases = Object.entries({ ...obedient, ...wrong }).map(
      ([pattern, outcome]) =>
        `case "$POD $url $policies" in ${pattern.replaceAll(" ", "\\ ")}) outcome=${outcome} ;; esac`,
    );
    fs.writeFileSync(path.join(this.folder, "outcomes"), `${cases.join("\n")}\n`);
  }

  end(): void {
    this.server?.kill();
    this.nobody.close();
  }
}
