// What the state has of the layers, and what follows from it before any of them is declared.
import { isDeepStrictEqual } from "node:util";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { CalicoMode } from "../enums";
import { known } from "../outputs";
import type { CalicoPlan } from "../validate/dataplane";
import { isWithoutKubeProxy } from "../validate/dataplaneFelix";
import { type Finding, throwFindings } from "../validate/findings";
import { kubeProxyDaemonSet, noNode } from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";

const suffix = "-removed";

type Inputs = Record<string, any>;

/** The layers in the state, by the names that they have now. */
export class RecordedLayers {
  /** Those of kube-proxy that are not to be forgotten. */
  readonly #patches = new Map<string, { off: boolean }>();
  /** Inputs of the Installation, where this component has installed Calico. */
  #installation: Inputs | undefined;
  /** Whether the endpoint is there, under whatever name it was made. */
  hasEndpoint = false;
  /** What the Installation was told, and whether Felix was switched, as Pulumi saw them last. */
  readonly #switched: { linuxDataplane?: unknown; bpfEnabled?: unknown } = {};
  /** How often the same switch had to be made again. */
  #again = 0;
  /** The Kubernetes provider of the layers: its URN and id. */
  #provider: string | undefined;

  constructor(readonly component: string) {}

  see({ type, id, inputs, outputs, provider, retainOnDelete }: Inputs, name: string): void {
    const layer = name.slice(this.component.length + 1);
    this.hasEndpoint ||= layer === "endpoint";
    if (layer === "endpoint") this.#provider = provider;
    if (layer === "installation") this.#installation = inputs;
    if (/^(installation|dataplane-switch)$/.test(layer))
      this.#switched.linuxDataplane = inputs.spec?.calicoNetwork?.linuxDataplane;
    if (layer === "felix") this.#switched.bpfEnabled = outputs?.spec?.bpfEnabled ?? false;
    if (layer === "rollout-id") this.#again = Number(inputs.keepers?.again ?? 0);
    const ofKubeProxy = `${kubeProxyDaemonSet.namespace}/${kubeProxyDaemonSet.name}`;
    if (!type.endsWith(":DaemonSetPatch") || id !== ofKubeProxy || retainOnDelete) return;
    const off = isDeepStrictEqual(inputs.spec?.template?.spec?.nodeSelector, noNode);
    this.#patches.set(name, { off });
  }

  /**
   * A number that is another one where a refresh has found the switch undone: the layers that wait do so for a change of their
   * own alone.
   */
  async again(component: pulumi.Resource, linuxDataplane: string): Promise<string> {
    await known(component.urn);
    const { linuxDataplane: told = linuxDataplane, bpfEnabled = linuxDataplane === "BPF" } = this.#switched;
    const isDone = told === linuxDataplane && bpfEnabled === (linuxDataplane === "BPF");
    return String(isDone ? this.#again : this.#again + 1);
  }

  /**
   * What the first layer comes after.
   * @throws ArgumentError in place of the layers, where Calico or the layers would go, or kube-proxy ran when Pulumi saw it last
   */
  checked(
    component: pulumi.Resource,
    { subject, options }: LayerContext,
    plan: CalicoPlan,
    before: Dependency,
  ): Dependency {
    const removed = isWithoutKubeProxy(plan.kubeProxy);
    const podCidr = known(plan.podCidr);
    // Layers that go with their cluster may come anew with it; who makes the cluster guards it.
    const isGuarded = options.deletedWith !== undefined;
    // A promise: an Output of the component would have the layers wait for all its children, themselves among them.
    const checked = known(component.urn).then(async () => {
      const patches = [...this.#patches];
      const ran = removed && patches.length > 0 && !patches.some(([, { off }]) => off);
      if (!ran) for (const [name] of patches) this.#keep(name, removed, options);
      throwFindings(subject, [
        ...installedChanges(this.#installation, plan, isGuarded ? undefined : await podCidr),
        ...(ran ? [kubeProxyRan(plan)] : []),
        ...(isGuarded ? [] : await this.#providerReplaced(component)),
      ]);
      return before;
    });
    return pulumi.output(checked) as Dependency;
  }

  /** In a preview alone: in the update itself the provider has been replaced already, and the way back must stay open. */
  async #providerReplaced(component: pulumi.Resource): Promise<Finding[]> {
    const provider = component.getProvider("kubernetes:core/v1:ConfigMap");
    const [urn, id] = [await known(provider?.urn), await known(provider?.id)];
    const isReplaced = [undefined, unknownValue].includes(id) && this.#provider?.startsWith(`${urn}::`);
    return pulumi.runtime.isDryRun() && isReplaced ? [providerReplaced] : [];
  }

  /**
   * Where AKS has deleted a DaemonSet that other layers have patched, Pulumi would give up their fields at the end of the
   * update, which the API server refuses of an object that is gone (pulumi-kubernetes, provider/pkg/await, Deletion). So the
   * patches are declared on under other names, unchanged, until a refresh finds the object gone. Where it was not gone,
   * `pulumi destroy` still gives the node selector back. When kube-proxy is wanted again they are retained, and forgotten in
   * the update after that.
   */
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

const providerReplaced: Finding = {
  path: "opts.provider",
  wrong: "is replaced by this update, and with it every layer",
  why: "Pulumi makes the new layers first and then deletes the old ones, which are the same objects: eBPF would go, and nothing tells",
  write:
    "the clusterIdentifier that it had, or a first one: some name that does not change, such as the cluster's; " +
    "without one another server or certificate in the kubeconfig is another cluster to the provider. " +
    "Where the cluster itself is replaced, opts.deletedWith",
};

const kubeProxyRan = ({ kubeProxy }: CalicoPlan): Finding => ({
  path: "kubeProxy",
  wrong: `is ${kubeProxy}, and kube-proxy ran on the nodes when Pulumi saw it last`,
  why: "beside one that runs Felix would remove rules that it writes again",
  write:
    "nothing else; run `pulumi up --refresh` when `kubectl -n kube-system get daemonset kube-proxy` finds none",
});

/** Where this component has installed the Calico that the program takes for another's, or gives other addresses to. */
export function installedChanges(
  installation: Inputs | undefined,
  { mode, install }: Pick<CalicoPlan, "mode" | "install">,
  podCidr: unknown,
): Finding[] {
  if (installation === undefined) return [];
  const installed = installation.spec?.cni?.type === "Calico" ? CalicoMode.CalicoCni : CalicoMode.SelfManaged;
  const write = `what it was, mode: ${installed}; another one by the path in docs/modes.md, "Changing the mode of a living cluster"`;
  if (install === undefined)
    return [
      {
        path: mode === CalicoMode.AzureManaged ? "mode" : "calico.existing",
        wrong: `is ${mode === CalicoMode.AzureManaged ? mode : true}, and this component has installed the Calico that runs here`,
        why: "Pulumi would delete it at the end of the update, when kube-proxy may be gone already: no node would serve Services",
        write,
      },
    ];
  const has = installation.spec?.calicoNetwork?.ipPools?.[0]?.cidr;
  if (typeof has !== "string" || typeof podCidr !== "string" || has === podCidr) return [];
  return [
    {
      path: "podCidr",
      wrong: `is ${podCidr}, and Calico of this cluster gives addresses of ${has}`,
      why: "the operator would take away the pool in which the pods live",
      write: `${has}; a further pool is an IPPool of your own, after this component`,
    },
  ];
}
