import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs, ApiServerArgs, EntraArgs } from "../aksClusterArgs";
import { KubeloginMode, NodeOsUpgradeChannel, Tier, UpgradeChannel } from "../enums";
import { readApiServer, readEntra } from "./access";
import { ArgumentReader, type Rule } from "./findings";
import { clusterName, componentName, resourceGroupName } from "./names";
import { type NetworkPlan, readNetwork } from "./network";
import { type PoolPlan, readSystemPool, readUserPools } from "./pools";
import { azureId, matching, oneOf, recordOf, text, yesOrNo } from "./rules";
import { type MaintenancePlan, readMaintenance } from "./maintenance";

/** The arguments with every default in place; resources take them from here. */
export interface AksClusterPlan {
  location?: pulumi.Input<string>;
  resourceGroupName?: pulumi.Input<string>;
  clusterName?: pulumi.Input<string>;
  kubernetesVersion?: pulumi.Input<string>;
  tier: pulumi.Input<Tier>;
  systemPool: PoolPlan;
  userPools: PoolPlan[];
  network: NetworkPlan;
  apiServer: Partial<ApiServerArgs>;
  entra?: EntraArgs;
  kubeloginMode: KubeloginMode;
  disableLocalAccounts: boolean;
  userAssignedIdentityId?: pulumi.Input<string>;
  channel: UpgradeChannel;
  nodeOsChannel: NodeOsUpgradeChannel;
  maintenance?: MaintenancePlan;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  protect: boolean;
}

/** The arguments' names; the keys are checked against the type by the compiler. */
export const clusterProperties: Record<keyof AksClusterArgs, string> = {
  location: "",
  resourceGroupName: "",
  clusterName: "",
  kubernetesVersion: "",
  tier: "",
  systemPool: "",
  userPools: "",
  network: "",
  apiServer: "",
  entra: "",
  userAssignedIdentityId: "",
  upgrades: "",
  maintenanceWindow: "",
  tags: "",
  protect: "",
};

/** Why a word that people try at the top is none. */
export const clusterHints: Record<string, string> = {
  disableLocalAccounts: "without entra nobody could sign in, so it is entra.disableLocalAccounts",
  networkPolicy: "it is always calico here",
  kubeProxyConfig: "AKS takes it in preview versions of its API only; kube-proxy is the argument `kubeProxy`",
};

/** Reads what {@link AksCluster} takes. */
export function readAksClusterArgs(subject: string, name: string, args: AksClusterArgs): AksClusterPlan {
  const reader = new ArgumentReader(subject);
  const given = reader.object<AksClusterArgs>("", args ?? {}, clusterProperties, clusterHints);
  const plan = readAksCluster(reader, name, given);
  reader.done();
  return plan;
}

/** The same for a component that takes more beside. */
export function readAksCluster(
  reader: ArgumentReader,
  name: string,
  given: Partial<AksClusterArgs>,
): AksClusterPlan {
  const plain = <T>(path: string, value: T | undefined, rule: Rule<unknown>): T | undefined => {
    const refusal = value === undefined ? undefined : rule(value);
    if (refusal !== undefined) reader.refuse(path, refusal);
    return value;
  };
  if (given.clusterName === undefined || given.resourceGroupName === undefined)
    plain("name", name, componentName);

  const network = readNetwork(reader, given.network);
  const hasUserPools = Array.isArray(given.userPools) && given.userPools.length > 0;
  const systemPool = readSystemPool(reader, given.systemPool, network.mode, hasUserPools);
  const upgrades = reader.object("upgrades", given.upgrades, { channel: "", nodeOsChannel: "" });
  const channel = plain("upgrades.channel", upgrades.channel, oneOf(UpgradeChannel)) ?? UpgradeChannel.Patch;
  const nodeOsChannel =
    plain("upgrades.nodeOsChannel", upgrades.nodeOsChannel, oneOf(NodeOsUpgradeChannel)) ??
    NodeOsUpgradeChannel.NodeImage;
  if (channel === UpgradeChannel.NodeImage && nodeOsChannel !== NodeOsUpgradeChannel.NodeImage) {
    reader.refuse("upgrades.nodeOsChannel", {
      wrong: `is ${nodeOsChannel} while channel is ${channel}`,
      why: "that channel means new node images, and AKS takes no other for the nodes then",
      write: "NodeImage, or leave it out",
    });
  }
  const entra = readEntra(reader, given.entra);
  return {
    location: reader.value("location", given.location, text("it is an Azure region", "such as westeurope")),
    resourceGroupName: reader.value("resourceGroupName", given.resourceGroupName, resourceGroupName),
    clusterName: reader.value("clusterName", given.clusterName, clusterName),
    kubernetesVersion: reader.value("kubernetesVersion", given.kubernetesVersion, kubernetesVersion(channel)),
    tier: reader.value("tier", given.tier, oneOf(Tier)) ?? Tier.Free,
    systemPool,
    userPools: readUserPools(reader, given.userPools, systemPool.name, network.mode),
    network,
    apiServer: readApiServer(reader, given.apiServer),
    entra,
    kubeloginMode: entra?.kubeloginMode ?? KubeloginMode.AzureCli,
    disableLocalAccounts: entra?.disableLocalAccounts ?? entra !== undefined,
    userAssignedIdentityId: reader.value(
      "userAssignedIdentityId",
      given.userAssignedIdentityId,
      azureId("Microsoft.ManagedIdentity/userAssignedIdentities"),
    ),
    channel,
    nodeOsChannel,
    maintenance: readMaintenance(reader, given.maintenanceWindow),
    tags: reader.value(
      "tags",
      given.tags,
      recordOf(
        matching(
          /^[^<>%&\\?/]{1,512}$/,
          "Azure does not take it as the name of a tag",
          "1 to 512 characters without <>%&\\?/",
        ),
        (value) =>
          typeof value === "string" && value.length <= 256
            ? undefined
            : {
                wrong: "has a value that Azure does not take",
                why: "it must be a text",
                write: "at most 256 characters",
              },
        "tags have names",
      ),
    ),
    protect: plain("protect", given.protect, yesOrNo()) ?? false,
  };
}

/** A patch version beside a channel that moves it would be a step back with every later `pulumi up`. */
function kubernetesVersion(channel: UpgradeChannel): Rule<unknown> {
  const moves = channel !== UpgradeChannel.None && channel !== UpgradeChannel.NodeImage;
  return (value) => {
    const form = matching(
      /^1\.\d{1,2}(\.\d{1,2})?$/,
      "it is not a version of Kubernetes (in YAML it must stand in quotes, for 1.30 is the number 1.3)",
      '"1.35" or "1.35.2"',
    )(value);
    if (form !== undefined || !moves || String(value).split(".").length < 3) return form;
    return {
      wrong: `is ${value} while upgrades.channel is ${channel}`,
      why: "AKS moves the patch version by itself, and the next pulumi up would ask for the old one, which AKS refuses",
      write: `"${String(value).split(".").slice(0, 2).join(".")}", or upgrades.channel: none`,
    };
  };
}
