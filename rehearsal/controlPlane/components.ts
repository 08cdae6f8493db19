// The life of a control plane's processes: made by kwokctl once, found running, started again on the same data.
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import getPort, { portNumbers } from "get-port";
import type { Found } from "../programs/find";
import { kill, processesWith, type RunningProcess, startDetached, tail } from "../system/processes";
import type { Progress } from "../system/progress";
import { until } from "../system/wait";
import { type Api, withApi } from "./api";
import { type Component, components, kwokctlCreate, type Layout, type Part, recorded } from "./kwok";
import { type Stages, writeStages } from "./stages";

export const alive = (where: Layout, part: Part): RunningProcess | undefined =>
  processesWith(where.mark(part))[0];

/** In the command line of the addon manager's kubectl, which would go on without the daemon. */
const addonsMark = ({ folder }: Layout) => path.join(folder, "addons/");

/** kill -9; ends when the process is gone and whoever comes next can listen on its port. */
export async function killPart(where: Layout, part: Part): Promise<void> {
  const marks = [where.mark(part), ...(part === "daemon" ? [addonsMark(where)] : [])];
  await kill(() => marks.flatMap(processesWith));
  if (part === "daemon") return;
  const port = portOf(where, part);
  await until(`port ${port} of ${part} to be free`, () => isFree(port), { seconds: 90, everyMs: 20 });
}

/** Ends every process of the control plane, a kwokctl that still makes it and a kubectl of its addons among them. */
export async function killAll(where: Layout): Promise<void> {
  const others = [path.join(where.folder, "kwokctl.yaml"), addonsMark(where)];
  await kill(() => [...others, ...components.map(where.mark)].flatMap(processesWith));
}

/**
 * Waits for what a part is to bring about. @throws Error with the end of its log when that takes too long, or when its
 * process has been away for 2 s: one that has just been started has no command line to be known by yet
 */
export async function untilPart(
  where: Layout,
  part: Part,
  what: string,
  ready: () => unknown,
  options: { seconds: number; signal?: AbortSignal },
): Promise<void> {
  const detail = () => `the end of its log ${where.log(part)}:\n${tail(where.log(part))}`;
  let seen = Date.now();
  const look = async () => {
    if (alive(where, part)) {
      seen = Date.now();
      return (await ready()) || undefined;
    }
    if (Date.now() - seen > 2000) throw new Error(`${part} ended while it started; ${detail()}`);
    // Whoever serves at its port is somebody else.
    return undefined;
  };
  await until(what, look, { ...options, detail });
}

/** There once every component has served. */
const completeFile = (where: Layout) => path.join(where.folder, "created");

/**
 * Makes the control plane run: creates it, starts again what has died, or finds all of it running.
 * @throws Error with the end of the log of the component that does not come up
 */
export async function bringUp(
  where: Layout,
  programs: Found,
  sans: string[],
  status: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (await revive(where, status, signal)) return;
  // Between finding a port free and listening on it, somebody else may take it.
  for (let attempt = 1; ; attempt++) {
    // A start that was interrupted is begun anew: half a control plane holds nothing worth keeping.
    await killAll(where);
    fs.rmSync(where.folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      status("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok");
      fs.mkdirSync(where.folder, { recursive: true });
      await kwokctlCreate(where, programs, await freePorts(6), sans, signal);
      for (const component of components) await serving(where, component, signal);
      fs.writeFileSync(completeFile(where), "");
      return;
    } catch (error) {
      const portTaken = components.some((one) => /address already in use/.test(tail(where.log(one))));
      if (attempt === 3 || !portTaken) throw error;
      status("a port was taken meanwhile, trying others");
    }
  }
}

/**
 * From below the range that systems hand out to outgoing connections (Linux 32768, macOS 49152 and up): a component that
 * is started again must find its port free, not taken by somebody's request.
 */
async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const first = 20_000 + Math.floor(Math.random() * 11_000);
  while (found.length < count)
    found.push(await getPort({ port: portNumbers(first, 32_000), host: "127.0.0.1", exclude: found }));
  return found;
}

/**
 * Starts those components again that run no more, on their data and ports: the machine was restarted, or somebody has
 * ended them. @returns false = there is no whole control plane to go on with
 */
export async function revive(where: Layout, status: Progress, signal?: AbortSignal): Promise<boolean> {
  if (!fs.existsSync(completeFile(where))) return false;
  const dead = components.filter((component) => !alive(where, component));
  if (dead.length > 0) status(`starting ${dead.join(", ")} again`);
  for (const component of dead) await startComponent(where, component, signal);
  return true;
}

/** Waits until the component does its work, and says why if its process ends before. */
async function serving(where: Layout, component: Component, signal?: AbortSignal): Promise<void> {
  const port = portOf(where, component);
  const serves = (api: Api) => (component === "kube-apiserver" ? api.ready() : accepts(port));
  const options = { seconds: 90, signal };
  await withApi(where, (api) =>
    untilPart(where, component, `${component} to serve`, () => serves(api), options),
  );
}

function portOf(where: Layout, component: Component): number {
  const port = /(?:--secure-port|--server-address|--listen-client-urls)=\S*?(\d+)$/;
  const [listens] = recorded(where, component).args.flatMap((arg) => port.exec(arg)?.[1] ?? []);
  return Number(listens);
}

async function isFree(port: number): Promise<true | undefined> {
  const server = net.createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return undefined;
  }
  server.close();
  await once(server, "close");
  return true;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.destroy());
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  });

/** Starts a recorded component again, on the same data and ports, and waits until it serves. */
export async function startComponent(
  where: Layout,
  component: Component,
  signal?: AbortSignal,
): Promise<void> {
  if (!alive(where, component)) {
    await forgetLeases(where, component);
    const { binary, args, env } = recorded(where, component);
    startDetached(binary, args, where.log(component), where.control, env);
  }
  await serving(where, component, signal);
}

/** What a component holds, under an identity that is new at every start; kwok each node (kwok pkg/kwok/controllers). */
const leases: Partial<Record<Component, string>> = {
  "kube-controller-manager": "kube-system/leases/kube-controller-manager",
  "kube-scheduler": "kube-system/leases/kube-scheduler",
  "kwok-controller": "kube-node-lease/leases",
};

/** One that is started again would do nothing until its predecessor's leases run out. */
async function forgetLeases(where: Layout, component: Component): Promise<void> {
  const held = leases[component];
  if (held) await withApi(where, (api) => api.delete(`/apis/coordination.k8s.io/v1/namespaces/${held}`));
}

/** Sets how kwok plays; it reads that only at its start, so it is started again where something has changed. */
export async function setStages(where: Layout, stages: Stages): Promise<void> {
  if (!writeStages(where, stages)) return;
  await killPart(where, "kwok-controller");
  await startComponent(where, "kwok-controller");
}
