// The rehearsal's command line: its own options and verb, and what is handed on to the CLI.
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Fault, faultKinds, parseFault } from "./faults";
import { type ClusterMode, clusterModes, ownVerbs, pulumiVerbs } from "./help";
import type { Settings } from "./stack";

/** A wrong command line: the word that is wrong, and what to write. */
export class UsageError extends Error {}

export type Verb = "rehearse" | keyof typeof ownVerbs | (typeof pulumiVerbs)[number];

export interface Options {
  readonly verb: Verb;
  readonly args: readonly string[];
  readonly stack: string;
  /** Folder with Pulumi.yaml; undefined = that of the stack, or this repository. */
  readonly cwd?: string;
  /** Folder that holds everything a rehearsal leaves behind, a sub-folder a stack. */
  readonly stateRoot: string;
  readonly settings: Settings;
  readonly realCharts: boolean;
  readonly mode: ClusterMode;
  /** false = the cluster of the verb `cluster` has no kube-proxy. */
  readonly kubeProxy: boolean;
  readonly faults: readonly Fault[];
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const definition = {
  stack: { ...text, short: "s" },
  cwd: { ...text, short: "C" },
  "state-dir": text,
  nodes: text,
  "rollout-seconds": text,
  "status-lag": text,
  "calico-version": text,
  "native-v3-crds": flag,
  "no-operator": flag,
  "real-charts": flag,
  mode: text,
  "no-kube-proxy": flag,
  fault: { ...text, multiple: true },
  help: { ...flag, short: "h" },
} as const;

function number(name: string, given: string | undefined, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given.trim() !== "" && value >= least && value <= most && (name !== "nodes" || Number.isInteger(value)))
    return value;
  throw new UsageError(
    `--${name} ${given}: not a number from ${least} to ${most}; write --${name} ${least || 5}`,
  );
}

function release(given: string | undefined): string | undefined {
  const [, minor] = /^3\.(\d+)\.\d+$/.exec(given ?? "") ?? [];
  if (given === undefined || Number(minor) >= 28) return given;
  throw new UsageError(
    `--calico-version ${given}: the rehearsal has the CRDs of Calico 3.28 and a table of what came later; ` +
      "write for example --calico-version 3.28.5",
  );
}

function faultsOf(texts: readonly string[], verb: Verb): Fault[] {
  if (texts.length > 0 && !["rehearse", "up", "destroy"].includes(verb))
    throw new UsageError(`--fault ${texts[0]}: nothing can go wrong in \`${verb}\`; write it before \`up\``);
  return texts.map((one) => {
    const fault = parseFault(one);
    if (fault) return fault;
    throw new UsageError(
      `--fault ${one}: not a fault; one of ${Object.keys(faultKinds).join(", ")}, most of them also as NAME@LAYER, ` +
        "those that last some seconds also as NAME=SECONDS",
    );
  });
}

/** Of words among which the CLI's own may be. */
function tokensOf(args: readonly string[]) {
  const lenient = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...args], options: definition, ...lenient }).tokens;
}

/** `--stack` and `--cwd` mean the same to the CLI, so they may stand behind its verbs as well. */
function splitShared(args: readonly string[]): { own: string[]; args: string[] } {
  const own = new Set<number>();
  for (const token of tokensOf(args)) {
    // In `-cKEY=VALUE` parseArgs sees an option in each letter.
    if (token.kind !== "option" || !args[token.index].startsWith(token.rawName)) continue;
    if (token.name === "stack" || token.name === "cwd")
      own.add(token.index).add(token.inlineValue ? token.index : token.index + 1);
    else if (Object.hasOwn(definition, token.name) && token.name !== "help")
      throw new UsageError(`${token.rawName}: an option of the rehearsal's own; write it before the verb`);
  }
  return { own: args.filter((_, at) => own.has(at)), args: args.filter((_, at) => !own.has(at)) };
}

/**
 * @param root the repository, for the defaults
 * @returns the options, or "help" where they were asked for
 * @throws UsageError naming the word that is wrong and what to write
 */
export function readOptions(argv: readonly string[], root: string): Options | "help" {
  // The first word that is neither an option nor an option's value.
  const at = tokensOf(argv).find(({ kind }) => kind === "positional")?.index ?? argv.length;
  const verb = argv[at] ?? "rehearse";
  const verbs: string[] = [...pulumiVerbs, ...Object.keys(ownVerbs)];
  if (at < argv.length && !verbs.includes(verb))
    throw new UsageError(`unexpected word "${verb}"; one verb of: ${verbs.join(", ")}`);
  const behind = argv.slice(at + 1);
  const { own, args } =
    verb === "pulumi"
      ? { own: [], args: behind }
      : verb in ownVerbs
        ? { own: behind, args: [] }
        : splitShared(behind);
  let values;
  try {
    values = parseArgs({ args: [...argv.slice(0, at), ...own], options: definition }).values;
  } catch (error) {
    const hint = "pulumi's own options stand behind a verb: up --diff";
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; ${hint}; see --help`);
  }
  if (values.help) return "help";
  const stack = values.stack ?? "dev";
  // Pulumi's own rule for the name of a stack (sdk/go/common/tokens/names.go).
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack) || /^\.+$/.test(stack))
    throw new UsageError(
      `--stack ${stack}: a stack's name has 1 to 100 letters, digits, "-", "_" or "."; write for example --stack dev`,
    );
  const mode = (values.mode ?? "AzureManaged") as ClusterMode;
  if (!Object.hasOwn(clusterModes, mode))
    throw new UsageError(`--mode ${mode}: not a mode; write one of ${Object.keys(clusterModes).join(", ")}`);
  if (values["no-kube-proxy"] && mode !== "CalicoCni")
    throw new UsageError(
      "--no-kube-proxy: AKS makes clusters without kube-proxy only with network plugin none; write --mode CalicoCni too",
    );
  const here = process.env.INIT_CWD ?? process.cwd();
  const cwd = values.cwd && [here, root].map((base) => path.resolve(base, values.cwd!));
  const settings = {
    nodes: number("nodes", values.nodes, 1, 500),
    rolloutSeconds: number("rollout-seconds", values["rollout-seconds"], 0, 600),
    statusLagSeconds: number("status-lag", values["status-lag"], 0, 60),
    calicoVersion: release(values["calico-version"]),
    calicoApi: values["native-v3-crds"] && "projectcalico.org/v3",
    operator: values["no-operator"] && false,
  };
  return {
    verb: verb as Verb,
    args,
    stack,
    cwd: cwd && (cwd.find(fs.existsSync) ?? cwd[0]),
    stateRoot: values["state-dir"] ? path.resolve(here, values["state-dir"]) : path.join(root, ".rehearsal"),
    settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
    realCharts: values["real-charts"] ?? false,
    mode,
    kubeProxy: !values["no-kube-proxy"],
    faults: faultsOf(values.fault ?? [], verb as Verb),
  };
}
