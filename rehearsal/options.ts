// The rehearsal's command line: verbs and options, and a refusal that helps for everything else.
import path from "node:path";
import { parseArgs } from "node:util";

export const verbs = {
  rehearse: "up, show and verify; leaves the control plane running (what runs without a verb)",
  preview: "what `up` would do; touches nothing",
  up: "create or update what the program declares",
  refresh: "read the state anew from the cluster and from what the Azure stand-in holds",
  verify: "the table of checks alone, on the running control plane",
  export: "print the state as `pulumi stack export` does (secrets stay encrypted)",
  destroy: "run the program's destroy",
  down: "end every process of the stack and remove its state",
  cluster:
    "only start a control plane with what AKS brings and print its KUBECONFIG, for use with the real CLI",
} as const;
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
  readonly refresh: boolean;
  readonly parallel: number;
  /** Config values in place of those in `Pulumi.<stack>.yaml`. */
  readonly config: Record<string, string>;
}

/** Input that the user can correct; its message says what, why and what to write. */
export class UsageError extends Error {}

export const help = `usage: npm run rehearse -- [VERB] [OPTIONS]

Runs the Pulumi program of this folder against a real Kubernetes control plane on this machine:
no Azure account, no Pulumi CLI. Nothing of Azure or of network packets is simulated.

verbs
${Object.entries(verbs)
  .map(([verb, text]) => `  ${verb === "rehearse" ? "(none)" : verb}`.padEnd(12) + text)
  .join("\n")}

options
  -s, --stack NAME          the Pulumi stack (default: dev)
  -C, --cwd DIR             the folder with Pulumi.yaml (default: this repository)
      --state-dir DIR       where rehearsals keep their state (default: .rehearsal in the repository)
      --nodes N             nodes in all, 1 to 500, in place of what the program asks for
      --rollout-seconds S   seconds each calico-node pod takes to get ready (default: 0)
      --status-lag S        seconds the operator's conditions lag behind (default: 1)
      --calico-version V    the Calico that AKS brings, 3.28.0 or newer (default: 3.31.2)
      --no-operator         leave the operator stand-in out, to run a real operator instead
  -c, --config KEY=VALUE    a config value in place of the one in Pulumi.<stack>.yaml; may be repeated
  -r, --refresh             read the state anew before up, preview or destroy
  -p, --parallel N          resources at a time (default: 16)
  -h, --help                this text`;

const definition = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  "state-dir": { type: "string" },
  nodes: { type: "string" },
  "rollout-seconds": { type: "string" },
  "status-lag": { type: "string" },
  "calico-version": { type: "string" },
  "no-operator": { type: "boolean" },
  config: { type: "string", short: "c", multiple: true },
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
    refresh: values.refresh ?? false,
    parallel: number("parallel", values.parallel, 1, 256, true) ?? 16,
    config: configPairs(values.config ?? []),
  };
}
