// What the rehearsal's tests share: a cluster that stays, programs that run against it, and looks at both.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as k8s from "@kubernetes/client-node";
import { Cluster } from "../../cli/cluster";
import { statusOf } from "../../cli/status";
import { type Dataplane, isRed } from "../../cli/status/check";
import { type Snapshot, takeSnapshot, Unknown } from "../../cli/status/reads";
import type { CalicoApi } from "../../rehearsal/controlPlane/cluster";
import { type LocalClusters, localClusters } from "../../rehearsal/clusters";
import { CliStack, type Ended, type Interference, messages } from "../pulumi";

export const root = path.resolve(__dirname, "../..");
export const host = "stays.hcp.westeurope.azmk8s.io";
export { firstBuildMs as startTimeoutMs } from "../programs";

/** The chain that programs/layers declares, in its order. */
export const layers = [
  "layers-calico-found",
  "layers-endpoint-found",
  "layers-endpoint",
  "layers-endpoint-in-calico-node",
  "layers-kube-proxy-seen",
  "layers-felix-beside-kube-proxy",
  "layers-felix-healthz-port",
  "layers-dataplane-switch",
  "layers-felix",
  "layers-switch-acknowledged",
  "layers-ebpf-rolled-out",
  "layers-witness",
  "layers-proof",
  "layers-kube-proxy",
  "layers-felix-and-kube-proxy",
  "layers-kube-proxy-still-off",
  "layers-ready",
];

/** A cluster as AKS makes it, that no program of ours made or takes away. */
export class StayingCluster {
  private constructor(
    readonly folder: string,
    readonly clusters: LocalClusters,
    readonly kubeconfigFile: string,
    readonly api: k8s.KubeConfig,
  ) {}

  static async start(
    options: {
      nodes?: number;
      rolloutSeconds?: number;
      statusLagSeconds?: number;
      calicoVersion?: string;
      calicoApi?: CalicoApi;
      /** False = AKS brings no Calico: a cluster for the self-managed modes. */
      calico?: boolean;
      networkPlugin?: "azure" | "none";
      kubeProxy?: boolean;
    } = {},
  ) {
    const { calico = true, networkPlugin, kubeProxy, ...hostOptions } = options;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-test-"));
    const progress = (line: string) => console.log(`      ${line}`);
    const clusters = localClusters({ workDir: path.join(folder, "clusters"), progress, ...hostOptions });
    const pools = [{ name: "system", count: options.nodes ?? 3, mode: "System" as const, osSku: "Ubuntu" }];
    try {
      const spec = { name: "stays", fqdn: host, calico, networkPlugin, kubeProxy, pools };
      await clusters.create(spec, () => undefined);
    } catch (error) {
      await clusters.delete("stays");
      throw error;
    }
    const kubeconfigFile = path.join(folder, "kubeconfig.yaml");
    fs.writeFileSync(kubeconfigFile, await clusters.kubeconfig("stays"));
    const api = new k8s.KubeConfig();
    api.loadFromFile(kubeconfigFile);
    return new StayingCluster(folder, clusters, kubeconfigFile, api);
  }

  snapshot = () => snapshotOf(this.kubeconfigFile);

  /** The checks that are red, or could not be made. @param probe asks the nodes, where no layer of ours does */
  async red(expected: Dataplane = "Ebpf", probe = false): Promise<string[]> {
    const api = await Cluster.open({ kubeconfig: this.kubeconfigFile });
    const { checks } = await statusOf(api, { expected, probe });
    return checks.filter(isRed).map(({ check, seen }) => `${check}: ${seen}`);
  }

  /**
   * Waits until iptables and kube-proxy run everywhere. What a destroy leaves, says the operator's source, is the
   * endpoint in calico-node's environment until its next roll-out, so that row is not looked at.
   */
  onIptables(seconds = 60): Promise<void> {
    return eventually(async () => {
      const red = await this.red("Iptables");
      return red.filter((line) => !line.startsWith("endpoint")).join("; ") || undefined;
    }, seconds);
  }

  /** A stack of one of the programs in `programs/`, with a state of its own. */
  stack(program: string, name = "test"): Promise<TestStack> {
    return TestStack.open(this, program, name);
  }

  async end(): Promise<void> {
    await this.clusters.delete("stays");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is in a cluster, all of it. */
export async function snapshotOf(kubeconfig: string) {
  const seen = await takeSnapshot(await Cluster.open({ kubeconfig }));
  for (const [key, value] of Object.entries(seen))
    if (value instanceof Unknown) throw new Error(`${key}: ${value.reason}`);
  return seen as Record<keyof Snapshot, any>;
}

/** A stack of a program that runs against the cluster. */
export class TestStack {
  private constructor(
    readonly cli: CliStack,
    private readonly kubeconfig: string,
  ) {}

  static async open(cluster: StayingCluster, program: string, name: string): Promise<TestStack> {
    const folder = path.join(cluster.folder, program, name);
    const cli = await CliStack.open(path.join(__dirname, "programs", program), folder);
    return new TestStack(cli, cluster.kubeconfigFile);
  }

  /** @param config beside the kubeconfig, for this run alone */
  up(config: Record<string, unknown> = {}, how?: Interference): Promise<Ended> {
    return this.cli.up({ kubeconfig: this.kubeconfig, ...config }, how);
  }

  preview(config: Record<string, unknown> = {}): Promise<Ended> {
    return this.cli.preview({ kubeconfig: this.kubeconfig, ...config });
  }

  destroy(): Promise<Ended> {
    return this.cli.destroy();
  }

  state = () => this.cli.state();
  names = () => this.cli.names();
}

/** A process and all that it has started, directly or not: pid and command line. */
export function family(pid: number): string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line)!.slice(1));
  const found = new Set([String(pid)]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [own, parent] of all) if (found.has(parent)) found.add(own);
  }
  return all.filter(([own]) => found.has(own)).map(([own, , command]) => `${own} ${command}`);
}

export const ok = (ended: { code: number | null; text: string }) => assert.equal(ended.code, 0, ended.text);

/** It failed with this message, and no stack trace. */
export function refused(ended: Ended, message: RegExp): void {
  assert.notEqual(ended.code, 0, ended.text);
  assert.match(messages(ended), message);
  assert.doesNotMatch(messages(ended), /\n\s+at /, "a stack trace");
}

/** Waits until `look` finds nothing wrong any more; throws with what it last said. */
export async function eventually(look: () => Promise<string | undefined>, seconds = 30): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const wrong = await look();
    if (wrong === undefined) return;
    if (Date.now() > until) throw new Error(`still so after ${seconds} s: ${wrong}`);
    await pause(200);
  }
}

/** Everything in an object that bears our mark: managers, annotations, labels. */
export function traces(object: { metadata?: k8s.V1ObjectMeta } | undefined): string[] {
  const { annotations = {}, labels = {}, managedFields = [] } = object?.metadata ?? {};
  const ours = /pulumi|aks-calico-ebpf/;
  return [
    ...Object.keys(annotations).filter((key) => ours.test(key)),
    ...Object.keys(labels).filter((key) => ours.test(key)),
    ...managedFields.map((one) => one.manager ?? "").filter((manager) => ours.test(manager)),
  ];
}

/** What changes when anybody writes the spec, or we write at all; not when the operator writes a status. */
export function written(object: { metadata?: k8s.V1ObjectMeta } | undefined): string {
  const { uid, generation, managedFields = [] } = object?.metadata ?? {};
  const ours = managedFields.filter(({ manager }) => /pulumi/.test(manager ?? ""));
  return JSON.stringify([uid, generation, ours.map(({ manager, time }) => [manager, time])]);
}
