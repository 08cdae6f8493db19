// What a stack has declared in the cluster, beside what is there. Pulumi's state is read, and no program is run.
import { execFile } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import { ApiError, type Cluster } from "../cluster";
import { UsageError } from "../exit";
import { type CheckResult, type Dataplane, few } from "./check";

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
}

/** The layers that the stack has declared. */
export async function readStack({ stack, cwd }: StackOptions): Promise<Resource[] | undefined> {
  if (stack === undefined) return undefined;
  const state = fs.existsSync(stack) ? fs.readFileSync(stack, "utf8") : await exported(stack, cwd);
  const all: Resource[] = JSON.parse(state).deployment?.resources ?? [];
  const layers = all.filter(
    ({ urn, type }) =>
      type.startsWith("kubernetes:") && urn.includes("aks-calico-ebpf:index:CalicoEbpfDataplane$"),
  );
  if (layers.length > 0) return layers;
  throw new UsageError(
    `the stack ${stack} has no CalicoEbpfDataplane`,
    "give the stack that declares it, and --cwd with its program's folder",
  );
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
    stack.map(async ({ urn, inputs }) => {
      const name = urn.split("::").at(-1)!;
      if (inputs?.metadata?.name === undefined) return { name };
      try {
        const live = await cluster.get(await plurals.urlOf(inputs));
        return { name, differs: differences(contentOf(inputs), live)[0] };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 404) return { name, differs: "is gone" };
        return { name, unknown: error.message };
      }
    }),
  );
  const unknown = found.find((one) => one.unknown !== undefined);
  const changed = found.flatMap(({ name, differs }) =>
    differs === undefined ? [] : [`${name}: ${differs}`],
  );
  const advice = "`pulumi up --refresh` puts back what is the stack's";
  if (changed.length > 0) return { check, status: "failed", seen: few(changed), advice };
  if (unknown) return { check, status: "unknown", seen: unknown.unknown!, advice: "a right to read it" };
  return { check, status: "ok", seen: `${found.length} layers` };
}

/** What a layer says of its object; its annotations are for the provider. */
function contentOf({ spec, data, roleRef, rules }: any): object {
  return { spec, data, roleRef, rules };
}

/** Where the live object lacks what was declared; what else it has is others'. */
function differences(declared: any, live: any, path = ""): string[] {
  if (declared === undefined || declared === null || isSecret(declared)) return [];
  if (typeof declared !== "object")
    return String(declared) === String(live)
      ? []
      : [`${path} is ${JSON.stringify(live)}, declared ${JSON.stringify(declared)}`];
  return Object.entries(declared).flatMap(([key, value]) =>
    differences(
      value,
      live?.[key],
      Array.isArray(declared) ? `${path}[${key}]` : path ? `${path}.${key}` : key,
    ),
  );
}

/** Pulumi's mark of a value that is encrypted in the state (sdk/go/common/resource, SigKey). */
const isSecret = (value: any) => value["4dabf18193072939515e22adb298388d"] !== undefined;

/** The names in URLs of kinds, as the API server says them. */
class Plurals {
  private readonly known = new Map<string, Promise<any>>();
  constructor(private readonly cluster: Cluster) {}

  async urlOf({ apiVersion, kind, metadata }: any): Promise<string> {
    const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
    if (!this.known.has(root)) this.known.set(root, this.cluster.get(root));
    const { resources } = await this.known.get(root)!;
    const resource = resources.find((one: any) => one.kind === kind && !one.name.includes("/"));
    if (resource === undefined) throw new ApiError(404, `${kind} is not served`);
    const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${place}/${resource.name}/${metadata.name}`;
  }
}
