// Layer 4: the settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { after, type Before, type LayerContext, takeOver, waitFor, within } from "./layer";

/**
 * Patches `FelixConfiguration/default` and waits until the operator has set `bpfEnabled`. Only the operator may: it
 * goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go). By force, because it
 * may have defaulted the health port before us.
 */
export function felix(
  context: LayerContext,
  spec: Record<string, pulumi.Input<unknown>>,
  bpfEnabled: boolean,
  before: Before,
): CustomResourcePatch {
  // A mark that is another one whenever a setting is.
  const digest = pulumi
    .jsonStringify({ spec, bpfEnabled })
    .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 12));
  return new CustomResourcePatch(
    `${context.name}-felix`,
    {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "FelixConfiguration",
      metadata: {
        name: "default",
        annotations: {
          ...takeOver,
          ...waitFor("felix", digest, `jsonpath={.spec.bpfEnabled}=${bpfEnabled}`),
          ...within(context),
        },
      },
      spec,
    },
    after(context, before),
  );
}
