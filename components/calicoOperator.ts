// Calico of our own: the operator by its chart, and the Installation that says what it shall install.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { meta } from "@pulumi/kubernetes/types/output";
import * as pulumi from "@pulumi/pulumi";
import { CalicoMode } from "./enums";
import { apiVersionOf, type CalicoApi } from "./layers/calicoApi";
import { refreshHint, addonManagerLabel, installation } from "./layers/calicoFound";
import { ourPrefix, timeoutAnnotations } from "./layers/annotations";
import { declare, type Dependency, type LayerContext, unlessRefused } from "./layers/layer";
import { merged } from "./merge";
import type { CalicoPlan } from "./validate/dataplane";
import { type InstallPlan, ourValues } from "./validate/dataplaneInstall";

const operatorNamespace = "tigera-operator";

/** Says in which mode this component has installed Calico. */
const installedAsAnnotation = `${ourPrefix}/installed-as`;

/**
 * The operator's namespace, labelled as in Calico's own manifest (projectcalico/calico, manifests/tigera-operator.yaml).
 *
 * Two patches, as for the endpoint's ConfigMap (layers/endpoint.ts): the first looks, the second writes. When they are
 * deleted an empty namespace stays, as it does with Helm.
 */
export function operatorsNamespace(
  context: LayerContext,
  mode: CalicoMode,
  before: Dependency,
): NamespacePatch {
  return declare(context, "namespace", NamespacePatch, checkNamespace(context, mode, before), {
    metadata: {
      name: operatorNamespace,
      labels: { name: operatorNamespace, "pod-security.kubernetes.io/enforce": "privileged" },
      annotations: { ...timeoutAnnotations(context), [installedAsAnnotation]: mode },
    },
  });
}

/**
 * Looks whether somebody's Calico is or was in the cluster, before anything is touched: two must not meet.
 */
function checkNamespace(context: LayerContext, mode: CalicoMode, before: Dependency): Dependency {
  const annotations = { ...timeoutAnnotations(context), [`${ourPrefix}/mode-wanted`]: mode };
  const metadata = { name: operatorNamespace, annotations };
  const found = declare(context, "namespace-found", NamespacePatch, before, { metadata });
  return unlessRefused(context, found, found.metadata, (metadata) => {
    const ours = metadata?.annotations?.[installedAsAnnotation];
    if (ours === mode || (ours === undefined && !isForeign(metadata))) return undefined;
    return ours === undefined
      ? {
          path: "mode",
          wrong: `is ${mode}, and the namespace ${operatorNamespace} of this cluster is somebody else's`,
          why: "Calico's operator is installed there, or was, and two of them must not meet in a cluster",
          write: `AzureManaged where it is AKS's (label ${addonManagerLabel}); calico: { existing: true } where somebody else's shall stay. Where it is gone, delete what is left with kubectl delete namespace ${operatorNamespace}${refreshHint}`,
        }
      : {
          path: "mode",
          wrong: `is ${mode}, and this cluster's Calico was installed by this component as ${ours}`,
          why: "a living cluster keeps its mode: its network is chosen at birth, and two Calicos must not meet in it",
          write: `${ours}, or follow the path in docs/modes.md, "Changing the mode of a living cluster"${refreshHint}`,
        };
  });
}

/** Older than our look at it, and others own something of it. A controller that labels what is new comes later. */
function isForeign(metadata: meta.v1.ObjectMetaPatch | undefined): boolean {
  const owners = (metadata?.managedFields ?? []).filter(({ manager }) => manager !== "before-first-apply");
  const ours = owners.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1 ?? {}).includes(`"f:${ourPrefix}/`));
  const born = Date.parse(metadata?.creationTimestamp ?? "");
  return ours.length < owners.length && ours.some(({ time }) => born < Date.parse(time ?? ""));
}

/**
 * The chart `tigera-operator`. Up to v3.31 it brings the CRDs; from v3.32 on the operator itself makes them when it
 * starts (`manageCRDs`, the chart's default; tigera/operator cmd/main.go). Not by the chart of CRDs that there is
 * since: as a release it exceeds the megabyte that Kubernetes gives a Secret (tigera/docs#2636).
 */
export function operator(context: LayerContext, plan: InstallPlan, before: Dependency): Release {
  return declare(context, "operator", Release, before, {
    // Fixed, so that `helm list` and Calico's own instructions for the chart fit.
    name: "calico",
    namespace: operatorNamespace,
    createNamespace: false,
    chart: plan.chart,
    version: plan.byPath ? undefined : `v${plan.version}`,
    repositoryOpts: plan.repository === undefined ? undefined : { repo: plan.repository },
    values: pulumi.output(plan.values).apply((values) => merged(ourValues(plan.version), values, true)),
    skipAwait: false,
    timeout: pulumi.output(context.wait).apply(Number),
  });
}

/** The API that the operator is told to take, by us or by the chart's values; what it makes CRDs of, and nobody else. */
export function operatorApi({ values }: InstallPlan): pulumi.Output<CalicoApi> {
  const said = pulumi.output(values).apply((known) => apiVersionOf(known?.tigeraOperator?.env));
  return pulumi.unsecret(said);
}

/**
 * `Installation/default`, as in Calico's guide for AKS (tigera/docs, getting-started/kubernetes/managed-public-cloud/aks),
 * with its data plane from birth. The provider asks again for half a minute where the operator has not yet made the CRD.
 *
 * It is deleted in the background: in the foreground, the provider's way, garbage collection takes calico-node away before
 * the operator has cleaned up, and its finalizer `tigera.io/operator-cleanup` stays for ever (tigera/operator#4103).
 */
export function calicoInstallation(
  context: LayerContext,
  { mode, podCidr, rollout }: CalicoPlan,
  linuxDataplane: string,
  before: Dependency,
): CustomResource {
  const maxUnavailable = rollout?.maxUnavailable;
  const ours = mode === CalicoMode.CalicoCni;
  // VXLAN, because Azure drops IP in IP. The list is one field to the API server, so it holds what the operator would add
  // (tigera/operator, pkg/controller/ippool/defaults.go): our next change would else take that away, and the operator would
  // add it again, behind the back of the layer that reads the generation.
  const pool = {
    name: "default-ipv4-ippool",
    cidr: podCidr,
    encapsulation: "VXLAN",
    natOutgoing: "Enabled",
    nodeSelector: "all()",
    blockSize: 26,
    disableBGPExport: false,
    disableNewAllocations: false,
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  };
  return declare(context, "installation", CustomResource, before, {
    ...installation,
    metadata: {
      name: "default",
      annotations: {
        // By force, for later changes: the operator owns what it has defaulted.
        ...timeoutAnnotations(context),
        "pulumi.com/deletionPropagationPolicy": "background",
      },
    },
    spec: {
      kubernetesProvider: "AKS",
      cni: { type: ours ? "Calico" : "AzureVNET" },
      // Azure's network takes no routes from the nodes.
      calicoNetwork: { linuxDataplane, bgp: "Disabled", ipPools: ours ? [pool] : undefined },
      // Another version or endpoint is another generation, or the gate would be content with the conditions before it.
      calicoNodeDaemonSet: { metadata: { annotations: { [`${ourPrefix}/switch`]: context.fingerprint } } },
      // A cluster whose system pool is kept for the cluster's own workloads is AKS's usual advice.
      controlPlaneTolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
      // The chart's own default, for its Installation: no CSI driver.
      kubeletVolumePluginPath: "None",
      nodeUpdateStrategy: maxUnavailable === undefined ? undefined : { rollingUpdate: { maxUnavailable } },
    },
  });
}
