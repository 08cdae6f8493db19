// AKS has deleted a DaemonSet that other layers have patched. Pulumi would give up their fields at the end of the update, which
// the API server refuses of an object that is gone (pulumi-kubernetes, provider/pkg/await, Deletion). So the patches are declared
// on under other names, unchanged, until a refresh finds the object gone. Where it was not gone, `pulumi destroy` still
// gives the node selector back. When kube-proxy is wanted again they are retained, and forgotten in the update after that.
import { isDeepStrictEqual } from "node:util";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import type { KubeProxy } from "../enums";
import { isWithoutKubeProxy } from "../validate/dataplaneFelix";
import { ArgumentError } from "../validate/findings";
import { kubeProxyDaemonSet, noNode } from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";

const suffix = "-removed";

/** The patches of kube-proxy that the state has. */
export class RecordedKubeProxy {
  readonly #patches = new Map<string, { retained: boolean; off: boolean }>();

  /** @param name which it has now */
  see({ type, id, inputs, retainOnDelete: retained = false }: Record<string, any>, name: string): void {
    const ofKubeProxy = `${kubeProxyDaemonSet.namespace}/${kubeProxyDaemonSet.name}`;
    if (!type.endsWith(":DaemonSetPatch") || id !== ofKubeProxy) return;
    const off = isDeepStrictEqual(inputs.spec?.template?.spec?.nodeSelector, noNode);
    this.#patches.set(name, { retained, off });
  }

  /**
   * What the first layer comes after.
   * @throws ArgumentError in place of the layers, where kube-proxy ran when Pulumi saw it last
   */
  keptWhereRemoved(
    component: pulumi.Resource,
    { subject, options }: LayerContext,
    kubeProxy: KubeProxy,
    before: Dependency,
  ): Dependency {
    const removed = isWithoutKubeProxy(kubeProxy);
    // A promise: an Output of the component would have the layers wait for all its children, themselves among them.
    const checked = new Promise<Dependency>((resolve, reject) =>
      component.urn.apply(() => {
        const owned = [...this.#patches].filter(([, { retained }]) => !retained);
        const ran = removed && owned.length > 0 && !owned.some(([, { off }]) => off);
        if (!ran) {
          for (const [name] of owned) this.#keep(name, removed, options);
          return resolve(before);
        }
        const finding = {
          path: "kubeProxy",
          wrong: `is ${kubeProxy}, and kube-proxy ran on the nodes when Pulumi saw it last`,
          why: "beside one that runs Felix would remove rules that it writes again",
          write:
            "nothing else; run `pulumi up --refresh` when `kubectl -n kube-system get daemonset kube-proxy` finds none",
        };
        return reject(new ArgumentError(subject, [finding]));
      }),
    );
    return removed ? (pulumi.output(checked) as Dependency) : before;
  }

  #keep(name: string, removed: boolean, options: pulumi.CustomResourceOptions): void {
    const metadata = kubeProxyDaemonSet;
    const kept = { ...options, ignoreChanges: ["metadata", "spec"], retainOnDelete: !removed };
    if (name.endsWith(suffix)) new DaemonSetPatch(name, { metadata }, kept);
    else if (removed) {
      // Of the time before kube-proxy was wanted again.
      const free = this.#patches.has(`${name}${suffix}`) ? `${name}-again${suffix}` : `${name}${suffix}`;
      new DaemonSetPatch(free, { metadata }, { ...kept, aliases: [{ name }] });
    }
  }
}
