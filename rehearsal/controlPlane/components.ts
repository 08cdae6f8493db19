// The life of a control plane's processes: made by kwokctl once, found running, started again on the same data.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Binaries } from "./binaries";
import { Api } from "./api";
import { kubernetesVersion } from "./goBuild";
import {
  type Component,
  components,
  kwokctlCreate,
  type Layout,
  recorded,
  startedAs,
  startRecorded,
  writeConfig,
} from "./kwok";
import { withLock } from "./lock";
import { freePorts } from "./ports";
import { end, isBeginning, processesWith, type RunningProcess, tail } from "./processes";
import { type Stages, writeStages } from "./stages";
import { until } from "./wait";

/** How a component's (or the daemon's) process is told from all others. */
export function processesOf(where: Layout, component: Component | "daemon"): RunningProcess[] {
  return component === "daemon"
    ? processesWith(`daemon.ts ${where.folder}${path.sep}`)
    : processesWith(`${where.binary(component)} `);
}

export const alive = (where: Layout, component: Component | "daemon"): RunningProcess | undefined =>
  processesOf(where, component)[0];

/**
 * Makes the control plane run: creates it, starts again what has died, or finds all of it running.
 * @throws Error with the end of the log of the component that does not come up
 */
export async function bringUp(
  where: Layout,
  binaries: Binaries,
  sans: string[],
  status: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (await revive(where, status, signal)) return;
  // Three tries: between finding a port free and listening on it, a program that knows nothing of our lock may take it.
  for (let attempt = 1; ; attempt++) {
    await removeRemains(where);
    try {
      await withLock(
        // One start at a time on this machine, or two could find the same ports free.
        path.join(os.tmpdir(), `aks-calico-ebpf-${os.userInfo().uid}.lock`),
        () => status("waiting for another control plane to start"),
        async () => {
          status("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok");
          fs.mkdirSync(where.folder, { recursive: true });
          const config = writeConfig(where, kubernetesVersion, await freePorts(6), sans);
          await kwokctlCreate(where, config, binaries, signal);
          for (const component of components) await serving(where, component, signal);
        },
      );
      fs.writeFileSync(completeFile(where), "");
      return;
    } catch (error) {
      const portTaken = components.some((one) => /address already in use/.test(tail(where.log(one))));
      if (attempt === 3 || !portTaken) throw error;
      status("a port was taken meanwhile, trying others");
    }
  }
}

/** There once every component has served. */
const completeFile = (where: Layout) => path.join(where.folder, "created");

/**
 * Starts those components again that run no more, on their data and ports: the machine was restarted, or somebody has
 * ended them. @returns false = there is no whole control plane to go on with
 */
export async function revive(
  where: Layout,
  status: (message: string) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!fs.existsSync(completeFile(where))) return false;
  const dead = components.filter((component) => !alive(where, component));
  if (dead.length > 0) status(`starting ${dead.join(", ")} again`);
  for (const component of dead) await startComponent(where, component, signal);
  return true;
}

/** A start that was interrupted is begun anew: half a control plane holds nothing worth keeping. */
async function removeRemains(where: Layout): Promise<void> {
  await end(() => processesWith(`${where.control}${path.sep}`), 0);
  fs.rmSync(where.folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Waits until the component does its work, and says why if its process ends before. */
async function serving(where: Layout, component: Component, signal?: AbortSignal): Promise<void> {
  const api = component === "kube-apiserver" ? new Api(where.kubeconfig, "aks") : undefined;
  const port = /(?:--secure-port|--server-address|--listen-client-urls)=\S*?(\d+)$/;
  const listens = recorded(where, component)
    .args.map((arg) => port.exec(arg)?.[1])
    .find(Boolean);
  const log = where.log(component);
  try {
    await until(
      `${component} to serve`,
      async () => {
        if (!alive(where, component)) {
          if (isBeginning(startedAs(where, component))) return undefined;
          throw new Error(`${component} ended while it started; the end of its log ${log}:\n${tail(log)}`);
        }
        return (await (api ? api.ready() : accepts(Number(listens)))) || undefined;
      },
      { seconds: 90, signal, detail: () => `the end of its log ${log}:\n${tail(log)}` },
    );
  } finally {
    api?.close();
  }
}

async function accepts(port: number): Promise<boolean> {
  const net = await import("node:net");
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(true));
    socket.on("connect", () => socket.destroy());
    socket.on("error", () => resolve(false));
  });
}

/** Starts a recorded component again, on the same data and ports, and waits until it serves. */
export async function startComponent(
  where: Layout,
  component: Component,
  signal?: AbortSignal,
): Promise<void> {
  if (!alive(where, component)) {
    if (component === "kwok-controller") await forgetLeases(where);
    startRecorded(where, component);
  }
  await serving(where, component, signal);
}

/**
 * kwok holds each node by a lease of 200 s under an identity that is new at every start (kwok pkg/kwok/controllers,
 * Identity): a restarted kwok would not touch a pod until its predecessor's leases run out.
 */
async function forgetLeases(where: Layout): Promise<void> {
  const api = new Api(where.kubeconfig, "aks");
  try {
    await api.delete("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
  } finally {
    api.close();
  }
}

export async function stopComponent(where: Layout, component: Component): Promise<void> {
  await end(() => processesOf(where, component), 5);
}

export async function killComponent(where: Layout, component: Component): Promise<void> {
  await end(() => processesOf(where, component), 0);
}

/** Sets how kwok plays; it reads that only at its start, so it is started again where something has changed. */
export async function setStages(where: Layout, stages: Stages): Promise<void> {
  const mark = path.join(where.folder, "stages.json");
  const wanted = JSON.stringify(stages);
  // As kwokctl made it.
  const fresh: Stages = { rolloutSeconds: 0, bringYourOwnCni: false };
  if (wanted === (fs.existsSync(mark) ? fs.readFileSync(mark, "utf8") : JSON.stringify(fresh))) return;
  writeStages(where, stages);
  await killComponent(where, "kwok-controller");
  await startComponent(where, "kwok-controller");
  fs.writeFileSync(mark, wanted);
}
