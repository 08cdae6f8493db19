// After the gate: workloads that the user wants restarted, because connections from before a switch go on as they were.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "../dataplaneArgs";
import { ourPrefix, timeoutAnnotations } from "./annotations";
import { declare, type Dependency, type LayerContext } from "./layer";

/**
 * An annotation of the pod template that names the data plane: it changes with each switch, there and back, and each
 * change is a roll-out, as with `kubectl rollout restart`.
 */
export function restart(
  context: LayerContext,
  { kind, namespace, name }: WorkloadArgs,
  linuxDataplane: string,
  before: Dependency,
): pulumi.Resource {
  const suffix = `restart-${kind.toLowerCase()}-${namespace}-${name}`;
  return declare(context, suffix, CustomResourcePatch, before, {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, annotations: timeoutAnnotations(context) },
    spec: { template: { metadata: { annotations: { [`${ourPrefix}/restarted-for`]: linuxDataplane } } } },
  });
}
