import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs, ApiServerArgs, EntraArgs } from "../aksClusterArgs";
import { CalicoMode, KubeloginMode, KubeProxy, Tier, UpgradeChannel } from "../enums";
import { withoutKubeProxy } from "../withoutKubeProxy";
import { readApiServer, readEntra } from "./access";
import { readTimeout } from "./dataplaneRollout";
import { ArgumentReader, type Rule } from "./findings";
import { type MaintenancePlan, readMaintenance } from "./maintenance";
import { networkHints, networkMode, type NetworkPlan, readNetwork } from "./network";
import { type OperationsPlan, readOperations } from "./operations";
import { type PlacementPlan, readIdentity, readPlacement } from "./placement";
import { type PoolPlan, readSystemPool, readUserPools } from "./pools";
import { matching, oneOf, recordOf, yesOrNo } from "./rules";

/** The arguments with every default in place; resources take them from here. */
export interface AksClusterPlan extends PlacementPlan, OperationsPlan {
  mode: CalicoMode;
  /** Whether the cluster is made with kube-proxy. */
  hasKubeProxy: boolean;
  /** It was made with kube-proxy, which is said to be gone since. */
  kubeProxyRemoved: boolean;
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
  createIdentity: boolean;
  maintenance?: MaintenancePlan;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  operationTimeoutMinutes: number;
  protect: boolean;
}

/** The arguments' names; the keys are checked against the type by the compiler. */
export const clusterProperties: Record<keyof AksClusterArgs, string> = {
  mode: "",
  kubeProxy: "",
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
  createIdentity: "",
  upgrades: "",
  maintenanceWindow: "",
  monitoring: "",
  defender: "",
  azurePolicy: "",
  keyVaultSecretsProvider: "",
  diskEncryptionSetId: "",
  tags: "",
  operationTimeoutMinutes: "",
  protect: "",
  importId: "",
};

/** Why a word that people try at the top is none. */
export const clusterHints: Record<string, string> = {
  ...networkHints,
  disableLocalAccounts: "without entra nobody could sign in, so it is entra.disableLocalAccounts",
  windowsProfile: "pools are Linux: Calico's eBPF data plane runs on Linux nodes only",
  networkProfile: "it is called network",
  addonProfiles: "add-ons are monitoring, azurePolicy and keyVaultSecretsProvider",
  diskEncryptionSetID: "it is called diskEncryptionSetId",
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
  const mode = reader.plain("mode", given.mode, oneOf(CalicoMode)) ?? CalicoMode.AzureManaged;
  const kubeProxy = reader.plain("kubeProxy", given.kubeProxy, oneOf(KubeProxy, kubeProxyHints));
  if (kubeProxy !== undefined && withoutKubeProxy.includes(kubeProxy) && mode !== CalicoMode.CalicoCni) {
    reader.refuse("kubeProxy", {
      wrong: `is ${kubeProxy} while mode is ${mode}`,
      why: "AKS makes clusters without kube-proxy with networkPlugin none only (azure-aks-docs, configure-kube-proxy)",
      write: "Disable or Keep, or mode: CalicoCni",
    });
  }
  const placement = readPlacement(reader, name, given);
  const addresses = networkMode(reader, given.network, mode);
  const hasUserPools = Array.isArray(given.userPools) && given.userPools.length > 0;
  const systemPool = readSystemPool(reader, given.systemPool, addresses, hasUserPools);
  const userPools = readUserPools(reader, given.userPools, systemPool.name, addresses);
  const network = readNetwork(reader, given.network, mode, addresses, [systemPool, ...userPools]);
  const operations = readOperations(reader, given);
  const entra = readEntra(reader, given.entra);
  return {
    ...placement,
    ...operations,
    mode,
    hasKubeProxy: kubeProxy !== KubeProxy.Absent,
    kubeProxyRemoved: kubeProxy === KubeProxy.Removed,
    kubernetesVersion: reader.value(
      "kubernetesVersion",
      given.kubernetesVersion,
      kubernetesVersion(operations.channel),
    ),
    tier: reader.value("tier", given.tier, oneOf(Tier)) ?? Tier.Free,
    systemPool,
    userPools,
    network,
    apiServer: readApiServer(reader, given.apiServer),
    entra,
    kubeloginMode: entra?.kubeloginMode ?? KubeloginMode.AzureCli,
    disableLocalAccounts: entra?.disableLocalAccounts ?? entra !== undefined,
    ...readIdentity(reader, given),
    maintenance: readMaintenance(reader, given.maintenanceWindow),
    tags: reader.value("tags", given.tags, tags),
    operationTimeoutMinutes:
      readTimeout(reader, "operationTimeoutMinutes", given.operationTimeoutMinutes) ?? 480,
    protect: reader.plain("protect", given.protect, yesOrNo()) ?? given.importId !== undefined,
  };
}

const kubeProxyHints = (word: string) => (/ipvs/i.test(word) ? networkHints.kubeProxyConfig : undefined);

const tags = recordOf(
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
);

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
