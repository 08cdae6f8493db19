// kubelet's readiness probes of pods that ask what answers on their node.
import { type Api, condition, type KubeObject } from "../controlPlane/api";
import { asksItsNode } from "../controlPlane/stages";
import { lookOn } from "./lookOn";
import type { NodePorts } from "./nodePorts";

export async function runProbes(api: Api, nodePorts: NodePorts, log: (line: string) => void): Promise<never> {
  const urls = [
    ...["kube-system", "calico-system"].map((namespace) => `/api/v1/namespaces/${namespace}/pods`),
    ...["crd.projectcalico.org/v1", "projectcalico.org/v3"].map(
      (group) => `/apis/${group}/felixconfigurations`,
    ),
  ];
  return lookOn(
    api,
    urls,
    2000,
    () => probe(api, nodePorts, log),
    (error) => log(`probes: ${error}`),
  );
}

/** Asks once for each pod that asks its node. */
async function probe(api: Api, nodePorts: NodePorts, log: (line: string) => void): Promise<void> {
  const pods = await api.list("/api/v1/namespaces/kube-system/pods");
  const asking = pods.filter((pod) => asksItsNode(pod) && pod.status?.phase === "Running");
  // A Felix that is late has to be seen before its configuration changes.
  if (asking.length === 0 && nodePorts.faults.lateSeconds === 0) return;
  const nodes = await nodePorts.look();
  await Promise.all(
    asking.map(async (pod) => {
      const seen = nodes.find(({ node }) => node.metadata.name === pod.spec.nodeName);
      const { port } = pod.spec.containers[0].readinessProbe.httpGet;
      const ready = seen?.healthz(port) === 200;
      if (await setReady(api, pod, ready))
        log(`probes: ${pod.metadata.name} on ${pod.spec.nodeName} is ${ready ? "ready" : "not ready"}`);
    }),
  );
}

/** @returns false = it is so already */
async function setReady(api: Api, pod: KubeObject, ready: boolean): Promise<boolean> {
  const status = ready ? "True" : "False";
  if (condition(pod, "Ready")?.status === status) return false;
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, "");
  const isOurs = (type: string) => type === "Ready" || type === "ContainersReady";
  const conditions = pod.status.conditions.map((one: any) =>
    isOurs(one.type) ? { ...one, status, lastTransitionTime } : one,
  );
  const containerStatuses = pod.status.containerStatuses.map((one: any) => ({ ...one, ready }));
  const url = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`;
  await api.patch(url, { status: { conditions, containerStatuses } });
  return true;
}
