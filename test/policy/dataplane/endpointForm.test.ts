// The form of the endpoint: a host alone, and a port.
import { endpointPresent } from "../../../policy/policies/dataplane/endpointPresent";
import { type Declared, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import { aksHost, cluster, endpoint, installation, notKnown, object, pinnedTo, provider } from "./programs";

const policy = (title: string, expected: Stacks) => stacks(endpointPresent, title, expected);
const fqdn = "aks.hcp.azmk8s.io";
const on = (first = cluster({ fqdn })) => [first, provider(), installation()];
const unborn = cluster({ fqdn: unknown });
const onAks = [pinnedTo(aksHost), installation()];
const rack = [pinnedTo("rack-7"), installation()];
const elsewhere = [provider([]), installation()];
const endpointWith = (props: object) => endpoint(fqdn, { props: { ...endpoint(fqdn).props, ...props } });
const withPort = (KUBERNETES_SERVICE_PORT?: unknown, KUBERNETES_SERVICE_HOST: unknown = aksHost) =>
  endpointWith({ data: { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT } });
const chartWith = (props: object): Declared =>
  object("helm.sh/v3:Release", "operator", { chart: "tigera-operator", ...props });
const inChart = { kubernetesServiceEndpoint: { host: aksHost } };
policy("refuses what is no host, and a port that is none or not that of AKS", {
  right: [
    [...onAks, withPort("443")],
    [...onAks, withPort(443)],
    [...rack, withPort("6443", "10.20.0.10")],
    [...rack, withPort("6443", "fd00::1")],
    // A node's own load balancer.
    [...rack, withPort("7445", "localhost")],
    [...rack, chartWith({ values: { kubernetesServiceEndpoint: { host: "10.20.0.10" } } })],
  ],
  wrong: [
    ...[`https://${aksHost}`, `${aksHost}:443`, `${aksHost}/`, "10.20.0.10:6443", "[fd00::1]:6443"].flatMap(
      (host) =>
        [onAks, rack, on(unborn)].map((first): [Declared[], string, string] => [
          [...first, endpoint(host)],
          "endpoint",
          `data.KUBERNETES_SERVICE_HOST is ${host}, where a host alone must stand. `,
        ]),
    ),
    [
      [...rack, endpoint("")],
      "endpoint",
      "data.KUBERNETES_SERVICE_HOST is empty, where a host alone must stand",
    ],
    ...["localhost", "127.0.0.1"].flatMap((host) =>
      [onAks, on(unborn)].map((first): [Declared[], string, string] => [
        [...first, endpoint(host)],
        "endpoint",
        `data.KUBERNETES_SERVICE_HOST is ${host}, the node itself. `,
      ]),
    ),
    ...[onAks, rack].map((first): [Declared[], string, string] => [
      [...first, withPort()],
      "endpoint",
      "data.KUBERNETES_SERVICE_PORT is missing. ",
    ]),
    ...[onAks, elsewhere, on(cluster({ fqdn: aksHost })), on(unborn)].map(
      (first): [Declared[], string, string] => [
        [...first, withPort("6443")],
        "endpoint",
        "data.KUBERNETES_SERVICE_PORT is 6443, and AKS answers on 443. ",
      ],
    ),
    [
      [...onAks, chartWith({ values: inChart })],
      "operator",
      "Endpoint.port is 6443, the chart's default, and AKS",
    ],
    // Another chart, whose values a preview does not know, is no endpoint.
    [[...on(), object("helm.sh/v3:Release", "nginx", { chart: "nginx", values: unknown })], "switch"],
  ],
});
const port: [string, string] = ["endpoint", "data.KUBERNETES_SERVICE_PORT"];
const files = { valueYamlFiles: [{ path: "values.yaml" }] };
notKnown(endpointPresent, "the port, unless it comes from the cluster", [
  [[...onAks, withPort(unknown)], port],
  [
    [...on(unborn), withPort(unknown, unknown)],
    ["endpoint", "data.KUBERNETES_SERVICE_HOST"],
  ],
  [[...on(unborn), { ...withPort(unknown, unknown), dependsOn: ["aks"] }]],
  [
    [...onAks, chartWith({ values: inChart, ...files })],
    ["operator", "values.kubernetesServiceEndpoint.port"],
  ],
]);
policy("takes a provider that is pinned to something else for none of the one cluster's", {
  right: [
    [cluster({ fqdn }), ...rack, withPort("6443", "10.20.0.10")],
    [cluster({ fqdn }), pinnedTo(fqdn), installation(), endpoint(fqdn)],
  ],
  wrong: ["aks", fqdn].map((pin) => [
    [cluster({ fqdn }), pinnedTo(pin), installation(), endpoint("10.20.0.10")],
    "endpoint",
    "and cluster aks answers as",
  ]),
});
