// After the gate: workloads that the user wants restarted, because connections from before a switch go on as they were.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { StatefulSetPatch } from "@pulumi/kubernetes/apps/v1/statefulSetPatch";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "../dataplaneArgs";
import { WorkloadKind } from "../enums";
import { forceAnnotation, ourPrefix, timeoutAnnotation } from "./annotations";
import { type Dependency, type LayerContext, layerOptions } from "./layer";

const patches = {
  [WorkloadKind.Deployment]: DeploymentPatch,
  [WorkloadKind.DaemonSet]: DaemonSetPatch,
  [WorkloadKind.StatefulSet]: StatefulSetPatch,
};

/** The logical name's part behind the component's name. */
function restartName({ kind, namespace, name }: WorkloadArgs): string {
  return `restart-${kind.toLowerCase()}-${namespace}-${name}`;
}

/**
 * An annotation of the pod template that names the data plane: it changes with each switch, there and back, and each
 * change is a roll-out, as with `kubectl rollout restart`.
 */
export function restart(
  context: LayerContext,
  workload: WorkloadArgs,
  linuxDataplane: string,
  before: Dependency,
): pulumi.Resource {
  return new patches[workload.kind](
    `${context.name}-${restartName(workload)}`,
    {
      metadata: {
        name: workload.name,
        namespace: workload.namespace,
        annotations: { ...forceAnnotation, ...timeoutAnnotation(context) },
      },
      spec: {
        template: { metadata: { annotations: { [`${ourPrefix}/restarted-for`]: linuxDataplane } } },
      },
    },
    layerOptions(context, before),
  );
}
