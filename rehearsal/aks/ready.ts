import type { ClusterSettings } from "../controlPlane/cluster";
import { daemonLives } from "../controlPlane/daemonProcess";
import { Api, type KubeObject } from "../controlPlane/api";
import type { Layout } from "../controlPlane/kwok";
import { tail } from "../controlPlane/processes";
import { until } from "../controlPlane/wait";
import { installCrds } from "./crds";

const rolledOut = (set: KubeObject | undefined): boolean =>
  set?.status?.observedGeneration === set?.metadata.generation &&
  set?.status?.desiredNumberScheduled > 0 &&
  set?.status?.numberAvailable === set?.status?.desiredNumberScheduled &&
  set?.status?.updatedNumberScheduled === set?.status?.desiredNumberScheduled;

const condition = (object: KubeObject | undefined, type: string): any =>
  object?.status?.conditions?.find((one: any) => one.type === type);

/**
 * Waits until what AKS brings is in and works: what a user finds when Azure says that the cluster is ready.
 * @param crds Calico's, to be installed; undefined = they come later, and Calico with them
 */
export async function waitForPlatform(
  api: Api,
  where: Layout,
  settings: ClusterSettings,
  crds: KubeObject[] | undefined,
  status: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (settings.spec.calico && crds) {
    status("installing Calico's CRDs");
    await installCrds(api, crds, signal);
  }
  const wait = (what: string, ready: () => Promise<boolean | undefined>) => {
    status(`waiting for ${what}`);
    return until(
      what,
      async () => {
        if (!daemonLives(where)) {
          throw new Error(
            `the daemon that plays AKS and its operator ended; the end of its log ${where.daemonLog}:\n` +
              tail(where.daemonLog),
          );
        }
        return (await ready()) || undefined;
      },
      { seconds: 120, signal, detail: () => `the end of ${where.daemonLog}:\n${tail(where.daemonLog)}` },
    );
  };
  const { kubeProxy = true, networkPlugin = "azure", calico } = settings.spec;
  await wait("the platform's CoreDNS", async () => {
    const dns = await api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns");
    return dns !== undefined && (networkPlugin === "none" || dns.status?.availableReplicas > 0);
  });
  // An adopted cluster may have been switched already, and then kube-proxy has no pods and never will: it is there.
  if (kubeProxy) {
    await wait("the platform's kube-proxy", async () => {
      const set = await api.get("/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy");
      return set !== undefined && (Boolean(set.spec.template.spec.nodeSelector) || rolledOut(set));
    });
  }
  if (!calico || !crds) return;
  const installation = "/apis/operator.tigera.io/v1/installations/default";
  await wait(
    "the platform's Installation of Calico",
    async () => (await api.get(installation)) !== undefined,
  );
  if (!settings.operator) return;
  await wait("calico-node on every node", async () =>
    rolledOut(await api.get("/apis/apps/v1/namespaces/calico-system/daemonsets/calico-node")),
  );
  await wait("Calico's operator to say Available", async () => {
    const tigera = await api.get("/apis/operator.tigera.io/v1/tigerastatuses/calico");
    if (condition(tigera, "Degraded")?.status === "True") return true;
    const available = condition(tigera, "Available");
    const generation = (await api.get(installation))?.metadata.generation;
    return available?.status === "True" && available.observedGeneration === generation;
  });
}
