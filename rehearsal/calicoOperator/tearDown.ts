// The end of an Installation: tigera/operator v1.40.2 pkg/controller/installation/core_controller.go, "Use of Finalizers
// for graceful termination", in the same order and with the same dead end: the CNI plugin goes only when the operator's
// own finalizer is the last one on the Installation, and in a foreground deletion Kubernetes' `foregroundDeletion` stays
// there until everything the Installation owns is gone, the protected objects of the CNI plugin included.
import type { Api, KubeObject } from "../controlPlane/api";
import { liftProtection } from "./access";
import { namespace } from "./render";

/** pkg/render/finalizers.go. */
export const operatorFinalizer = "tigera.io/operator-cleanup";
export const controllerFinalizer = "operator.tigera.io/installation-controller";

const apps = `/apis/apps/v1/namespaces/${namespace}`;
const background = { propagationPolicy: "Background" };

/** One round. @returns true = something was done, so another round may do more */
export async function tearDown(api: Api, url: string, installation: KubeObject): Promise<boolean> {
  const finalizers = (installation.metadata.finalizers ?? []) as string[];
  const { resourceVersion } = installation.metadata;
  const remove = (name: string) =>
    api.patch(url, "merge", {
      metadata: { finalizers: finalizers.filter((one) => one !== name), resourceVersion },
    });

  const controllers = `${apps}/deployments/calico-kube-controllers`;
  if (await api.get(controllers)) {
    await api.delete(controllers, background);
    return true;
  }
  // MaintainInstallationFinalizer: its pods must be gone as well.
  const selector = encodeURIComponent("k8s-app=calico-kube-controllers");
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`);
  if (finalizers.includes(controllerFinalizer)) {
    if (pods.length > 0) return false;
    await remove(controllerFinalizer);
    return true;
  }
  // Rendered in every round until it may go, or nobody could tear down a pod any more.
  if (finalizers.some((name) => name !== operatorFinalizer)) return false;
  await api.delete(`${apps}/daemonsets/calico-node`, background);
  if (await liftProtection(api)) return true;
  if (!finalizers.includes(operatorFinalizer)) return false;
  await remove(operatorFinalizer);
  return true;
}
