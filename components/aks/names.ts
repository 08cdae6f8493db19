// Where the cluster lives and what it is called in Azure.
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString";
import { suffixLength } from "../validate/names";
import type { ClusterContext } from "./types";

export interface Place {
  resourceGroupName: pulumi.Input<string>;
  clusterName: pulumi.Input<string>;
  location?: pulumi.Input<string>;
  /** The resource group, where it is made here. */
  group?: ResourceGroup;
}

/** What must be unique in Azure gets a random suffix. The place is that of the group, unless that is still to be made. */
export function chooseNames({ name, plan, parent }: ClusterContext): Place {
  const named = plan.clusterName !== undefined && plan.resourceGroupName !== undefined;
  const unique = named ? "" : createUniqueName(name, parent);
  const { clusterName = unique, resourceGroupName = unique, location } = plan;
  // What is taken over keeps its own place.
  const asked = location === undefined && plan.resourceGroupName !== undefined && plan.importId === undefined;
  return {
    resourceGroupName,
    clusterName,
    location: asked ? requestLocation(resourceGroupName, parent) : location,
  };
}

/**
 * Where everything is made; a resource group is made where none was named.
 * @param checked nothing is made where this is refused
 */
export function ensureResourceGroup(
  { name, plan, parent }: ClusterContext,
  names: Place,
  checked: pulumi.Output<unknown>,
): Place {
  const after = (given: pulumi.Input<string>) => pulumi.all([given, checked]).apply(([value]) => value);
  const clusterName = after(names.clusterName);
  const resourceGroupName = after(names.resourceGroupName);
  if (plan.resourceGroupName !== undefined) return { ...names, resourceGroupName, clusterName };
  const group = new ResourceGroup(
    `${name}-resources`,
    { resourceGroupName, location: plan.location, tags: plan.tags },
    { parent, protect: plan.protect },
  );
  return { resourceGroupName: group.name, clusterName, location: group.location, group };
}

/**
 * Where an existing group is: azure-native asks its configuration first (provider.go, `getDefaultLocation`). Undefined where it
 * is not there yet, in the preview of a program that makes it.
 */
function requestLocation(group: pulumi.Input<string>, parent: pulumi.Resource): pulumi.Output<string> {
  const location = pulumi.output(group).apply((resourceGroupName) =>
    getResourceGroup({ resourceGroupName }, { parent }).then(
      (found) => found.location,
      (error) => {
        if (/\bResourceGroupNotFound\b/.test(String(error))) return undefined;
        throw error;
      },
    ),
  );
  return location as pulumi.Output<string>;
}

function createUniqueName(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const suffix = new RandomString(
    `${name}-suffix`,
    { length: suffixLength, special: false, upper: false },
    { parent },
  );
  return pulumi.interpolate`${name}-${suffix.result}`;
}
