import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ClusterSpec, localClusters, type LocalClusters } from "../../rehearsal/clusters";
import { Api, type KubeObject } from "../../rehearsal/controlPlane/api";
import { processesWith } from "../../rehearsal/system/processes";
import { until } from "../../rehearsal/system/wait";

export { firstBuildMs } from "../programs";

export const urls = {
  installation: "/apis/operator.tigera.io/v1/installations/default",
  tigera: "/apis/operator.tigera.io/v1/tigerastatuses/calico",
  felix: "/apis/crd.projectcalico.org/v1/felixconfigurations/default",
  calicoNode: "/apis/apps/v1/namespaces/calico-system/daemonsets/calico-node",
  kubeProxy: "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy",
  endpoint: "/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint",
};

export function temporaryFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "aks-calico-ebpf-test-")));
}

export const spec = (name: string, count = 3): ClusterSpec => ({
  name,
  fqdn: `${name}-dns-1a2b3c4d.hcp.westeurope.azmk8s.io`,
  calico: true,
  pools: [{ name: "system", count, mode: "System" }],
});

type Options = Partial<Parameters<typeof localClusters>[0]>;

/** Hosts of one test file: all their clusters are deleted by `cleanUp`, whatever happened. */
export class Bench {
  readonly workDir = temporaryFolder();
  private readonly apis: Api[] = [];

  constructor() {
    // Clusters outlive the process that made them, so a run that is broken off has to end them itself.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        this.abandon();
        process.exit(1);
      });
    }
  }

  private abandon(): void {
    for (const { pid } of processesWith(`${this.workDir}${path.sep}`)) process.kill(pid, "SIGKILL");
    fs.rmSync(this.workDir, { recursive: true, force: true });
  }

  host(options: Options = {}): LocalClusters {
    return localClusters({
      workDir: this.workDir,
      progress: (line) => console.log(`      ${line}`),
      ...options,
    });
  }

  /** An API client as somebody who is neither the platform nor the operator. */
  api(host: LocalClusters, name: string): Api {
    const api = new Api(host.status(name)!.kubeconfigFile, "somebody");
    this.apis.push(api);
    return api;
  }

  async cleanUp(): Promise<void> {
    for (const api of this.apis) api.close();
    const host = this.host();
    for (const name of host.names()) await host.delete(name);
    fs.rmSync(this.workDir, { recursive: true, force: true });
  }
}

export const quiet = () => undefined;

/** Waits until the object at `url` passes `test`, and returns it. */
export async function becomes(
  api: Api,
  url: string,
  what: string,
  test: (object: KubeObject) => unknown,
  seconds = 20,
): Promise<KubeObject> {
  let last: KubeObject | undefined;
  return until(
    what,
    async () => {
      last = await api.get(url);
      return last && test(last) ? last : undefined;
    },
    { seconds, everyMs: 50, detail: () => JSON.stringify(last?.status ?? last) },
  );
}

/** Waits until there is nothing at `url` any more. */
export async function gone(api: Api, url: string, seconds = 20): Promise<void> {
  let last: KubeObject | undefined;
  await until(
    `${url} to be gone`,
    async () => {
      last = await api.get(url);
      return last === undefined || undefined;
    },
    { seconds, everyMs: 50, detail: () => JSON.stringify(last?.metadata) },
  );
}

export const condition = (object: KubeObject, type: string): any =>
  object.status?.conditions?.find((one: any) => one.type === type);

export const environment = (calicoNode: KubeObject, name: string): string | undefined =>
  calicoNode.spec.template.spec.containers[0].env.find((one: any) => one.name === name)?.value;

/** All conditions speak of this generation, and say that all is well. */
export const healthy = (tigera: KubeObject, generation: number): boolean =>
  ["Available", "Progressing", "Degraded"].every(
    (type) => condition(tigera, type)?.observedGeneration === generation,
  ) &&
  condition(tigera, "Available").status === "True" &&
  condition(tigera, "Progressing").status === "False" &&
  condition(tigera, "Degraded").status === "False";

/** Processes whose command line contains `mark`, as the system's own tool tells. */
export function processes(mark: string): string[] {
  return execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(mark));
}
