// What a stack has declared in the cluster, beside what is there. Pulumi's state is read, and no program is run.
import { execFile } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import { ApiError, type Cluster, wordsOf } from "../cluster";
import { UsageError } from "../exit";
import { type CheckResult, type Dataplane, failed, few, ok } from "./check";
import { rootOf } from "./reads";

export interface StackOptions {
  /** A stack of Pulumi's, or a file that `pulumi stack export` wrote. */
  stack?: string;
  /** The folder of the stack's program. Default: this one. */
  cwd?: string;
}

interface Resource {
  urn: string;
  type: string;
  inputs?: any;
  /** Replaced, and not yet deleted. */
  delete?: boolean;
}

/** The layers that the stack has declared. */
export async function readStack({ stack, cwd }: StackOptions): Promise<Resource[] | undefined> {
  if (stack === undefined) return undefined;
  // A folder here may be called as the stack is.
  const isFile = fs.statSync(stack, { throwIfNoEntry: false })?.isFile();
  const state = isFile ? fs.readFileSync(stack, "utf8") : await exported(stack, cwd);
  const all = resourcesIn(state);
  const layers = all.filter(
    ({ urn, type }) =>
      type.startsWith("kubernetes:") && urn.includes("aks-calico-ebpf:index:CalicoEbpfDataplane$"),
  );
  if (layers.length > 0) return layers;
  throw new UsageError(
    `the stack ${stack} has no CalicoEbpfDataplane`,
    "give the stack that declares it and --cwd with its program's folder, or a file of `pulumi stack export`",
  );
}

function resourcesIn(state: string): Resource[] {
  try {
    return JSON.parse(state).deployment?.resources ?? [];
  } catch {
    return [];
  }
}

async function exported(stack: string, cwd: string | undefined): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", stack], {
      cwd,
      maxBuffer: 1 << 28,
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new UsageError(
      `pulumi stack export --stack ${stack} failed: ${(stderr || message).trim()}`,
      "see that pulumi runs in --cwd, or give a file that it has written",
    );
  }
}

const isSwitch = ({ urn }: Resource) => /-(dataplane-switch|installation)$/.test(urn);

/** Which data plane the stack asks for. */
export function expectedBy(stack: Resource[]): Dataplane | undefined {
  const wanted = stack.find(isSwitch)?.inputs?.spec?.calicoNetwork?.linuxDataplane;
  return wanted === undefined ? undefined : wanted === "Iptables" ? "Iptables" : "Ebpf";
}

export async function drift(cluster: Cluster, stack: Resource[]): Promise<CheckResult> {
  const check = "the cluster is as the stack has it";
  const plurals = new Plurals(cluster);
  const found = await Promise.all(
    [...declaredIn(stack)].map(async ([name, { object, leaves }]) => {
      try {
        const live = await cluster.get(await plurals.urlOf(object));
        return {
          changed: [...leaves]
            .flatMap((leaf) => difference(live, leaf) ?? [])
            .slice(0, 1)
            .map((it) => `${name}: ${it}`),
        };
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return { changed: [`${name} is gone`] };
        return { changed: [], unknown: `${name}: ${wordsOf(error)}` };
      }
    }),
  );
  const changed = found.flatMap((one) => one.changed);
  const unknown = found.find((one) => one.unknown !== undefined)?.unknown;
  if (changed.length > 0)
    return { check, ...failed(few(changed), "`pulumi up --refresh` puts back what is the stack's") };
  if (unknown !== undefined) return { check, status: "unknown", seen: unknown, advice: "a right to read it" };
  return { check, ...ok(`${found.length} objects`) };
}

interface Declared {
  object: any;
  /** By the path to each value that somebody has declared. */
  leaves: Map<string, { keys: string[]; value: unknown }>;
}

/** What the layers say of each object together: a later one takes from an earlier one what both speak of. */
function declaredIn(stack: Resource[]): Map<string, Declared> {
  const all = new Map<string, Declared>();
  for (const { inputs, delete: ended } of stack) {
    if (ended || inputs?.metadata?.name === undefined) continue;
    const { kind, metadata, spec, data, rules, roleRef } = inputs;
    const name = `${kind}/${metadata.name}`;
    const declared = all.get(name) ?? { object: inputs, leaves: new Map() };
    all.set(name, declared);
    collect({ spec, data, rules, roleRef }, [], declared.leaves);
  }
  return all;
}

/** Without secrets, which are encrypted in the state. */
function collect(value: any, keys: string[], leaves: Declared["leaves"]): void {
  if (value === undefined || value === null || value[secretMark] !== undefined) return;
  const path = keys.join(".");
  // Kubernetes takes it as a whole (x-kubernetes-map-type atomic): nothing stays of an earlier layer's.
  if (keys.at(-1) === "nodeSelector")
    for (const earlier of leaves.keys()) if (earlier.startsWith(`${path}.`)) leaves.delete(earlier);
  if (typeof value !== "object") leaves.set(path, { keys, value });
  else for (const [key, inner] of Object.entries(value)) collect(inner, [...keys, key], leaves);
}

/** Where the live object lacks what was declared; what else it has is others'. */
function difference(
  live: any,
  [path, { keys, value }]: [string, { keys: string[]; value: unknown }],
): string | undefined {
  const has = keys.reduce((inside, key) => inside?.[key], live);
  return String(has) === String(value)
    ? undefined
    : `${path} is ${JSON.stringify(has)}, declared ${JSON.stringify(value)}`;
}

/** Pulumi's mark of a value that is encrypted in the state (sdk/go/common/resource, SigKey). */
const secretMark = "4dabf18193072939515e22adb298388d";

/** The names in URLs of kinds, as the API server says them. */
class Plurals {
  private readonly known = new Map<string, Promise<any>>();
  constructor(private readonly cluster: Cluster) {}

  async urlOf({ apiVersion, kind, metadata }: any): Promise<string> {
    const root = rootOf(apiVersion);
    if (!this.known.has(root)) this.known.set(root, this.cluster.get(root));
    const { resources } = await this.known.get(root)!;
    const resource = resources.find((one: any) => one.kind === kind && !one.name.includes("/"));
    if (resource === undefined) throw new ApiError(404, `${kind} is not served`);
    const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${place}/${resource.name}/${metadata.name}`;
  }
}
