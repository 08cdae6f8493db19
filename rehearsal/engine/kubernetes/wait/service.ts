// Services: until their endpoints have settled and a load balancer has an address (await/service.go).

import { nameOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { cancelled, neighbours, objectSource, timedOut, type Awaiter, type Wait } from "./awaiter";

/** Endpoints come one by one; they count when this long nothing more came. */
const SETTLE_MS = 10_000;

export async function serviceAwaiter(wait: Wait): Promise<Awaiter> {
  const type: string = wait.object.spec?.type ?? "ClusterIP";
  let seen: KubeObject = wait.object;
  let ready = false;
  let settlesAt = Infinity;
  let endpoints = { ready: false, pending: false };
  const settled = () => performance.now() >= settlesAt;
  const withoutPods = () =>
    type === "ExternalName" ||
    seen.spec?.clusterIP === "None" ||
    Object.keys(seen.spec?.selector ?? {}).length === 0;
  const reasons = () => {
    if (type === "ExternalName" || seen.spec?.clusterIP === "None") {
      return [];
    }
    const noPods =
      "Service does not target any Pods. Selected Pods may not be ready, or " +
      "field '.spec.selector' may not match labels on any Pods";
    const noAddress = "Service was not allocated an IP address; does your cloud provider support this?";
    return [...(endpoints.ready ? [] : [noPods]), ...(type === "LoadBalancer" && !ready ? [noAddress] : [])];
  };
  wait.say("[1/3] Finding Pods to direct traffic to");
  const query = { fieldSelector: `metadata.name=${nameOf(wait.object)}` };
  return {
    sources: [await objectSource(wait, wait.object), neighbours("endpoints", wait.object, query)],
    get object() {
      return seen;
    },
    get wakeAt() {
      return settled() ? undefined : settlesAt;
    },
    handle({ key, type: change, object }: WatchEvent) {
      if (change === "LISTED") {
        return;
      }
      if (key === "endpoints") {
        settlesAt = performance.now() + SETTLE_MS;
        const subsets: KubeObject[] = change === "DELETED" ? [] : (object.subsets ?? []);
        endpoints = {
          ready: subsets.some((s) => (s.addresses ?? []).length > 0),
          pending: subsets.some((s) => (s.notReadyAddresses ?? []).length > 0),
        };
        return;
      }
      ready = false;
      if (change !== "DELETED") {
        seen = object;
        ready = type !== "LoadBalancer" || (object.status?.loadBalancer?.ingress ?? []).length > 0;
      }
    },
    done() {
      if (withoutPods()) {
        return ready;
      }
      if (ready && settled() && !endpoints.pending) {
        wait.say("Service initialization complete");
        return true;
      }
      if (settled() && endpoints.ready) {
        wait.say("[2/3] Attempting to allocate IP address to Service");
      }
      return false;
    },
    failure(why) {
      const good = ready && !endpoints.pending;
      return good ? undefined : (why === "timeout" ? timedOut : cancelled)(seen, reasons());
    },
  };
}
