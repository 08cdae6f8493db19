// What others do to kube-proxy while a data plane is switched, as faults that can be set: an addon manager that does not
// merge but replaces, and a second owner of the same field.
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import { messageOf } from "../system/refusal";
import { Bell } from "../system/wait";

const kubeProxy = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy";
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The annotation by which our last layer tells that it has looked (components/layers/kubeProxy.ts). */
const lookedAgain = "aks-calico-ebpf/looked-again";

/** A tool that keeps what it has in its repository in the cluster, as Argo CD does. */
const foreignManager = "argocd-controller";
const foreignSelector = { "kubernetes.io/os": "linux" };

/** Faults that replace kube-proxy: once, some time after this sign of it has come or become another one. */
const replacements = [
  {
    fault: "kube-proxy-put-during",
    sign: (proxy?: KubeObject) =>
      Object.keys(proxy?.spec.template.spec.nodeSelector ?? {}).length > 0 ? "off" : "",
    delayMs: 0,
  },
  {
    fault: "kube-proxy-put-after",
    // Who has written it and when: a layer that failed may have left the annotation there.
    sign: (proxy?: KubeObject) =>
      (proxy?.metadata.managedFields ?? [])
        .filter(({ fieldsV1 }: any) => JSON.stringify(fieldsV1 ?? {}).includes(lookedAgain))
        .map(({ manager, time }: any) => `${manager} ${time}`)
        .join(", "),
    delayMs: 1000,
  },
];

/**
 * Resolves when there is nothing more to do.
 * @param manifest the platform's kube-proxy
 * @param begun called when kube-proxy was started as the manifest says: how things stood then is what they change from
 */
export async function runMisdeeds(
  api: Api,
  manifest: KubeObject,
  faults: readonly string[],
  begun: () => void,
  log: (line: string) => void,
): Promise<void> {
  const waiting = new Set(replacements.filter(({ fault }) => faults.includes(fault)));
  const before = new Map<object, string>();
  const foreign = faults.includes("foreign-manager");
  // Told at once: the layer that is to find it follows within a second.
  const bell = new Bell();
  if (foreign || waiting.size > 0) void api.watch(collectionOf(manifest), bell.ring);
  for (let looked = false; !looked || foreign || waiting.size > 0; await bell.heard(1000)) {
    try {
      const proxy = await api.get(kubeProxy);
      for (const one of waiting) {
        const sign = one.sign(proxy);
        if (sign && before.has(one) && before.get(one) !== sign) {
          await pause(one.delayMs);
          await replace(api, manifest, proxy);
          waiting.delete(one);
          log(`addon manager: replaced kube-proxy wholly (fault ${one.fault})`);
        }
        before.set(one, sign);
      }
      if (proxy && (await setForeignOwner(api, proxy, foreign)))
        log(`${foreignManager}: ${foreign ? "took kube-proxy's node selector" : "let go of kube-proxy"}`);
      // A fault of its command line is in force when the addon manager has applied it.
      looked = !proxy || isDeepStrictEqual(commandOf(proxy), commandOf(manifest));
      if (looked) begun();
    } catch (error) {
      log(`addon manager: ${messageOf(error)}`);
    }
  }
}

const commandOf = (proxy: KubeObject) => proxy.spec.template.spec.containers[0].command;

async function replace(api: Api, manifest: KubeObject, current: KubeObject | undefined): Promise<void> {
  // What the addon manager's own `kubectl apply` needs to go on from here.
  const annotations = { [lastApplied]: current?.metadata.annotations?.[lastApplied] };
  await api.replace(kubeProxy, { ...manifest, metadata: { ...manifest.metadata, annotations } });
}

/** Has the foreign manager take kube-proxy's node selector, or let go of it. @returns false = it is so already */
async function setForeignOwner(api: Api, proxy: KubeObject, wanted: boolean): Promise<boolean> {
  const owns = proxy.metadata.managedFields.some((one: any) => one.manager === foreignManager);
  const selector = JSON.stringify(proxy.spec.template.spec.nodeSelector);
  if (wanted ? owns && selector === JSON.stringify(foreignSelector) : !owns) return false;
  const { apiVersion, kind, metadata } = proxy;
  const { name, namespace } = metadata;
  // Applying nothing gives back what was applied.
  const spec = wanted ? { template: { spec: { nodeSelector: foreignSelector } } } : undefined;
  await api.apply(kubeProxy, { apiVersion, kind, metadata: { name, namespace }, spec }, foreignManager);
  return true;
}
