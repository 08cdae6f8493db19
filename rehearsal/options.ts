// The rehearsal's command line: verbs and options, and a refusal that helps for everything else.
import path from "node:path";
import { parseArgs } from "node:util";
import { type Fault, faultKinds, parseFault } from "./faults";
import { type ClusterMode, clusterModes, verbs } from "./help";
import { packsOf } from "./packOptions";
import type { PackChoice } from "./policy/packs";
import { UsageError } from "./usage";

export { UsageError } from "./usage";

export type Verb = keyof typeof verbs;

export interface Options {
  readonly verb: Verb;
  /** Name of the Pulumi stack; its settings are read from `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  /** Folder that holds the program's `Pulumi.yaml`. */
  readonly projectDir: string;
  /** Folder that holds everything a rehearsal leaves behind, a sub-folder a stack. */
  readonly stateRoot: string;
  /** Total of nodes in place of what the program asks for; undefined = as the program asks. */
  readonly nodes?: number;
  /** Seconds that each calico-node pod takes to get ready. */
  readonly rolloutSeconds?: number;
  /** Seconds by which the operator's conditions lag behind its work. */
  readonly statusLagSeconds?: number;
  /** The Calico that AKS brings; undefined = what it brings today. */
  readonly calicoVersion?: string;
  /** false = no operator stand-in: a real one is run against the same control plane. */
  readonly operator?: boolean;
  /** The mode whose AKS cluster the verb `cluster` makes. */
  readonly mode: ClusterMode;
  /** false = the cluster of the verb `cluster` has no kube-proxy. */
  readonly kubeProxy: boolean;
  /** What goes wrong in this run. */
  readonly faults: readonly Fault[];
  /** Policy packs that judge the run, each with its file of levels. */
  readonly policyPacks: readonly PackChoice[];
  readonly refresh: boolean;
  readonly parallel: number;
  /** Config values in place of those in `Pulumi.<stack>.yaml`. */
  readonly config: Record<string, string>;
}

/** Verbs in which something can be made to go wrong. */
const faulty: readonly Verb[] = ["rehearse", "up", "destroy"];

const definition = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  "state-dir": { type: "string" },
  nodes: { type: "string" },
  "rollout-seconds": { type: "string" },
  "status-lag": { type: "string" },
  "calico-version": { type: "string" },
  "no-operator": { type: "boolean" },
  mode: { type: "string" },
  "no-kube-proxy": { type: "boolean" },
  fault: { type: "string", multiple: true },
  config: { type: "string", short: "c", multiple: true },
  "policy-pack": { type: "string", multiple: true },
  "policy-pack-config": { type: "string", multiple: true },
  refresh: { type: "boolean", short: "r" },
  parallel: { type: "string", short: "p" },
  help: { type: "boolean", short: "h" },
} as const;

function number(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
  whole: boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (
    text.trim() === "" ||
    !Number.isFinite(value) ||
    value < least ||
    value > most ||
    (whole && value % 1)
  ) {
    throw new UsageError(
      `--${name} ${text}: not ${whole ? "a whole number" : "a number"} from ${least} to ${most}; ` +
        `write for example --${name} ${least || 5}`,
    );
  }
  return value;
}

function release(text: string | undefined): string | undefined {
  const [, minor] = /^3\.(\d+)\.\d+$/.exec(text ?? "") ?? [];
  if (text !== undefined && !(Number(minor) >= 28)) {
    throw new UsageError(
      `--calico-version ${text}: the rehearsal has the CRDs of Calico 3.28 and a table of what came later; ` +
        "write for example --calico-version 3.28.5",
    );
  }
  return text;
}

function configPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) {
        throw new UsageError(`--config ${pair}: no KEY=VALUE; write for example --config dataplane=Iptables`);
      }
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function clusterMode(text: string | undefined): ClusterMode {
  if (text === undefined) return "AzureManaged";
  if (Object.hasOwn(clusterModes, text)) return text as ClusterMode;
  throw new UsageError(`--mode ${text}: not a mode; write one of ${Object.keys(clusterModes).join(", ")}`);
}

function faultsOf(texts: readonly string[], verb: Verb): Fault[] {
  if (texts.length > 0 && !faulty.includes(verb)) {
    throw new UsageError(`--fault ${texts[0]}: nothing can go wrong in \`${verb}\`; write it with \`up\``);
  }
  return texts.map((text) => {
    const fault = parseFault(text);
    if (fault) return fault;
    throw new UsageError(
      `--fault ${text}: not a fault; one of ${Object.keys(faultKinds).join(", ")}, those that begin with a layer ` +
        "also as NAME@LAYER, those that last some seconds also as NAME=SECONDS",
    );
  });
}

/**
 * @param root the repository, for the defaults
 * @returns the options, or "help" where they were asked for
 * @throws UsageError naming the word that is wrong and what to write
 */
export function readOptions(argv: readonly string[], root: string): Options | "help" {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof definition; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...argv], options: definition, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; see --help`);
  }
  const { values, positionals } = parsed;
  if (values.help) return "help";
  const [verb = "rehearse", ...rest] = positionals;
  if (!Object.hasOwn(verbs, verb) || rest.length > 0) {
    const wrong = Object.hasOwn(verbs, verb) ? rest[0] : verb;
    throw new UsageError(`unexpected word "${wrong}"; one verb of: ${Object.keys(verbs).join(", ")}`);
  }
  const stack = values.stack ?? "dev";
  // Pulumi's own rule for the name of a stack (sdk/go/common/tokens/names.go).
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack) || /^\.+$/.test(stack)) {
    throw new UsageError(
      `--stack ${stack}: a stack's name has 1 to 100 letters, digits, "-", "_" or "."; write for example --stack dev`,
    );
  }
  const mode = clusterMode(values.mode);
  if (values["no-kube-proxy"] && mode !== "CalicoCni") {
    throw new UsageError(
      "--no-kube-proxy: AKS makes clusters without kube-proxy only with network plugin none; write --mode CalicoCni too",
    );
  }
  return {
    verb: verb as Verb,
    stack,
    projectDir: path.resolve(values.cwd ?? root),
    stateRoot: path.resolve(values["state-dir"] ?? path.join(root, ".rehearsal")),
    nodes: number("nodes", values.nodes, 1, 500, true),
    rolloutSeconds: number("rollout-seconds", values["rollout-seconds"], 0, 600, false),
    statusLagSeconds: number("status-lag", values["status-lag"], 0, 60, false),
    calicoVersion: release(values["calico-version"]),
    operator: values["no-operator"] ? false : undefined,
    mode,
    kubeProxy: !values["no-kube-proxy"],
    faults: faultsOf(values.fault ?? [], verb as Verb),
    policyPacks: packsOf(values["policy-pack"], values["policy-pack-config"], verb),
    refresh: values.refresh ?? false,
    parallel: number("parallel", values.parallel, 1, 256, true) ?? 16,
    config: configPairs(values.config ?? []),
  };
}
