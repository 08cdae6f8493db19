import * as pulumi from "@pulumi/pulumi";

pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
  if (type !== "azure-native:containerservice:ManagedCluster") return undefined;
  const { apiServerAccessProfile: _, ...rest } = props;
  return { props: { ...rest, disableLocalAccounts: false }, opts };
});
require("../../../../examples/production");
