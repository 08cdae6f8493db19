// `kubeProxy: Removed`: AKS has deleted a DaemonSet that other layers have patched. Pulumi would give up their fields at the end
// of the update, which the API server refuses of an object that is gone (pulumi-kubernetes, provider/pkg/await, Deletion). So
// each patch is declared once more under another name, as one that is retained, and the next update forgets it.
import { isDeepStrictEqual } from "node:util";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { KubeProxy } from "../enums";
import { seeingState } from "../recordedState";
import { ArgumentError } from "../validate/findings";
import { kubeProxyDaemonSet, noNode } from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";

const suffix = "-removed";

/** The patches of kube-proxy that the state has. */
export class RecordedKubeProxy {
  readonly #patches: string[] = [];
  #isOff = false;

  options(opts?: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions {
    const { namespace, name } = kubeProxyDaemonSet;
    return seeingState(opts, ({ type, id, urn, inputs }) => {
      if (!type.endsWith(":DaemonSetPatch") || id !== `${namespace}/${name}` || urn.endsWith(suffix)) return;
      this.#patches.push(urn.split("::").pop());
      this.#isOff ||= isDeepStrictEqual(inputs.spec?.template?.spec?.nodeSelector, noNode);
    });
  }

  /**
   * What the first layer comes after.
   * @throws ArgumentError in place of the layers, where kube-proxy ran when Pulumi saw it last
   */
  forgottenIfRemoved(
    component: pulumi.Resource,
    context: LayerContext,
    kubeProxy: KubeProxy,
    before: Dependency,
  ): Dependency {
    if (kubeProxy !== KubeProxy.Removed) return before;
    // A promise: an Output of the component would have the layers wait for all its children, themselves among them.
    const registered = new Promise((resolve) => component.urn.apply(resolve));
    const checked = registered.then(() => {
      if (this.#patches.length > 0 && !this.#isOff)
        throw new ArgumentError(context.subject, [
          {
            path: "kubeProxy",
            wrong: "is Removed, and kube-proxy ran on the nodes when Pulumi saw it last",
            why: "beside one that runs Felix would remove rules that it writes again",
            write:
              "nothing else; run `pulumi up --refresh` when `kubectl -n kube-system get daemonset kube-proxy` finds none",
          },
        ]);
      for (const name of this.#patches)
        new DaemonSetPatch(
          `${name}${suffix}`,
          { metadata: kubeProxyDaemonSet },
          {
            ...context.options,
            aliases: [{ name }],
            ignoreChanges: ["metadata", "spec"],
            retainOnDelete: true,
          },
        );
      return before;
    });
    return pulumi.output(checked) as Dependency;
  }
}
