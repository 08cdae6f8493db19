import * as pulumi from "@pulumi/pulumi";
import { unsupportedFields } from "../calicoVersion";
import type {
  CalicoEbpfDataplaneArgs,
  DataplaneSettings,
  DefaultDenyArgs,
  FelixMetricsArgs,
  RolloutArgs,
  WorkloadArgs,
} from "../dataplaneArgs";
import { CalicoMode, Dataplane, KubeProxy, WorkloadKind } from "../enums";
import { ArgumentReader } from "./arguments";
import { felix as felixShape, isWithoutKubeProxy, readFelix } from "./dataplaneFelix";
import { calico, readInstall } from "./dataplaneInstall";
import { podCidrMissing } from "./network";
import {
  anything,
  plain,
  cidr,
  listOf,
  matching,
  minutes,
  needed,
  object,
  oneOf,
  satisfying,
  text,
  wholeNumber,
  yesOrNo,
} from "./shapes";

const objectName = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  "it is no name of an object in Kubernetes",
  "lower-case letters, digits, hyphens and dots, as kubectl shows it",
);
/** The sandbox image of AKS's nodes, which is there already (Azure/AgentBaker, `sandbox` of containerd's configuration). */
const pauseImage = "mcr.microsoft.com/oss/v2/kubernetes/pause:3.6";
const port = wholeNumber(1, 65535, "it is a TCP port");

/** What both components take that have a data plane. */
export const settingsEntries = {
  mode: plain(oneOf(CalicoMode)),
  calico,
  dataplane: plain(oneOf(Dataplane)),
  kubeProxy: plain(oneOf(KubeProxy)),
  felix: felixShape,
  rollout: object<RolloutArgs>({
    maxUnavailable: satisfying(
      (value) => (Number.isInteger(value) && value >= 1) || /^([1-9]\d?|100)%$/.test(value),
      "it is on how many nodes calico-node may be down at once; with none it could not be rolled",
      'a whole number from 1, or a share from "1%" to "100%"',
    ),
  }),
  rolloutTimeoutMinutes: plain(minutes),
  restartWorkloads: listOf(
    object<WorkloadArgs>({
      kind: needed(plain(oneOf(WorkloadKind))),
      namespace: needed(plain(objectName)),
      name: needed(plain(objectName)),
    }),
    "a list of { kind, namespace, name }",
  ),
  felixMetrics: object<FelixMetricsArgs>({ port }),
  defaultDeny: object<DefaultDenyArgs>({ excludedNamespaces: listOf(objectName) }),
  proof: plain(yesOrNo),
  proofImage: text,
} satisfies Record<keyof DataplaneSettings, unknown>;

const shape = object<CalicoEbpfDataplaneArgs>({
  ...settingsEntries,
  // A host name or an IPv4 address; neither scheme, port nor path.
  apiServerHost: needed(
    matching(
      /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
      "calico-node reaches the API server by it when kube-proxy is gone; it goes into KUBERNETES_SERVICE_HOST as it is",
      "the cluster's FQDN alone, such as aks-1a2b3c4d.hcp.westeurope.azmk8s.io",
    ),
  ),
  apiServerPort: port,
  podCidr: cidr,
  kubernetesVersion: anything,
  maxNodes: wholeNumber(1, 15000, "it is the most nodes that the cluster can have, and waits grow with it"),
  protect: plain(yesOrNo),
});

/** The arguments as the layers take them. */
export type CalicoPlan = ReturnType<typeof readDataplaneArgs>;
/** What is asked on every node; the port is Felix's, 0 = none. */
export type ProofPlan = NonNullable<CalicoPlan["proven"]>;

/** Reads what {@link CalicoEbpfDataplane} takes. */
export function readDataplaneArgs(subject: string, args: CalicoEbpfDataplaneArgs) {
  const reader = new ArgumentReader(subject);
  const given = reader.read<CalicoEbpfDataplaneArgs>(shape, args ?? ({} as CalicoEbpfDataplaneArgs));
  const plan = readDataplaneSettings(reader, given);
  if (plan.makesPool && given.podCidr === undefined) reader.refuse("podCidr", podCidrMissing);
  if (!plan.makesPool && given.podCidr !== undefined)
    reader.refuse("podCidr", {
      wrong: "is set, and this component makes no IP pool",
      why: "it does where it installs Calico in mode CalicoCni; else the pool is there, or Azure gives pods their addresses",
      write: "nothing",
    });
  reader.done();
  const { apiServerHost: host, apiServerPort: port = 443, podCidr, kubernetesVersion, protect } = given;
  const wait = pulumi
    .all([given.rolloutTimeoutMinutes, given.maxNodes, given.rollout?.maxUnavailable])
    .apply((known) => waitSeconds(...known));
  return { ...plan, host, port, podCidr, kubernetesVersion, wait, protect: protect ?? false };
}

/** Reads what can be chosen about the data plane, for either component that takes it. */
export function readDataplaneSettings(reader: ArgumentReader, given: DataplaneSettings) {
  const { mode = CalicoMode.AzureManaged, dataplane = Dataplane.Ebpf, kubeProxy = KubeProxy.Disable } = given;
  // Undefined where Calico is there already.
  const install = readInstall(reader, mode, given.calico);
  const metricsPort = given.felixMetrics && (given.felixMetrics.port ?? 9091);
  const felix = readFelix(reader, given.felix, kubeProxy, metricsPort);
  const newer = "nothing, or a newer version";
  for (const finding of unsupportedFields(felix.given, install?.version, "calico.version is", newer))
    reader.refuse(finding.path, finding);
  // Where Calico is there already, its own pools stand.
  const makesPool = mode === CalicoMode.CalicoCni && install !== undefined;
  const { proof = true, proofImage: image = pauseImage } = given;
  // Undefined where no proof on the nodes is wanted.
  const proven = proof ? { image, port: felix.port } : undefined;
  const plan = { ...given, mode, dataplane, kubeProxy, install, makesPool, felix, metricsPort, proven };
  checkWithoutKubeProxy(reader, plan);
  const named = (given.restartWorkloads ?? []).map(
    ({ kind, namespace, name }) => `${kind}-${namespace}-${name}`,
  );
  const twice = named.findIndex((one, i) => named.indexOf(one) < i);
  if (twice >= 0)
    reader.refuse(`restartWorkloads[${twice}]`, {
      wrong: `is ${named[twice]}, as one before it`,
      why: "resources of a stack are told apart by their names, and these are made of kind, namespace and name",
      write: "each workload once",
    });
  return plan;
}

/** What a cluster without kube-proxy can be. */
export function checkWithoutKubeProxy(
  reader: ArgumentReader,
  { mode, kubeProxy, dataplane }: Pick<DataplaneSettings, "mode" | "kubeProxy" | "dataplane">,
): void {
  if (!isWithoutKubeProxy(kubeProxy)) return;
  if (mode !== CalicoMode.CalicoCni)
    reader.refuse("kubeProxy", {
      wrong: `is ${kubeProxy} while mode is ${mode}`,
      why: "AKS makes clusters without kube-proxy with networkPlugin none only (azure-aks-docs, configure-kube-proxy)",
      write: "Disable or Keep, or mode: CalicoCni",
    });
  if (dataplane === Dataplane.Iptables)
    reader.refuse("dataplane", {
      wrong: `is Iptables while kubeProxy is ${kubeProxy}`,
      why: "nobody would serve the cluster's Services: Calico does it with eBPF only, and there is no kube-proxy to come back",
      write:
        kubeProxy === KubeProxy.Removed
          ? "Ebpf; or let AKS run kube-proxy again first, and say kubeProxy: Keep (docs/modes.md, Removed)"
          : "Ebpf, or a cluster with kube-proxy",
    });
}

/** Steps of the default waits, in minutes: so coarse that a scaled pool does not touch the layers. */
const shortestWait = 30;
/** What a wait allows a step of the roll-out, in minutes; a pod of calico-node takes some 20 s to be ready. */
const minutesAStep = 0.5;
/** What it allows beside: for the operator, its images and its conditions. */
const minutesBeside = 10;

/** How long each layer may wait, in seconds, as the provider's annotation takes it. */
export function waitSeconds(
  minutes: number | undefined,
  maxNodes: number = 0,
  maxUnavailable: unknown = 1,
): string {
  // A share is rounded up, as the DaemonSet controller does.
  const atOnce =
    typeof maxUnavailable === "number"
      ? maxUnavailable
      : Math.ceil((maxNodes * Number.parseInt(String(maxUnavailable), 10)) / 100);
  const needed = minutesBeside + Math.ceil(maxNodes / (atOnce || 1)) * minutesAStep;
  const usual = shortestWait * 2 ** Math.max(0, Math.ceil(Math.log2(needed / shortestWait)));
  return String(Math.round(60 * (minutes ?? usual)));
}
