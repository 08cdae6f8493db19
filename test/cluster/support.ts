import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { calicoCrds, installCrds } from "../../rehearsal/aks/crds";
import { type ClusterSpec, localClusters, type LocalClusters } from "../../rehearsal/clusters";
import { Api, condition, type KubeObject } from "../../rehearsal/controlPlane/api";
import type { ClusterFault } from "../../rehearsal/controlPlane/faults";
import { layout, type Part } from "../../rehearsal/controlPlane/kwok";
import { processesWith } from "../../rehearsal/system/processes";
import { until } from "../../rehearsal/system/wait";
import { firstBuildMs } from "../programs";

export { condition, firstBuildMs };

const tigera = "/apis/operator.tigera.io/v1";
const calico = "/apis/crd.projectcalico.org/v1";
const daemonSet = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
export const urls = {
  installations: `${tigera}/installations`,
  installation: `${tigera}/installations/default`,
  tigera: `${tigera}/tigerastatuses/calico`,
  ipPoolStatus: `${tigera}/tigerastatuses/ippools`,
  felix: `${calico}/felixconfigurations/default`,
  pool: `${calico}/ippools/default-ipv4-ippool`,
  calicoNode: `${daemonSet("calico-system")}/calico-node`,
  kubeProxy: `${daemonSet("kube-system")}/kube-proxy`,
  endpoints: "/api/v1/namespaces/tigera-operator/configmaps",
  endpoint: "/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint",
  operators: "/apis/apps/v1/namespaces/tigera-operator/deployments",
  operator: "/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator",
  cniConfig: "/api/v1/namespaces/calico-system/configmaps/cni-config",
  binding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/calico-node",
  coreDns: "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
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

export const quiet = () => undefined;
export const passes = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Clusters of one test file: all are deleted in the end, whatever happened. Call it inside `describe`. */
export class Bench {
  readonly workDir = temporaryFolder();
  private readonly apis: Api[] = [];
  host!: LocalClusters;
  /** As somebody who is neither the platform nor the operator. */
  api!: Api;

  /** @param first made before the first test; further ones by the file itself */
  constructor(
    readonly first: ClusterSpec,
    private readonly options: Options,
  ) {
    // Clusters outlive the process that made them, so a run that is broken off has to end them itself.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        for (const { pid } of processesWith(`${this.workDir}${path.sep}`)) process.kill(pid, "SIGKILL");
        fs.rmSync(this.workDir, { recursive: true, force: true });
        process.exit(1);
      });
    }
    const make = async () => {
      this.host = this.hostWith({});
      await this.host.create(first, quiet);
      this.api = this.apiOf(first.name);
    };
    before(function () {
      this.timeout(firstBuildMs);
      return make();
    });
    after(async () => {
      for (const api of this.apis) api.close();
      for (const name of this.host.names()) await this.host.delete(name);
      fs.rmSync(this.workDir, { recursive: true, force: true });
    });
  }

  hostWith(options: Options): LocalClusters {
    const progress = (line: string) => console.log(`      ${line}`);
    return localClusters({ workDir: this.workDir, progress, ...this.options, ...options });
  }

  /** A file with the first cluster's kubeconfig. */
  async kubeconfig(): Promise<string> {
    const file = path.join(this.workDir, "kubeconfig");
    fs.writeFileSync(file, await this.host.kubeconfig(this.first.name));
    return file;
  }

  apiOf(name: string): Api {
    const api = new Api(layout(this.host.status(name)!.folder), "somebody");
    this.apis.push(api);
    return api;
  }

  readonly kill = (part: Part) => this.host.killComponent(this.first.name, part);
  readonly start = (part: Part) => this.host.startComponent(this.first.name, part);
  readonly setFaults = (...faults: ClusterFault[]) => this.host.setFaults(this.first.name, faults);

  /** What must be there. */
  readonly get = async (url: string): Promise<KubeObject> => {
    const object = await this.api.get(url);
    if (!object) throw new Error(`there is no ${url}`);
    return object;
  };

  readonly patch = (url: string, patch: object) => this.api.patch(url, patch);

  /** By server-side apply, as our layers write. */
  readonly apply = (url: string, kind: string, spec: object) => {
    const { apiVersion, namespace, name } =
      /^\/apis\/(?<apiVersion>[^/]+\/[^/]+)\/(namespaces\/(?<namespace>[^/]+)\/)?\w+\/(?<name>.+)/.exec(
        url,
      )!.groups!;
    return this.api.apply(url, { apiVersion, kind, metadata: { name, namespace }, spec }, "ours");
  };

  /** Waits until the object at `url` passes `test`, and returns it. */
  readonly becomes = async (
    url: string,
    test: (object: KubeObject) => unknown,
    seconds = 60,
  ): Promise<KubeObject> => {
    let last: KubeObject | undefined;
    const look = async () => {
      last = await this.api.get(url);
      return last && test(last) ? last : undefined;
    };
    const detail = () => JSON.stringify(last?.status ?? last);
    return until(`${url} to pass ${test}`, look, { seconds, everyMs: 50, detail });
  };

  /** Waits until there is nothing at `url` any more. */
  readonly gone = async (url: string, seconds = 60): Promise<void> => {
    const look = async () => (await this.api.get(url)) === undefined || undefined;
    await until(`${url} to be gone`, look, { seconds, everyMs: 50 });
  };

  readonly generation = async () => (await this.get(urls.installation)).metadata.generation!;

  /** All conditions speak of the Installation's last generation, and say that all is well. */
  readonly settled = async (seconds = 60): Promise<KubeObject> => {
    let last: unknown;
    const look = async () => {
      const [installation, status] = await Promise.all([
        this.api.get(urls.installation),
        this.api.get(urls.tigera),
      ]);
      const { generation } = installation!.metadata;
      last = { generation, ...status?.status };
      return status && healthy(status, generation!) ? status : undefined;
    };
    const detail = () => JSON.stringify(last);
    return until("conditions of the last generation", look, { seconds, everyMs: 50, detail });
  };

  readonly setDataplane = (linuxDataplane: string | null) =>
    this.patch(urls.installation, { spec: { calicoNetwork: { linuxDataplane } } });

  /** What the chart tigera-operator of Calico 3.28.5 puts into a cluster, as far as the stand-in looks at it. */
  async installChart({ replicas = 1, annotations = {} }): Promise<void> {
    await installCrds(this.api, await calicoCrds(quiet, "3.32.2"));
    await this.api.ensure("/api/v1/namespaces", { metadata: { name: "tigera-operator" } });
    const labels = { name: "tigera-operator" };
    const container = { name: "tigera-operator", image: "quay.io/tigera/operator:v1.34.13" };
    const tolerations = [{ operator: "Exists" }];
    const pod = {
      hostNetwork: true,
      dnsPolicy: "ClusterFirstWithHostNet",
      tolerations,
      containers: [container],
    };
    await this.api.create(urls.operators, {
      metadata: { name: "tigera-operator", labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels, annotations }, spec: pod },
      },
    });
  }

  readonly install = (given: object) =>
    this.api.create(urls.installations, {
      apiVersion: "operator.tigera.io/v1",
      kind: "Installation",
      metadata: { name: "default" },
      spec: { kubernetesProvider: "AKS", ...given },
    });
}

export const isTrue = (type: string) => (object: KubeObject) => condition(object, type)?.status === "True";

export const environment = (calicoNode: KubeObject, name: string): string | undefined =>
  calicoNode.spec.template.spec.containers[0].env.find((one: any) => one.name === name)?.value;

export function healthy(status: KubeObject, generation: number): boolean {
  const wanted = { Available: "True", Progressing: "False", Degraded: "False" };
  return Object.entries(wanted).every(([type, value]) => {
    const one = condition(status, type);
    return one?.observedGeneration === generation && one.status === value;
  });
}

/** Processes whose command line contains `mark`, as the system's own tool tells. */
export function processes(mark: string): string[] {
  const all = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" });
  return all.split("\n").filter((line) => line.includes(mark));
}
