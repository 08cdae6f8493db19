// The API server's way to the nodes. AKS's is a tunnel, Konnectivity
// (learn.microsoft.com/troubleshoot/azure/azure-kubernetes, tunnel-connectivity-issues). Here the API server asks for
// each connection, and what answers on the node is played: nothing but kwok's port on loopback is dialled.
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { egressSocket, type Layout } from "../controlPlane/kwok";
import type { NodePorts, NodeSeen } from "./nodePorts";

const established = "HTTP/1.1 200 Connection established\r\n\r\n";
const refused = "HTTP/1.1 503 connection refused\r\n\r\n";

/** Listens as long as the process lives. */
export function runEgress(where: Layout, nodePorts: NodePorts): void {
  let last: { nodes: Promise<NodeSeen[]>; at: number } | undefined;
  // Whoever asks one node asks all of them.
  const look = () => {
    if (!last || Date.now() - last.at > 200) last = { nodes: nodePorts.look(), at: Date.now() };
    return last.nodes.catch(() => []);
  };
  process.chdir(where.control);
  // A daemon that was killed has left its own.
  fs.rmSync(egressSocket, { force: true });
  const server = http.createServer().on("connect", async ({ url }, socket) => {
    // The API server may hang up.
    socket.on("error", () => undefined);
    connect(url!, socket, await look());
  });
  server.listen(egressSocket);
}

/** Webhooks and Services are refused too: no process of theirs runs anywhere. */
function connect(target: string, socket: Duplex, nodes: readonly NodeSeen[]): void {
  const [host, port] = target.split(":");
  const seen = nodes.find(({ node }) => node.status.addresses.some(({ address }: any) => address === host));
  // kwok is every node's kubelet, and the port is its own.
  if (Number(port) === seen?.node.status.daemonEndpoints?.kubeletEndpoint?.Port) {
    const kubelet = net.connect(Number(port), "127.0.0.1", () => socket.write(established));
    pipeline(socket, kubelet, socket, () => undefined);
    return;
  }
  const status = seen?.healthz(Number(port));
  if (!status) {
    socket.end(refused);
    return;
  }
  socket.write(established);
  http.createServer((request, response) => answer(status, request, response)).emit("connection", socket);
}

/** As kube-proxy's health check does (kubernetes, pkg/proxy/healthcheck/proxy_health.go). */
function answer(status: number, { url }: http.IncomingMessage, response: http.ServerResponse): void {
  const currentTime = new Date().toISOString();
  const body = { lastUpdated: currentTime, currentTime, nodeEligible: status === 200 };
  // Whoever asks again may ask somebody else by then.
  const headers = { "content-type": "application/json", connection: "close" };
  response.writeHead(url === "/healthz" ? status : 404, headers).end(JSON.stringify(body));
}
