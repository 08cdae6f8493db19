import type * as pulumi from "@pulumi/pulumi";
import { tooYoung } from "../calicoVersion";
import type { CalicoEbpfDataplaneArgs, DataplaneSettings, WorkloadArgs } from "../dataplaneArgs";
import { CalicoMode, Dataplane, KubeProxy } from "../enums";
import { withoutKubeProxy } from "../withoutKubeProxy";
import { metricsSettings } from "../layers/felixMetrics";
import { readDefaultDeny, readMetrics, readRestarts } from "./dataplaneExtras";
import { type FelixPlan, readFelix } from "./dataplaneFelix";
import { type InstallPlan, readInstall } from "./dataplaneInstall";
import { readMaxNodes, readRollout, readTimeout, waitSeconds } from "./dataplaneRollout";
import { ArgumentReader } from "./findings";
import { cidr, matching, oneOf, wholeNumber, yesOrNo } from "./rules";

/** The settings with every default in place; the layers take them from here. */
export interface DataplanePlan {
  mode: CalicoMode;
  dataplane: Dataplane;
  kubeProxy: KubeProxy;
  /** The Calico that is ours to install; undefined where it is there already. */
  install?: InstallPlan;
  /** Undefined: the operator's own. */
  maxUnavailable?: pulumi.Input<unknown>;
  /** As the user gave it; undefined where the waits are reckoned from the number of nodes. */
  rolloutTimeoutMinutes?: number;
  restartWorkloads: WorkloadArgs[];
  /** Port of Felix's metrics; undefined where they are off. */
  metricsPort?: pulumi.Input<number>;
  /** Namespaces that the default-deny policy leaves alone; undefined where there is none. */
  defaultDeny?: pulumi.Input<string[]>;
  felix: FelixPlan;
}

/** The settings' names; the keys are checked against the type by the compiler. */
export const settingsProperties: Record<keyof DataplaneSettings, string> = {
  mode: "",
  calico: "",
  dataplane: "",
  kubeProxy: "",
  felix: "",
  rollout: "",
  rolloutTimeoutMinutes: "",
  restartWorkloads: "",
  felixMetrics: "",
  defaultDeny: "",
};

/** Reads what {@link CalicoEbpfDataplane} takes. */
export function readDataplaneArgs(subject: string, args: CalicoEbpfDataplaneArgs) {
  const reader = new ArgumentReader(subject);
  const given = reader.object<CalicoEbpfDataplaneArgs>("", args ?? ({} as CalicoEbpfDataplaneArgs), {
    ...settingsProperties,
    apiServerHost: "",
    apiServerPort: "",
    podCidr: "",
    kubernetesVersion: "",
    maxNodes: "",
    protect: "",
  });
  const plan = readDataplaneSettings(reader, given);
  const host = readHost(reader, given.apiServerHost);
  const port =
    reader.value("apiServerPort", given.apiServerPort, wholeNumber(1, 65535, "it is a TCP port")) ?? 443;
  const podCidr = readPodCidr(reader, plan, given.podCidr);
  const maxNodes = readMaxNodes(reader, given.maxNodes);
  const { kubernetesVersion } = given;
  const protect = reader.plain("protect", given.protect, yesOrNo()) ?? false;
  reader.done();
  const wait = waitSeconds(plan.rolloutTimeoutMinutes, maxNodes, plan.maxUnavailable);
  return { ...plan, host, port, podCidr, kubernetesVersion, wait, protect };
}

function readHost(reader: ArgumentReader, host: pulumi.Input<string> | undefined): pulumi.Input<string> {
  const why =
    "calico-node reaches the API server by it when kube-proxy is gone; it goes into KUBERNETES_SERVICE_HOST as it is";
  const write = "the cluster's FQDN alone, such as aks-1a2b3c4d.hcp.westeurope.azmk8s.io";
  if (host === undefined || host === null) {
    reader.refuse("apiServerHost", { wrong: "is missing", why, write });
  }
  // One label or more of a host name, or an IPv4 address; neither scheme, port nor path.
  const name = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
  return reader.value("apiServerHost", host, matching(name, why, write)) ?? "";
}

/** The pods' addresses are Calico's to give only where it is the CNI, and ours to say only where we install it. */
function readPodCidr(
  reader: ArgumentReader,
  { mode, install }: DataplanePlan,
  given: pulumi.Input<string> | undefined,
): pulumi.Input<string> | undefined {
  const ours = mode === CalicoMode.CalicoCni && install !== undefined;
  if (!ours && given !== undefined) {
    reader.refuse("podCidr", {
      wrong: "is set, and this component makes no IP pool",
      why: "in mode CalicoCni it does, where it installs Calico; else the pool is there, or Azure gives pods their addresses",
      write: "nothing",
    });
  }
  if (ours && (given === undefined || given === null)) {
    reader.refuse("podCidr", {
      wrong: "is missing while mode is CalicoCni",
      why: "Calico gives the pods addresses of it; its own default, 192.168.0.0/16, may well be somebody's network",
      write: "the cluster's pod range, such as 10.244.0.0/16, apart from services and VNet",
    });
    return undefined;
  }
  return ours ? reader.value("podCidr", given, cidr("the pods' range")) : undefined;
}

/** Reads what can be chosen about the data plane, for either component that takes it. */
export function readDataplaneSettings(
  reader: ArgumentReader,
  args: Partial<DataplaneSettings>,
): DataplanePlan {
  const mode = reader.plain("mode", args.mode, oneOf(CalicoMode)) ?? CalicoMode.AzureManaged;
  const dataplane = reader.plain("dataplane", args.dataplane, oneOf(Dataplane)) ?? Dataplane.Ebpf;
  const kubeProxy = reader.plain("kubeProxy", args.kubeProxy, oneOf(KubeProxy)) ?? KubeProxy.Disable;
  checkAbsent(reader, mode, dataplane, kubeProxy);
  const install = readInstall(reader, mode, args.calico);
  const felix = readFelix(reader, args.felix, kubeProxy);
  if (install !== undefined) {
    const findings = tooYoung(
      felix.settings,
      install.version,
      "calico.version is",
      "nothing, or a newer version",
    );
    for (const { path, ...refusal } of findings) reader.refuse(path, refusal);
  }
  const metricsPort = readMetrics(reader, args.felixMetrics);
  if (metricsPort !== undefined) Object.assign(felix.settings.values, metricsSettings(metricsPort));
  return {
    mode,
    dataplane,
    kubeProxy,
    install,
    maxUnavailable: readRollout(reader, args.rollout),
    rolloutTimeoutMinutes: readTimeout(reader, "rolloutTimeoutMinutes", args.rolloutTimeoutMinutes),
    restartWorkloads: readRestarts(reader, args.restartWorkloads),
    metricsPort,
    defaultDeny: readDefaultDeny(reader, args.defaultDeny),
    felix,
  };
}

/** A cluster that was made without kube-proxy. */
function checkAbsent(
  reader: ArgumentReader,
  mode: CalicoMode,
  dataplane: Dataplane,
  kubeProxy: KubeProxy,
): void {
  if (!withoutKubeProxy.includes(kubeProxy)) return;
  if (mode !== CalicoMode.CalicoCni) {
    reader.refuse("kubeProxy", {
      wrong: `is ${kubeProxy} while mode is ${mode}`,
      why: "AKS makes a cluster without kube-proxy only where it brings no network plugin either",
      write: "Disable or Keep, or mode: CalicoCni",
    });
  }
  if (dataplane === Dataplane.Iptables) {
    reader.refuse("dataplane", {
      wrong: `is Iptables while kubeProxy is ${kubeProxy}`,
      why: "nobody would serve the cluster's Services: Calico does it with eBPF only, and there is no kube-proxy to come back",
      write: "Ebpf, or a cluster with kube-proxy",
    });
  }
}
