// An HTTPS proxy on 127.0.0.1 for the Kubernetes provider (and Helm in it): it answers for Calico's chart repository
// and tunnels all other hosts.
import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Progress } from "../system/progress";
import { certificateFor, trustFile } from "./certificate";

/** Where the repository is, and where its charts' README put it before. */
const repositories = ["docs.tigera.io/calico/charts", "projectcalico.docs.tigera.io/charts"];
const hosts = repositories.map((one) => one.split("/")[0]);

/**
 * @param folder keeps the certificate and the charts
 * @param env the user's environment: a proxy and certificate authorities of his own stay in use
 */
export async function startChartProxy(
  folder: string,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
) {
  const certificate = await certificateFor(hosts, folder);
  const repository = https.createServer(certificate, (request, response) => {
    answer(request, folder, progress).then(
      ([status, body]) => response.writeHead(status).end(body),
      (error: Error) => {
        progress(`Calico's charts: ${error.message}`);
        response.writeHead(500).end(error.message);
      },
    );
  });
  const proxy = http.createServer();
  proxy.on("connect", (request: http.IncomingMessage, socket: net.Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const { hostname, port } = new URL(`http://${request.url}`);
    const host = hostname.replace(/[[\]]/g, "");
    if (hosts.includes(host)) {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.unshift(head);
      repository.emit("connection", socket);
    } else {
      tunnel(socket, head, host, Number(port || 80), env.HTTPS_PROXY ?? env.https_proxy);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as net.AddressInfo;
  return {
    /** What the environment of a process must say for the proxy to be used. */
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      // gRPC reads the name in lower case, and exempts no local address by itself.
      NO_PROXY: ["127.0.0.1", "localhost", env.NO_PROXY ?? env.no_proxy].filter(Boolean).join(","),
      SSL_CERT_FILE: trustFile(certificate, folder, env),
    },
    close() {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

async function answer(
  { url, headers }: http.IncomingMessage,
  folder: string,
  progress: Progress,
): Promise<[number, string | Buffer]> {
  const asked = `${headers.host}${url}`.replace(/[?#].*/, "");
  const repository = repositories.find((one) => asked.startsWith(`${one}/`));
  const name = repository ? asked.slice(repository.length + 1) : "";
  // Loaded here: most processes are never asked for a chart.
  const { repositoryFile }: typeof import("./calicoCharts") = require("./calicoCharts");
  const file = await repositoryFile(name, folder, progress);
  if (file !== undefined) return [200, file];
  return [
    404,
    `The rehearsal answers for the chart tigera-operator of ${repositories[0]}, not for ${asked}.\n`,
  ];
}

/** Connects with the host itself, or through the user's own proxy. */
function tunnel(socket: net.Socket, head: Buffer, host: string, port: number, via: string | undefined): void {
  const join = (far: net.Socket) => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    far.write(head);
    far.pipe(socket).pipe(far);
    socket.on("close", () => far.destroy());
    far.on("close", () => socket.destroy()).on("error", () => socket.destroy());
  };
  const fail = (error: Error) => socket.end(`HTTP/1.1 502 ${error.message}\r\n\r\n`);
  if (!via) {
    const far = net.connect(port, host, () => join(far)).on("error", fail);
    return;
  }
  const { protocol, hostname, port: proxyPort, username, password } = new URL(via);
  const auth = username ? decodeURIComponent(`${username}:${password}`) : undefined;
  const headers = {
    host: `${host}:${port}`,
    ...(auth && { "proxy-authorization": `Basic ${Buffer.from(auth).toString("base64")}` }),
  };
  const options = { method: "CONNECT", hostname, port: proxyPort, path: `${host}:${port}`, headers };
  (protocol === "https:" ? https : http)
    .request(options)
    .on("connect", ({ statusCode, statusMessage }, far: net.Socket) => {
      if (statusCode === 200) join(far);
      else fail(new Error(`${hostname}: ${statusCode} ${statusMessage}`));
    })
    .on("error", fail)
    .end();
}
