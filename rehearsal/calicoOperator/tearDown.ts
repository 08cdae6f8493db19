// The end of an Installation: tigera/operator v1.40.2 pkg/controller/installation/core_controller.go, "Use of Finalizers
// for graceful termination", in the same order and with the same dead end: the CNI plugin goes only when the operator's
// own finalizer is the last one on the Installation, and in a foreground deletion Kubernetes' `foregroundDeletion` stays
// there until everything the Installation owns is gone, the protected objects of the CNI plugin included.
import type { Api, KubeObject } from "../controlPlane/api";
import { liftProtection } from "./access";
import { installationUrl } from "./ipPools";
import { namespace } from "./render";

/** pkg/render/finalizers.go. */
export const operatorFinalizer = "tigera.io/operator-cleanup";

const apps = `/apis/apps/v1/namespaces/${namespace}`;
const background = { propagationPolicy: "Background" };

/** One round; what it does brings about the next one. */
export async function tearDown(api: Api, installation: KubeObject): Promise<void> {
  const { finalizers = [], resourceVersion } = installation.metadata;
  const controllers = `${apps}/deployments/calico-kube-controllers`;
  if (await api.get(controllers)) return api.delete(controllers, background);
  // MaintainInstallationFinalizer: its pods must be gone as well.
  const selector = encodeURIComponent("k8s-app=calico-kube-controllers");
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`);
  // Rendered in every round until it may go, or nobody could tear down a pod any more.
  if (pods.length > 0 || finalizers.some((name: string) => name !== operatorFinalizer)) return;
  await api.delete(`${apps}/daemonsets/calico-node`, background);
  await liftProtection(api);
  await api.patch(installationUrl, { metadata: { finalizers: [], resourceVersion } });
}
