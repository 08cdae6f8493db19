// A bare etcd and kube-apiserver for the provider's tests: no controllers, so the tests write every status by hand.

import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { findBinaries } from "../../rehearsal/binaries";
import { ApiClient } from "../../rehearsal/engine/kubernetes/client";
import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";

export class ApiServer {
  private etcd?: ChildProcess;
  private apiserver?: ChildProcess;
  private readonly token = randomBytes(16).toString("hex");

  private constructor(
    private readonly folder: string,
    private readonly program: (name: string) => string,
    private readonly ports: { api: number; etcd: number; etcdPeer: number },
  ) {}

  static async start(): Promise<ApiServer> {
    const binaries = await findBinaries({ progress: (message) => console.log(message) });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubernetes-provider-test-"));
    const [api, etcd, etcdPeer] = await freePorts(3);
    const server = new ApiServer(folder, (name) => binaries.path(name), { api, etcd, etcdPeer });
    // A test run that is broken off leaves nothing behind.
    process.once("exit", () => server.kill());
    try {
      server.prepare();
      server.startEtcd();
      await server.startApiServer();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get url(): string {
    return `https://127.0.0.1:${this.ports.api}`;
  }

  /** @param extra members of the one context, such as a namespace. */
  kubeconfig(extra: object = {}): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "admin", ...extra } }],
      clusters: [{ name: "test", cluster: { server: this.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "admin", user: { token: this.token } }],
    });
  }

  /** A request of an administrator, beside the provider. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    query?: Record<string, string>,
  ): Promise<KubeObject> {
    const config = new KubeConfig();
    config.loadFromString(this.kubeconfig());
    const client = new ApiClient(config, { qps: 1000, burst: 1000 });
    const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    return client.request(method, path, { body, contentType, query });
  }

  /** A PATCH by server-side apply under another field manager. */
  async applyAs(fieldManager: string, path: string, body: KubeObject, force = false): Promise<KubeObject> {
    const config = new KubeConfig();
    config.loadFromString(this.kubeconfig());
    const client = new ApiClient(config, { qps: 1000, burst: 1000 });
    const query = { fieldManager, force: String(force) };
    return client.request("PATCH", path, { body, query, contentType: "application/apply-patch+yaml" });
  }

  /** Kills the API server as a crash would; etcd keeps what it had. */
  async crash(): Promise<void> {
    await end(this.apiserver, "SIGKILL");
  }

  async startApiServer(): Promise<void> {
    const file = (name: string) => path.join(this.folder, name);
    this.apiserver = this.spawn("kube-apiserver", [
      "--advertise-address=127.0.0.1",
      "--authorization-mode=RBAC",
      "--bind-address=127.0.0.1",
      `--cert-dir=${file("certificates")}`,
      "--disable-admission-plugins=ServiceAccount",
      "--endpoint-reconciler-type=none",
      `--etcd-servers=http://127.0.0.1:${this.ports.etcd}`,
      `--secure-port=${this.ports.api}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${file("service-account.pub")}`,
      `--service-account-signing-key-file=${file("service-account.key")}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--shutdown-delay-duration=0",
      `--token-auth-file=${file("tokens.csv")}`,
    ]);
    await this.until(() => this.request("GET", "/api/v1/namespaces/default"));
  }

  async stop(): Promise<void> {
    await end(this.apiserver, "SIGKILL");
    await end(this.etcd, "SIGKILL");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private kill(): void {
    this.apiserver?.kill("SIGKILL");
    this.etcd?.kill("SIGKILL");
  }

  private prepare(): void {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    fs.writeFileSync(path.join(this.folder, "service-account.pub"), publicKey);
    fs.writeFileSync(path.join(this.folder, "service-account.key"), privateKey, { mode: 0o600 });
    fs.writeFileSync(path.join(this.folder, "tokens.csv"), `${this.token},admin,1,"system:masters"\n`);
  }

  private startEtcd(): void {
    const client = `http://127.0.0.1:${this.ports.etcd}`;
    const peer = `http://127.0.0.1:${this.ports.etcdPeer}`;
    this.etcd = this.spawn("etcd", [
      `--advertise-client-urls=${client}`,
      `--data-dir=${path.join(this.folder, "etcd")}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      `--listen-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      "--unsafe-no-fsync",
    ]);
  }

  private spawn(program: string, args: string[]): ChildProcess {
    const log = fs.openSync(path.join(this.folder, `${program}.log`), "a");
    const child = spawn(this.program(program), args, { stdio: ["ignore", log, log] });
    fs.closeSync(log);
    return child;
  }

  private async until(ready: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + 45_000;
    for (;;) {
      try {
        await ready();
        return;
      } catch (error) {
        if (Date.now() > deadline || typeof this.apiserver?.exitCode === "number") {
          const log = fs.readFileSync(path.join(this.folder, "kube-apiserver.log"), "utf8");
          throw new Error(`kube-apiserver did not start: ${log.slice(-2000)}`, { cause: error });
        }
      }
      await sleep(100);
    }
  }
}

/** Ports that were free a moment ago, held open together so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child && child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await exited;
  }
}
