// Layer 0, where Calico is in the cluster already: whose it is.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { CalicoMode } from "../enums";
import { waitForAnnotations } from "./annotations";
import { declare, type Dependency, type LayerContext, unlessRefused } from "./layer";

export const installation = { apiVersion: "operator.tigera.io/v1", kind: "Installation" };

export function patchInstallation(
  context: LayerContext,
  suffix: string,
  before: Dependency,
  annotations: pulumi.Inputs,
  spec?: object,
  options?: pulumi.CustomResourceOptions,
): CustomResourcePatch {
  // `status` is not written; it is named so that the SDK hands it out.
  const args = { ...installation, metadata: { name: "default", annotations }, spec, status: undefined };
  return declare(context, suffix, CustomResourcePatch, before, args, options);
}

/** What AKS's addon manager puts on whatever it holds (Kubernetes' addon-manager README). */
export const addonManagerLabel = "addonmanager.kubernetes.io/mode";

/** What is read of the cluster stays in the stack's state. */
export const refreshHint = ". Where it has changed since it was read, update with --refresh";

/**
 * Waits until the operator has worked the Installation off for the first time, and reads whose it is, before anything
 * is touched: a switch of the wrong Calico would be taken back, or fought over.
 */
export function checkCalicoOwner(context: LayerContext, mode: CalicoMode, before: Dependency): Dependency {
  // Written at the end of a whole round (tigera/operator, core_controller.go): calico-node is there then.
  const annotations = waitForAnnotations(context, "mode", mode, "jsonpath={.status.calicoVersion}");
  // Server-side apply makes what is not there, and an empty Installation would install a Calico that nobody asked
  // for. `cni` without its required `type`, which the operator has filled in, cannot be made.
  const spec = { cni: {} };
  const found = patchInstallation(context, "calico-found", before, annotations, spec);
  return unlessRefused(context, found, found.metadata as pulumi.Output<any>, (metadata) => {
    const byAks = addonManagerLabel in (metadata?.labels ?? {});
    if (byAks === (mode === CalicoMode.AzureManaged)) return undefined;
    return byAks
      ? {
          path: "mode",
          wrong: `is ${mode}, and the Calico of this cluster is AKS's own add-on`,
          why: `Installation/default bears the label ${addonManagerLabel}: AKS's addon manager holds it, and writes over what it does not like`,
          write: `AzureManaged; how a cluster comes from one to the other stands in docs/modes.md${refreshHint}`,
        }
      : {
          path: "mode",
          wrong: `is ${mode}, and the Calico of this cluster is not AKS's add-on`,
          why: `Installation/default lacks the label ${addonManagerLabel}, so somebody else has installed it and answers for it`,
          write: `SelfManaged (CalicoCni where Calico gives pods their addresses) with calico: { existing: true }; how a cluster comes from one to the other stands in docs/modes.md${refreshHint}`,
        };
  });
}
