import * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "../aksClusterArgs";
import { addressAt, contains, overlaps, parseAddress, parseCidr } from "../cidr";
import { NetworkMode, OutboundType } from "../enums";
import { type ArgumentReader, isPlain } from "./findings";
import { address, azureId, cidr, oneOf } from "./rules";

/** The network with every default in place. */
export interface NetworkPlan {
  mode: NetworkMode;
  subnetId?: pulumi.Input<string>;
  podCidr?: pulumi.Input<string>;
  serviceCidr: pulumi.Input<string>;
  dnsServiceIp: pulumi.Input<string>;
  outboundType: OutboundType;
}

const calicoOnly =
  "it is always calico here: AKS's Calico is what gets switched to eBPF, and no other engine can be";
const hints: Record<string, string> = {
  networkPolicy: calicoOnly,
  policy: calicoOnly,
  networkPlugin: "it is always azure here",
  networkDataplane: "cilium and Calico exclude each other; the data plane is the argument `dataplane`",
  kubeProxyConfig: "AKS takes it in preview versions of its API only; kube-proxy is the argument `kubeProxy`",
  loadBalancerSku: "it is always standard here: AKS has retired the basic one",
};

/** The ranges that AKS takes when none is given. */
const defaults = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" };

export function readNetwork(reader: ArgumentReader, args: NetworkArgs | undefined): NetworkPlan {
  const given = reader.object<NetworkArgs>(
    "network",
    args,
    { mode: "", subnetId: "", podCidr: "", serviceCidr: "", dnsServiceIp: "", outboundType: "" },
    hints,
  );
  const plain = (path: string, value: unknown, words: Record<string, string>) => {
    const refusal = value === undefined ? undefined : oneOf(words)(value);
    if (refusal !== undefined) reader.refuse(path, refusal);
  };
  plain("network.mode", given.mode, NetworkMode);
  plain("network.outboundType", given.outboundType, OutboundType);
  const mode = given.mode ?? NetworkMode.Overlay;
  const serviceCidr =
    reader.value("network.serviceCidr", given.serviceCidr, (value) => {
      const refusal = cidr("the services' range")(value);
      if (refusal !== undefined || parseCidr(value)!.prefix >= 12) {
        return refusal ?? tooSmall("services", value, 29, "the API server's and DNS's addresses");
      }
      return {
        wrong: `${value} is too large`,
        why: "Kubernetes takes ranges of at most 2^20 services",
        write: "a prefix of /12 or longer, such as 10.0.0.0/16",
      };
    }) ?? defaults.serviceCidr;
  return {
    mode,
    subnetId: reader.value(
      "network.subnetId",
      given.subnetId,
      azureId("Microsoft.Network/virtualNetworks/subnets"),
    ),
    podCidr: readPodCidr(reader, mode, given.podCidr, given.serviceCidr ?? defaults.serviceCidr),
    serviceCidr,
    dnsServiceIp: readDns(reader, given.dnsServiceIp, given.serviceCidr ?? defaults.serviceCidr, serviceCidr),
    outboundType: given.outboundType ?? OutboundType.LoadBalancer,
  };
}

function tooSmall(what: string, range: string, longest: number, need: string) {
  return parseCidr(range)!.prefix <= longest
    ? undefined
    : {
        wrong: `${range} is too small`,
        why: `the ${what} need ${need}`,
        write: `a prefix of /${longest} or shorter`,
      };
}

function readPodCidr(
  reader: ArgumentReader,
  mode: NetworkMode,
  given: pulumi.Input<string> | undefined,
  serviceCidr: pulumi.Input<string>,
): pulumi.Input<string> | undefined {
  if (mode === NetworkMode.Flat) {
    if (given !== undefined) {
      reader.refuse("network.podCidr", {
        wrong: "is given, but mode is Flat",
        why: "there pods take addresses of the nodes' subnet, and AKS would ignore the range",
        write: "mode: Overlay, or leave it out",
      });
    }
    return undefined;
  }
  return reader.together<string>(
    ["network.podCidr"],
    [given ?? defaults.podCidr, serviceCidr],
    ([pods, services]) => {
      const refusal = cidr("the pods' range")(pods) ?? tooSmall("pods", pods, 24, "a /24 for each node");
      const taken = parseCidr(services);
      if (refusal !== undefined || taken === undefined || !overlaps(parseCidr(pods)!, taken)) return refusal;
      return {
        wrong: `${pods} overlaps the services' range, ${services}`,
        why: "an address would be a pod's and a service's at once",
        write: "ranges that have no address in common, such as 10.244.0.0/16 and 10.0.0.0/16",
      };
    },
  );
}

function readDns(
  reader: ArgumentReader,
  given: pulumi.Input<string> | undefined,
  serviceCidr: pulumi.Input<string>,
  checked: pulumi.Input<string>,
): pulumi.Input<string> {
  if (given === undefined) {
    const tenth = (range: string) => {
      const services = parseCidr(range);
      return services === undefined
        ? ""
        : addressAt(services, Math.min(10, services.last - services.first - 1));
    };
    return isPlain(checked) ? tenth(checked as string) : pulumi.output(checked).apply(tenth);
  }
  const checkedDns = reader.together<string>(
    ["network.dnsServiceIp"],
    [given, serviceCidr],
    ([dns, services]) => {
      const refusal = address("it is the address of the DNS service")(dns);
      const range = parseCidr(services);
      if (refusal !== undefined || range === undefined) return refusal;
      const place = parseAddress(dns)!;
      const write = `an address in ${services} behind its first, such as ${addressAt(range, 10)}`;
      if (!contains(range, place)) {
        return {
          wrong: `${dns} is outside the services' range, ${services}`,
          why: "DNS is a service",
          write,
        };
      }
      if (place - range.first <= 1 || place === range.last) {
        return {
          wrong: `${dns} is reserved in ${services}`,
          why: "the first addresses are the range's own and the API server's, the last is its broadcast address",
          write,
        };
      }
      return undefined;
    },
  );
  return checkedDns ?? "";
}
