import { installCrds } from "../aks/crds";
import { progressOf } from "../calicoOperator/status";
import { type Api, condition, type KubeObject } from "../controlPlane/api";
import { untilPart } from "../controlPlane/components";
import type { Layout } from "../controlPlane/kwok";
import type { ClusterSettings } from "./settings";

const rolledOut = (set: KubeObject) =>
  set.status?.desiredNumberScheduled > 0 && progressOf(set) === undefined;

/**
 * Waits until what AKS brings is in and works: what a user finds when Azure says that the cluster is ready.
 * @param crds Calico's, to be installed; undefined = they come later, and Calico with them
 */
export async function waitForPlatform(
  api: Api,
  where: Layout,
  { spec, operator }: ClusterSettings,
  crds: KubeObject[] | undefined,
  status: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { kubeProxy = true, networkPlugin = "azure", calico } = spec;
  if (calico && crds) {
    status("installing Calico's CRDs");
    await installCrds(api, crds, signal);
  }
  const wait = (what: string, url: string, ready: (object: KubeObject) => unknown) => {
    status(`waiting for ${what}`);
    const look = async () => {
      const object = await api.get(url);
      return object && ready(object);
    };
    return untilPart(where, "daemon", what, look, { seconds: 120, signal });
  };
  const apps = "/apis/apps/v1/namespaces";
  await wait(
    "the platform's CoreDNS",
    `${apps}/kube-system/deployments/coredns`,
    (dns) => networkPlugin === "none" || dns.status?.availableReplicas > 0,
  );
  // An adopted cluster may have been switched already, and then kube-proxy has no pods and never will: it is there.
  if (kubeProxy) {
    await wait(
      "the platform's kube-proxy",
      `${apps}/kube-system/daemonsets/kube-proxy`,
      (set) => set.spec.template.spec.nodeSelector || rolledOut(set),
    );
  }
  if (!calico || !crds) return;
  const group = "/apis/operator.tigera.io/v1";
  await wait("the platform's Installation of Calico", `${group}/installations/default`, () => true);
  if (!operator) return;
  await wait("Calico's operator to say Available", `${group}/tigerastatuses/calico`, async (tigera) => {
    const installation = await api.get(`${group}/installations/default`);
    const available = condition(tigera, "Available");
    return (
      condition(tigera, "Degraded")?.status === "True" ||
      (available?.status === "True" && available.observedGeneration === installation?.metadata.generation)
    );
  });
}
