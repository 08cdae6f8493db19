// What `bench` makes, all of it in one namespace of its own.
import { ownLabels as labels, podOn } from "../connectivity/manifests";
import { fortioPort, server as fortioServer } from "./fortio";
import { iperf3Port } from "./iperf3";

/** iperf3 and fortio in one image that is kept up (github.com/nicolaka/netshoot, Dockerfile). */
export const defaultImage =
  "docker.io/nicolaka/netshoot:v0.14@sha256:7f08c4aff13ff61a35d30e30c5c1ea8396eac6ab4ce19fd02d5a4b3b5d0d09a2";

export type Role = "server" | "client";
/** Of the client's pod. */
export const clientContainer = "client";

/** No limits and no probes: both would be measured. */
const pod = (role: Role, node: string, image: string, commands: Record<string, string[]>) => {
  // The image's own folder is root's.
  const containers = Object.entries(commands).map(([name, command]) => ({
    name,
    image,
    command,
    workingDir: "/tmp",
  }));
  return podOn(node, role, containers);
};

export const pods = (nodes: Record<Role, string>, image: string) => [
  pod("server", nodes.server, image, {
    iperf3: ["iperf3", "-s", "-p", String(iperf3Port)],
    fortio: fortioServer,
  }),
  pod("client", nodes.client, image, { [clientContainer]: ["sleep", "infinity"] }),
];

function clusterIp(name: string, ports: { name: string; port: number; protocol?: string }[]) {
  const metadata = { name, labels };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { role: "server" }, ports } };
}

/** iperf3 speaks TCP beside UDP, on the same port. */
export const service = clusterIp("server", [
  { name: "iperf3", port: iperf3Port },
  { name: "iperf3-udp", port: iperf3Port, protocol: "UDP" },
  { name: "http", port: fortioPort },
]);

/** Each has an endpoint: one without is a single rule of iptables. */
export const oneOfMany = (index: number) =>
  clusterIp(`service-${index}`, [{ name: "http", port: fortioPort }]);
