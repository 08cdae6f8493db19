// From this machine through a load balancer: the only case that comes from outside the cluster.
import { type KubeObject, wordsOf } from "../cluster";
import { type CheckResult, failed, ok, type Verdict, warning } from "../status/check";
import type { Place } from "./cases";
import { until } from "./ready";
import type { Asking } from "./exec";
import { addressIn, ownerOf } from "./judge";

const tryMs = 5_000;

/** @param myAddress the one that this machine has outside; undefined = it is not known */
export function judgeSeen(
  address: string,
  myAddress: string | undefined,
  place: Pick<Place, "owners">,
): Verdict {
  const advice = "kube-proxy translates, eBPF does not: `aks-calico-ebpf status`";
  const seen = ownerOf(address, place);
  if (place.owners.has(address)) return failed(`translated: the server saw ${seen}`, advice);
  if (myAddress === undefined)
    return warning(`the server saw ${seen}`, "is it this machine's address outside? --my-address compares");
  if (address === myAddress) return ok(`the server saw ${seen}`);
  return failed(
    `translated: the server saw ${seen}, not ${myAddress}`,
    `${advice}; or is a proxy on the way?`,
  );
}

export async function runLoadBalancer(
  { cluster, namespace, signal }: Asking,
  place: Place,
  myAddress: string | undefined,
  seconds: number,
): Promise<CheckResult> {
  const check = "source IP preserved, LoadBalancer";
  const url = `/api/v1/namespaces/${namespace}/services/load-balanced`;
  const ingress = await until(seconds, signal, async (): Promise<KubeObject["status"]> => {
    return (await cluster.get(url)).status.loadBalancer?.ingress?.[0];
  });
  if (ingress === undefined)
    return {
      check,
      ...failed(`no address after ${seconds} s`, "Azure's quota of public addresses? longer: --timeout"),
    };
  let problem = "";
  const address = await until(seconds, signal, async () => {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(tryMs)]);
      const answer = await fetch(`http://${ingress.ip ?? ingress.hostname}:${place.port}/clientip`, {
        signal: limit,
      });
      return addressIn((await answer.text()).trim());
    } catch (error) {
      signal.throwIfAborted();
      problem = wordsOf((error as Error).cause ?? error);
      return undefined;
    }
  });
  if (address === undefined) {
    const advice = "network security groups, and the load balancer's health probe: does Felix answer it?";
    return { check, ...failed(`${ingress.ip ?? ingress.hostname} does not answer: ${problem}`, advice) };
  }
  return { check, ...judgeSeen(address, myAddress, place) };
}
