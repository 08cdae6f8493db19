// What AKS asks of a cluster's networkProfile and API server beyond their shape.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, type Problem } from "../arm";
import { address, contains, overlap, range } from "../cidr";
import { absent, at, list, text } from "../values";

const net = "properties.networkProfile";

export function* checkNetwork(body: Props): Generator<Problem> {
  yield* checkCombination(body);
  yield* checkRanges(body);
  yield* checkApiServer(body);
}

/**
 * Which plugin, mode, policy and data plane go together: learn.microsoft.com/azure/aks/concepts-network-cni-overview,
 * use-network-policies. That the API refuses the other combinations, and its words, are inferred.
 */
function* checkCombination(body: Props): Generator<Problem> {
  const [plugin, mode, policy, dataplane] = [
    "networkPlugin",
    "networkPluginMode",
    "networkPolicy",
    "networkDataplane",
  ].map((name) => at(body, `${net}.${name}`));
  if (plugin === UNKNOWN) return;
  const refuse = (name: string, why: string, advice: string) => invalid(`${net}.${name}`, why, advice);
  // Without a plugin AKS takes kubenet up to 1.x and Azure CNI overlay since; only what is written is judged.
  if (mode === "overlay" && plugin !== undefined && plugin !== "azure")
    yield refuse(
      "networkPluginMode",
      `Network plugin mode 'overlay' requires network plugin 'azure', not '${plugin}'.`,
      "Set networkPlugin: azure, or leave networkPluginMode out.",
    );
  if (plugin === "none" && policy !== undefined && policy !== UNKNOWN && policy !== "none")
    yield refuse(
      "networkPolicy",
      `Network policy '${String(policy)}' is not supported with network plugin 'none'.`,
      "Leave networkPolicy out and bring your own, or set networkPlugin: azure.",
    );
  // learn.microsoft.com/azure/aks/use-network-policies: Azure's engine needs Azure CNI.
  if (policy === "azure" && plugin === "kubenet")
    yield refuse(
      "networkPolicy",
      "Network policy 'azure' requires network plugin 'azure'.",
      "Set networkPolicy: calico, or networkPlugin: azure.",
    );
  // learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium
  if (policy === "cilium" && dataplane !== "cilium" && dataplane !== UNKNOWN)
    yield refuse(
      "networkPolicy",
      "Network policy 'cilium' requires network dataplane 'cilium'.",
      "Set networkDataplane: cilium as well, or another networkPolicy.",
    );
  if (dataplane === "cilium" && (policy === "calico" || policy === "azure"))
    yield refuse(
      "networkDataplane",
      `Network dataplane 'cilium' cannot be combined with network policy '${policy}'.`,
      "Leave networkDataplane out, or set networkPolicy: cilium.",
    );
  if (dataplane === "cilium" && plugin !== undefined && plugin !== "azure")
    yield refuse(
      "networkDataplane",
      "Network dataplane 'cilium' requires network plugin 'azure'.",
      "Set it.",
    );
  // learn.microsoft.com/azure/aks/node-auto-provisioning-networking, "Unsupported networking configurations for NAP"
  if (at(body, "properties.nodeProvisioningProfile.mode") === "Auto" && policy === "calico")
    yield invalid(
      "properties.nodeProvisioningProfile.mode",
      "Node auto-provisioning does not support Calico network policy.",
      "Set mode: Manual, or networkPolicy: cilium.",
    );
}

/**
 * learn.microsoft.com/azure/aks/concepts-network-ip-address-planning: services "must be smaller than /12", DNS not on
 * "the first IP address"; that the range's very last is refused too is inferred.
 */
function* checkRanges(body: Props): Generator<Problem> {
  const services = text(body, `${net}.serviceCidr`);
  const service = services === undefined ? undefined : range(services);
  if (services !== undefined && service !== undefined && service.prefix <= 12)
    yield invalid(
      `${net}.serviceCidr`,
      `serviceCidr ${services} is too large.`,
      "Write a range smaller than /12.",
    );
  const dns = text(body, `${net}.dnsServiceIP`);
  const dnsAddress = dns === undefined ? undefined : address(dns);
  if (service && dnsAddress !== undefined) {
    const where = `serviceCidr ${services}`;
    const advice =
      "Write an address in serviceCidr, not its first; azure-native sends 10.0.0.10 when you write none.";
    if (dnsAddress < service.first || dnsAddress > service.last)
      yield invalid(`${net}.dnsServiceIP`, `dnsServiceIP ${dns} is not in ${where}.`, advice);
    else if (dnsAddress <= service.first + 1 || dnsAddress === service.last)
      yield invalid(`${net}.dnsServiceIP`, `dnsServiceIP ${dns} is reserved in ${where}.`, advice);
  }
  // azure-native's SDK always sends a podCidr; Azure reads it only where pods have addresses of their own.
  const plugin = at(body, `${net}.networkPlugin`);
  const ownPods = plugin === "kubenet" || at(body, `${net}.networkPluginMode`) === "overlay";
  const podText = text(body, `${net}.podCidr`);
  const pods = podText === undefined ? undefined : range(podText);
  if (ownPods && pods && service && overlap(pods, service))
    yield invalid(
      `${net}.podCidr`,
      `podCidr ${podText} overlaps with serviceCidr ${services}.`,
      "Write ranges that do not meet.",
    );
  // learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay: each node takes a /24 of it.
  if (at(body, `${net}.networkPluginMode`) === "overlay" && pods && pods.prefix > 24)
    yield invalid(
      `${net}.podCidr`,
      `podCidr ${podText} is too small: a node takes a /24.`,
      "Write /24 or larger.",
    );
}

/** learn.microsoft.com/azure/aks/private-clusters and api-server-authorized-ip-ranges. */
function* checkApiServer(body: Props): Generator<Problem> {
  const api = "properties.apiServerAccessProfile";
  const isPrivate = at(body, `${api}.enablePrivateCluster`);
  const allowed = list(body, `${api}.authorizedIPRanges`) ?? [];
  if (isPrivate === true && allowed.length > 0)
    yield invalid(
      `${api}.authorizedIPRanges`,
      "Authorized IP ranges are not supported on a private cluster.",
      "Leave authorizedIPRanges out, or enablePrivateCluster.",
    );
  for (const [i, entry] of allowed.entries()) {
    if (typeof entry !== "string" || entry === UNKNOWN) continue;
    if (!range(entry))
      yield invalid(
        `${api}.authorizedIPRanges[${i}]`,
        `The value of parameter ${api}.authorizedIPRanges[${i}] is invalid: "${entry}".`,
        'Write an IPv4 range such as "203.0.113.0/24".',
      );
    else if (privateRanges.some((own) => contains(own, range(entry)!)))
      yield invalid(
        `${api}.authorizedIPRanges[${i}]`,
        `The authorized IP range ${entry} is a private one.`,
        "Write the public addresses that your requests come from.",
      );
  }
  if (allowed.length > 200)
    yield invalid(`${api}.authorizedIPRanges`, "More than 200 authorized IP ranges.", "Merge some of them.");
  for (const only of ["privateDNSZone", "enablePrivateClusterPublicFQDN"])
    if (!absent(body, `${api}.${only}`) && isPrivate !== true && isPrivate !== UNKNOWN)
      if (at(body, `${api}.${only}`) !== false)
        yield invalid(
          `${api}.${only}`,
          `${only} requires a private cluster.`,
          `Set enablePrivateCluster: true, or leave ${only} out.`,
        );
}

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((own) => range(own)!);
