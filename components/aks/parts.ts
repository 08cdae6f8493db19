import type { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Resources of a cluster that other rooms of this package need. Kept beside the component and not in its fields:
 * every field, private ones too, would become part of its multi-language schema, and Pulumi's inference writes a
 * reference to a provider that no schema resolves.
 */
export interface Parts {
  cluster: pulumi.CustomResource;
  pools: AgentPool[];
  provider: Provider;
}

export const partsOf = new WeakMap<pulumi.ComponentResource, Parts>();
