import type * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "../aksClusterArgs";
import { CalicoMode, NetworkMode, OutboundType } from "../enums";
import { readDns } from "./dns";
import type { ArgumentReader } from "./findings";
import { needOf } from "./needs";
import type { PoolPlan } from "./pools";
import { defaultRanges, readPodCidr, readServiceCidr } from "./ranges";
import { azureId, cidr, oneOf } from "./rules";
import { checkSubnet } from "./subnet";

/** The network with every default in place. */
export interface NetworkPlan {
  /** How Azure CNI gives addresses to pods; undefined where Calico does. */
  mode?: NetworkMode;
  subnetId?: pulumi.Input<string>;
  podCidr?: pulumi.Input<string>;
  serviceCidr: pulumi.Input<string>;
  dnsServiceIp: pulumi.Input<string>;
  outboundType: OutboundType;
}

const calicoOnly =
  "it follows from `mode`, and is always Calico's: no other engine can be switched to Calico's eBPF data plane";
/** Why a word that people try in the network, or at the top, is none. */
export const networkHints: Record<string, string> = {
  networkPolicy: calicoOnly,
  policy: calicoOnly,
  networkPlugin: "it follows from `mode`: none in CalicoCni, azure in the others",
  networkPluginMode: "it is called network.mode: Overlay or Flat",
  networkDataplane: "cilium and Calico exclude each other; the data plane is the argument `dataplane`",
  kubeProxyConfig:
    "kube-proxy is the argument `kubeProxy`: Absent makes a cluster without it; IPVS is not to be had, because Calico's " +
    "eBPF data plane takes a kube-proxy beside it in iptables mode only (tigera/docs, enabling-ebpf)",
  nodeProvisioningProfile:
    "node auto provisioning does not work with Calico network policy (azure-aks-docs, node-auto-provisioning-networking); " +
    "pools grow by their autoscaling",
  loadBalancerSku: "it is always standard here: AKS has retired the basic one",
};

/** What of the network the pools need to know. */
export function networkMode(
  reader: ArgumentReader,
  args: NetworkArgs | undefined,
  mode: CalicoMode,
): NetworkMode | undefined {
  const given = args?.mode;
  if (mode === CalicoMode.CalicoCni) {
    if (given !== undefined) {
      reader.refuse("network.mode", {
        wrong: `is ${JSON.stringify(given)} while mode is CalicoCni`,
        why: "there Calico and not Azure CNI gives addresses to pods",
        write: "mode: SelfManaged or AzureManaged beside it, or leave it out",
      });
    }
    return undefined;
  }
  const refusal = given === undefined ? undefined : oneOf(NetworkMode)(given);
  if (refusal !== undefined) reader.refuse("network.mode", refusal);
  return given ?? NetworkMode.Overlay;
}

export function readNetwork(
  reader: ArgumentReader,
  args: NetworkArgs | undefined,
  calico: CalicoMode,
  mode: NetworkMode | undefined,
  pools: PoolPlan[],
): NetworkPlan {
  const given = reader.object<NetworkArgs>(
    "network",
    args,
    {
      mode: "",
      subnetId: "",
      vnetCidr: "",
      subnetCidr: "",
      podCidr: "",
      serviceCidr: "",
      dnsServiceIp: "",
      outboundType: "",
    },
    networkHints,
  );
  const outbound = given.outboundType === undefined ? undefined : oneOf(OutboundType)(given.outboundType);
  if (outbound !== undefined) reader.refuse("network.outboundType", outbound);
  const around = {
    vnetCidr: reader.value("network.vnetCidr", given.vnetCidr, cidr("the VNet's range")),
    subnetCidr: given.subnetCidr,
    ownSubnet: given.subnetId !== undefined || pools.some((pool) => pool.subnetId !== undefined),
  };
  refuseWithoutSubnet(reader, given, around.ownSubnet);

  const subnetId = reader.value(
    "network.subnetId",
    given.subnetId,
    azureId("Microsoft.Network/virtualNetworks/subnets"),
  );
  const inSubnet = pools.filter((pool) => pool.subnetId === undefined).map(needOf);
  const read = readServiceCidr(reader, given.serviceCidr, around);
  const serviceCidr = around.ownSubnet ? read : (checkSubnet(reader, read, around, mode, inSubnet) ?? read);
  return {
    mode,
    subnetId: around.ownSubnet ? checkSubnet(reader, subnetId, around, mode, inSubnet) : undefined,
    podCidr: podCidrOf(reader, given, calico, mode, (range) =>
      readPodCidr(
        reader,
        range,
        given.serviceCidr ?? defaultRanges.serviceCidr,
        around,
        calico,
        pools.map(needOf),
      ),
    ),
    serviceCidr,
    dnsServiceIp: readDns(
      reader,
      given.dnsServiceIp,
      given.serviceCidr ?? defaultRanges.serviceCidr,
      serviceCidr,
    ),
    outboundType: given.outboundType ?? OutboundType.LoadBalancer,
  };
}

/** Ranges of a network that is not the user's. */
function refuseWithoutSubnet(reader: ArgumentReader, given: Partial<NetworkArgs>, ownSubnet: boolean): void {
  const needs = { vnetCidr: ownSubnet, subnetCidr: given.subnetId !== undefined };
  for (const key of ["vnetCidr", "subnetCidr"] as const) {
    if (given[key] === undefined || needs[key]) continue;
    reader.refuse(`network.${key}`, {
      wrong: "is given without subnetId",
      why: "it says which addresses a network of yours has; AKS's own network cannot be chosen by it",
      write: "network.subnetId beside it, or leave it out",
    });
  }
}

function podCidrOf(
  reader: ArgumentReader,
  { podCidr }: Partial<NetworkArgs>,
  calico: CalicoMode,
  mode: NetworkMode | undefined,
  read: (range: pulumi.Input<string>) => pulumi.Input<string>,
): pulumi.Input<string> | undefined {
  if (mode === NetworkMode.Flat) {
    if (podCidr !== undefined) {
      reader.refuse("network.podCidr", {
        wrong: "is given, but mode is Flat",
        why: "there pods take addresses of the nodes' subnet, and AKS would ignore the range",
        write: "mode: Overlay, or leave it out",
      });
    }
    return undefined;
  }
  if (calico === CalicoMode.CalicoCni && podCidr === undefined) {
    reader.refuse("network.podCidr", {
      wrong: "is missing",
      why: "Calico gives addresses to pods from it, and AKS does not know which of your networks it would cut off",
      write: "a range that nothing else uses, such as 10.244.0.0/16",
    });
    return undefined;
  }
  return read(podCidr ?? defaultRanges.podCidr);
}
