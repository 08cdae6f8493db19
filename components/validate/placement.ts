// What the cluster is called, where it lives, and who it is to Azure.
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "../aksClusterArgs";
import { KubeProxy } from "../enums";
import { type ArgumentReader, isPlain } from "./findings";
import { clusterName, componentName, resourceGroupName } from "./names";
import { azureId, text, yesOrNo } from "./rules";

/** Names and place with every default in place. */
export interface PlacementPlan {
  location?: pulumi.Input<string>;
  resourceGroupName?: pulumi.Input<string>;
  clusterName?: pulumi.Input<string>;
  /** Resource id of the cluster that is taken over. */
  importId?: string;
}

const cluster = "Microsoft.ContainerService/managedClusters";

export function readPlacement(
  reader: ArgumentReader,
  name: string,
  given: Partial<AksClusterArgs>,
): PlacementPlan {
  const importId = reader.plain("importId", given.importId, azureId(cluster));
  const parts = typeof importId === "string" ? importId.split("/") : [];
  if (importId !== undefined && given.kubeProxy === KubeProxy.Absent) {
    reader.refuse("importId", {
      wrong: "is given while kubeProxy is Absent",
      why: "such a cluster is declared by the generic resource of azure-native, which cannot read a cluster by its id alone",
      write: "kubeProxy: Disable or Keep, or a new cluster",
    });
  }
  const imported = { resourceGroupName: parts[4], clusterName: parts[8] };
  const named = (key: "resourceGroupName" | "clusterName") => {
    const value = given[key];
    if (imported[key] === undefined) return value;
    if (value === undefined) return imported[key];
    return reader.together<string>([key], [value], ([written]) =>
      written === undefined || String(written).toLowerCase() === imported[key].toLowerCase()
        ? undefined
        : {
            wrong: `${JSON.stringify(written)} is not what importId names, ${JSON.stringify(imported[key])}`,
            why: "the cluster that is taken over has its name and its place already",
            write: "the same, or leave it out",
          },
    );
  };
  const plan = {
    location: reader.value("location", given.location, text("it is an Azure region", "such as westeurope")),
    resourceGroupName: reader.value("resourceGroupName", named("resourceGroupName"), resourceGroupName),
    clusterName: reader.value("clusterName", named("clusterName"), clusterName),
    importId: isPlain(importId) ? importId : undefined,
  };
  // Names are made of the component's where none are given.
  if (plan.clusterName === undefined || plan.resourceGroupName === undefined) {
    reader.plain("name", name, componentName);
  }
  return plan;
}

/** The control plane's identity. */
export function readIdentity(
  reader: ArgumentReader,
  given: Partial<AksClusterArgs>,
): { userAssignedIdentityId?: pulumi.Input<string>; createIdentity: boolean } {
  const createIdentity = reader.plain("createIdentity", given.createIdentity, yesOrNo()) ?? false;
  if (createIdentity === true && given.userAssignedIdentityId !== undefined) {
    reader.refuse("createIdentity", {
      wrong: "is true beside userAssignedIdentityId",
      why: "the control plane has one identity",
      write: "one of the two",
    });
  }
  const zone = given.apiServer?.privateDnsZone;
  if (createIdentity === true && zone !== undefined && zone !== "system" && zone !== "none") {
    reader.refuse("createIdentity", {
      wrong: "is true beside a private DNS zone of yours",
      why: "the identity would need the roles Private DNS Zone Contributor on the zone and Network Contributor on the VNet, and gets the subnets' only (azure-aks-docs, private-clusters)",
      write: "userAssignedIdentityId of an identity that has them, or privateDnsZone: system",
    });
  }
  return {
    createIdentity,
    userAssignedIdentityId: reader.value(
      "userAssignedIdentityId",
      given.userAssignedIdentityId,
      azureId("Microsoft.ManagedIdentity/userAssignedIdentities"),
    ),
  };
}
