// Load balancers of Services. On AKS the cloud controller makes them: Kubernetes' service controller
// (k8s.io/cloud-provider, controllers/service/controller.go) with cloud-provider-azure. What it does to the Service is
// done here; there is no load balancer behind it.
import type { Api, KubeObject } from "../controlPlane/api";
import { lookOn } from "./lookOn";

/** Keeps a Service until its load balancer is gone (service/helpers/helper.go there). */
const cleanup = "service.kubernetes.io/load-balancer-cleanup";

export async function runLoadBalancers(api: Api, log: (line: string) => void): Promise<never> {
  return lookOn(
    api,
    ["/api/v1/services"],
    10_000,
    () => look(api, log),
    (error) => log(`load balancers: ${error}`),
  );
}

const addressOf = ({ status }: KubeObject): string | undefined => status?.loadBalancer?.ingress?.[0]?.ip;

async function look(api: Api, log: (line: string) => void): Promise<void> {
  const services = await api.list("/api/v1/services");
  const taken = new Set(services.map(addressOf));
  for (const service of services) {
    const { namespace, name, resourceVersion, deletionTimestamp, finalizers = [] } = service.metadata;
    const url = `/api/v1/namespaces/${namespace}/services/${name}`;
    const setFinalizers = (all: string[]) =>
      api.patch(url, { metadata: { resourceVersion, finalizers: all } });
    const setIngress = (ingress: object[] | null) =>
      api.patch(`${url}/status`, { status: { loadBalancer: { ingress } } });
    const isHeld = finalizers.includes(cleanup);
    const isBalanced = service.spec.type === "LoadBalancer" && !deletionTimestamp;
    // One with a class is another controller's.
    if (isBalanced && service.spec.loadBalancerClass === undefined) {
      if (!isHeld) await setFinalizers([...finalizers, cleanup]);
      if (addressOf(service) !== undefined) continue;
      const ip = freeAddress(taken);
      taken.add(ip);
      await setIngress([{ ip }]);
      log(`load balancers: ${namespace}/${name} has ${ip}`);
    } else if (isHeld && !isBalanced) {
      await setFinalizers(finalizers.filter((one: string) => one !== cleanup));
      if (!deletionTimestamp) await setIngress(null);
      log(`load balancers: ${namespace}/${name} has none any more`);
    }
  }
}

/** On loopback, so that whoever asks there leaves this machine alone. */
function freeAddress(taken: ReadonlySet<string | undefined>): string {
  for (let last = 1; ; last++) {
    const address = `127.0.${last >> 8}.${last & 255}`;
    if (!taken.has(address)) return address;
  }
}
