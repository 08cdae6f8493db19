// An API server that says what a test wants it to say, for what no cluster of the rehearsal has: logs, and nodes that
// hang.
import { once } from "node:events";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { dump } from "js-yaml";
import { generate } from "selfsigned";

/** An object or a text; a number is the code of a refusal, 429 = for a second; "hangs" = no answer at all. */
export type Answer = object | string | number;

export class ApiDouble {
  readonly asked: string[] = [];
  connections = 0;

  private constructor(
    private readonly server: https.Server,
    readonly folder: string,
    readonly kubeconfig: string,
  ) {}

  static async start(
    answer: (url: URL, request: IncomingMessage) => Answer | Promise<Answer>,
  ): Promise<ApiDouble> {
    const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }]);
    const server = https.createServer({ cert, key }, async (request, response) => {
      double.asked.push(request.url!);
      const said = await answer(new URL(request.url!, "https://x"), request);
      if (said === "hangs") return;
      if (typeof said === "number")
        response
          .writeHead(said, said === 429 ? { "retry-after": "1" } : {})
          .end(JSON.stringify({ message: `the API server says ${said}` }));
      else response.end(typeof said === "string" ? said : JSON.stringify(said));
    });
    server.on("secureConnection", () => double.connections++);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "aks-calico-ebpf-test-"));
    const kubeconfig = path.join(folder, "kubeconfig.yaml");
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    fs.writeFileSync(
      kubeconfig,
      dump({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: address, "insecure-skip-tls-verify": true } }],
        users: [{ name: "u", user: { token: "kubeconfigsOwnT0ken" } }],
        contexts: [{ name: "a/b c:d", context: { cluster: "c", user: "u" } }],
        "current-context": "a/b c:d",
      }),
    );
    const double = new ApiDouble(server, folder, kubeconfig);
    return double;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
