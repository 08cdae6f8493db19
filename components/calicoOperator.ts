// Calico of our own: the operator by its chart, and the Installation that says what it shall install.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { CalicoMode } from "./enums";
import { installation } from "./layers/calicoFound";
import { after, type Before, type LayerContext, takeOver, within } from "./layers/layer";
import type { InstallPlan } from "./validate/dataplaneInstall";
import { ourValues } from "./validate/dataplaneInstall";

const operatorNamespace = "tigera-operator";

/**
 * The operator's namespace, labelled as in Calico's own manifest (projectcalico/calico, manifests/tigera-operator.yaml).
 *
 * A plain resource and not a patch, and named after the mode: where it exists, somebody's Calico is or was there, and
 * `pulumi up` ends here before it has changed anything. To come from one mode to another is described in docs/modes.md.
 */
export function operatorsNamespace(
  context: LayerContext,
  mode: CalicoMode,
  dependsOn: pulumi.CustomResourceOptions["dependsOn"],
): Namespace {
  const suffix = mode === CalicoMode.CalicoCni ? "calico-cni-namespace" : "self-managed-namespace";
  return new Namespace(
    `${context.name}-${suffix}`,
    {
      metadata: {
        name: operatorNamespace,
        labels: { name: operatorNamespace, "pod-security.kubernetes.io/enforce": "privileged" },
        annotations: within(context),
      },
    },
    { ...context.options, dependsOn },
  );
}

/**
 * The chart `tigera-operator`. Up to v3.31 it brings the CRDs; from v3.32 on the operator itself makes them when it
 * starts (`manageCRDs`, the chart's default; tigera/operator cmd/main.go). Not by the chart of CRDs that there is
 * since: as a release it exceeds the megabyte that Kubernetes gives a Secret (tigera/docs#2636).
 */
export function operator(context: LayerContext, plan: InstallPlan, before: Before): Release {
  return new Release(
    `${context.name}-operator`,
    {
      // Fixed, so that `helm list` and Calico's own instructions for the chart fit.
      name: "calico",
      namespace: operatorNamespace,
      createNamespace: false,
      chart: plan.chart,
      version: plan.byPath ? undefined : `v${plan.version}`,
      repositoryOpts: plan.repository === undefined ? undefined : { repo: plan.repository },
      values: pulumi.output(plan.values).apply((values) => merged(ourValues(plan.version), values)),
      skipAwait: false,
      timeout: pulumi.output(context.wait).apply(Number),
    },
    after(context, before),
  );
}

/** What our Installation says. */
export interface InstallationChoice {
  mode: CalicoMode;
  linuxDataplane: string;
  podCidr?: pulumi.Input<string>;
  maxUnavailable?: pulumi.Input<unknown>;
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
  { mode, linuxDataplane, podCidr, maxUnavailable }: InstallationChoice,
  before: Before,
): CustomResource {
  const ours = mode === CalicoMode.CalicoCni;
  return new CustomResource(
    `${context.name}-installation`,
    {
      ...installation,
      metadata: {
        name: "default",
        annotations: {
          // By force, for later changes: the operator owns what it has defaulted.
          ...takeOver,
          ...within(context),
          "pulumi.com/deletionPropagationPolicy": "background",
        },
      },
      spec: {
        kubernetesProvider: "AKS",
        cni: { type: ours ? "Calico" : "AzureVNET" },
        calicoNetwork: {
          linuxDataplane,
          // Azure's network takes no routes from the nodes.
          bgp: "Disabled",
          ...(ours ? { ipPools: [pool(podCidr!)] } : {}),
        },
        // A cluster whose system pool is kept for the cluster's own workloads is AKS's usual advice.
        controlPlaneTolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
        // The chart's own default, for its Installation: no CSI driver.
        kubeletVolumePluginPath: "None",
        ...(maxUnavailable === undefined
          ? {}
          : { nodeUpdateStrategy: { rollingUpdate: { maxUnavailable } } }),
      },
    },
    after(context, before),
  );
}

/**
 * The pods' addresses. VXLAN, because Azure drops IP in IP. The list is one field to the API server, so it holds
 * what the operator would add (tigera/operator, pkg/controller/ippool/defaults.go): our next change would else take that
 * away, and the operator would add it again, behind the back of the layer that reads the generation.
 */
function pool(cidr: pulumi.Input<string>): Record<string, pulumi.Input<unknown>> {
  return {
    name: "default-ipv4-ippool",
    cidr,
    encapsulation: "VXLAN",
    natOutgoing: "Enabled",
    nodeSelector: "all()",
    blockSize: 26,
    disableBGPExport: false,
    disableNewAllocations: false,
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  };
}

/** The second over the first; lists of the same name are joined, all else of the second wins. */
function merged(ours: Record<string, any>, theirs: Record<string, any> = {}): Record<string, any> {
  const both = { ...ours, ...theirs };
  for (const key of Object.keys(ours).filter((known) => theirs[known] !== undefined)) {
    const [mine, other] = [ours[key], theirs[key]];
    if (Array.isArray(mine) && Array.isArray(other)) both[key] = [...other, ...mine];
    else if (isObject(mine) && isObject(other)) both[key] = merged(mine, other);
  }
  return both;
}

function isObject(value: unknown): value is Record<string, any> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
