// The plugin that `pulumi package add` takes: the components for programs in every language. Pulumi's engine starts it,
// and asks it for a schema, which it infers from the classes named here and their arguments' types.
import * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane } from "../components";

class ComponentPlugin extends ComponentProvider {
  override construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    return super.construct(name, type, inputs, {
      ...options,
      deletedWith: wholeReference(options.deletedWith),
    });
  }
}

/**
 * `@pulumi/pulumi` reads the URN in `deletedWith` as a provider's reference, URN::ID, and so takes the resource's name
 * for an id (3.270, provider/server.ts, `construct`).
 */
function wholeReference(resource: pulumi.Resource | undefined): pulumi.Resource | undefined {
  if (!pulumi.ProviderResource.isInstance(resource)) return resource;
  return Object.assign(resource, { urn: pulumi.interpolate`${resource.urn}::${resource.id}` });
}

void main(
  new ComponentPlugin({
    name: "aks-calico-ebpf",
    dirname: __dirname,
    components: [AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane],
  }),
  process.argv.slice(2),
);
