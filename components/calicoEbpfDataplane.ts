import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString";
import type { CalicoEbpfDataplaneArgs } from "./dataplaneArgs";
import { Dataplane, KubeProxy } from "./enums";
import { lookAnnotations } from "./layers/annotations";
import { declareAfterGate, declareCalico } from "./layers/calico";
import { patchInstallation } from "./layers/calicoFound";
import { declareExtras } from "./layers/extras";
import { felix } from "./layers/felix";
import { RecordedLayers } from "./layers/recordedLayers";
import type { LayerContext } from "./layers/layer";
import { rolledOut } from "./layers/rolledOut";
import { known, type OutputsOf } from "./outputs";
import { nameInUrn, seeingChildren } from "./recordedState";
import { readDataplaneArgs } from "./validate/dataplane";
import { requireKubernetesProvider } from "./validate/provider";

/**
 * Brings a cluster to Calico's eBPF data plane, and back: with the Calico that is there (operator 1.34 or newer; what
 * AKS's `networkPolicy: calico` brings, or what somebody has installed), or with one that it installs itself (`mode`). It
 * is a chain of layers, each of which waits for what the next one needs; when the last is ready the data plane is on and
 * rolled out on every node.
 *
 * `opts.provider` says which cluster. `opts.deletedWith`, where given, is put on every layer: it skips their deletion
 * when the cluster itself goes. `opts.dependsOn` holds the first layer back.
 *
 * Deleting the component on a cluster that stays gives everything back to the operator and the platform, and takes away
 * a Calico that it has installed. To go back without a gap in Services, set `dataplane` to `Iptables`
 * and update before.
 */
export class CalicoEbpfDataplane extends pulumi.ComponentResource {
  /** The data plane that the Installation asks for: `BPF` or `Iptables`. */
  readonly linuxDataplane!: pulumi.Output<string>;
  /** Whether the operator has switched Felix to eBPF. */
  readonly bpfEnabled!: pulumi.Output<boolean>;
  /** Version of Calico, as the operator reports it; empty where it reports none. */
  readonly calicoVersion!: pulumi.Output<string>;
  /** Host and port by which calico-node reaches the API server. */
  readonly endpoint!: pulumi.Output<string>;

  /**
   * @param name Name in the stack, with which the names of its resources begin.
   * @param args What is wanted.
   * @param opts Pulumi's resource options.
   * @throws pulumi.InputPropertiesError, before anything is declared, with every argument that is refused, or where there is no
   * Kubernetes provider: what is wrong, why, and what to write. What is known only later is refused before the resource that takes it.
   */
  constructor(name: string, args: CalicoEbpfDataplaneArgs, opts?: pulumi.ComponentResourceOptions) {
    const type = "aks-calico-ebpf:index:CalicoEbpfDataplane";
    const subject = `${type} ${JSON.stringify(name)}`;
    const plan = readDataplaneArgs(subject, args);
    requireKubernetesProvider(subject, opts);
    const recorded = new RecordedLayers(name);
    const options = seeingChildren(name, opts, (child, named) => recorded.see(child, named));
    super(type, name, {}, options);

    const ebpf = plan.dataplane === Dataplane.Ebpf;
    // `spec.calicoNetwork.linuxDataplane`, as the Installation spells it (tigera/operator, api/v1).
    const linuxDataplane = ebpf ? "BPF" : "Iptables";
    const fingerprint = pulumi
      .all([
        pulumi.interpolate`${plan.host}:${plan.port}`,
        linuxDataplane,
        plan.install?.version,
        plan.rollout?.maxUnavailable,
        plan.kubernetesVersion,
        // What kube-proxy does now decides on the layers that another choice brings, so it is looked at again.
        plan.kubeProxy === KubeProxy.Disable ? undefined : plan.kubeProxy,
      ])
      .apply((parts) => parts.filter(Boolean).join("/"));
    // Another one also where that changes back: an update that was broken off has not told the layers which it did not reach.
    const rollout = new RandomString(
      `${name}-rollout-id`,
      {
        length: 6,
        special: false,
        upper: false,
        keepers: { fingerprint, again: recorded.again(this, linuxDataplane) },
      },
      // A change of what is rolled out must not be refused, as that of a mode or direction is.
      { parent: this, protect: false },
    );
    const context: LayerContext = {
      subject,
      name,
      component: known(this.urn).then((urn) => ({ is: nameInUrn(urn), isOurs: recorded.hasEndpoint })),
      options: { parent: this, deletedWith: opts?.deletedWith },
      host: plan.host,
      port: plan.port,
      wait: plan.wait,
      fingerprint,
      rollout: pulumi.interpolate`${fingerprint}/${rollout.result}`,
    };

    const before = recorded.checked(this, context, plan, opts?.dependsOn);
    const { switched, calico } = declareCalico(context, plan, linuxDataplane, before);
    const settings = felix(context, calico, plan.felix.settings, ebpf, switched);
    const suffix = ebpf ? "ebpf-rolled-out" : "iptables-rolled-out";
    const { gate, generation } = rolledOut(context, suffix, settings);
    const last = declareAfterGate(context, plan, calico, generation, gate);
    const extras = declareExtras(context, plan, calico, linuxDataplane, last);
    // Reads the Installation once more when all is done. In every mode and direction this is the last layer, and there is no
    // other that nothing depends on: where it is protected, `pulumi destroy` is refused before it has touched any of them (it
    // deletes what nothing depends on first, and stops at the first refusal: pulumi/pulumi, pkg/resource/deploy, `ScheduleDeletes`).
    const { protect } = plan;
    const look = lookAnnotations("ready", context.rollout);
    const done = patchInstallation(context, "ready", [last, ...extras], look, undefined, { protect });

    // Handed out only when the last layer is ready: who uses them has a data plane that works.
    const live = (layer: pulumi.Resource, member: "spec" | "status"): pulumi.Output<any> =>
      pulumi.all([(layer as any)[member], done.urn]).apply(([read]) => read ?? {});
    // An operator that has just installed Calico says only at the end of its first round which one.
    const installed = typeof calico.version === "string" ? `v${calico.version}` : "";
    const outputs: OutputsOf<CalicoEbpfDataplane> = {
      linuxDataplane: live(switched, "spec").apply(({ calicoNetwork }) =>
        String(calicoNetwork?.linuxDataplane ?? linuxDataplane),
      ),
      bpfEnabled: live(settings, "spec").apply(({ bpfEnabled }) => Boolean(bpfEnabled ?? ebpf)),
      calicoVersion: live(done, "status").apply(({ calicoVersion }) => String(calicoVersion ?? installed)),
      endpoint: pulumi.all([plan.host, plan.port, done.urn]).apply(([host, port]) => `${host}:${port}`),
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}
