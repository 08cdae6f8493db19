// The policy packs of a run: started before the program, configured, asked, and ended with it.
import fs from "node:fs";
import path from "node:path";
import type {
  AnalyzedResource as Planned,
  AnalyzedRun,
  Analyzer,
  Analyzers,
  Violation,
} from "../engine/analyzer";
import type { Json, Props } from "../engine/provider";
import { messageOf, Refusal } from "../refusal";
import {
  type Diagnostic,
  type PackConfiguration,
  type PolicyPackProcess,
  type StackResource,
  startPolicyPack,
} from "./analyzer";

/** A pack as the command line names it. */
export interface PackChoice {
  /** The folder with `PulumiPolicy.yaml`. */
  readonly folder: string;
  /** A file of levels and knobs, as the CLI's `--policy-pack-config` takes it; undefined = the pack's own. */
  readonly config?: string;
}

/** @returns what the file says; an empty one says nothing, as for the CLI (pkg/resource/analyzer/config.go) */
export function readPackConfig(file: string): Record<string, Json> {
  const refuse = (why: string, todo: string) =>
    new Refusal(`the policy configuration ${file} cannot be used`, why, todo);
  let config: Json;
  try {
    const text = fs.readFileSync(file, "utf8");
    config = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw refuse(messageOf(error), "give a JSON file, for example one of policy/sets");
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw refuse("it holds no JSON object", 'write for example { "all": "mandatory" }');
  }
  if ("environments" in config) {
    throw refuse("`environments` are those of Pulumi ESC, which is not asked here", "take them out");
  }
  return config;
}

/** Properties that only the engine's own bookkeeping has begin so (sdk/go/common/resource, IsInternalPropertyKey). */
const isInternal = (key: string) => key.startsWith("__");
const withoutInternals = (props: Props): Props =>
  Object.fromEntries(Object.entries(props).filter(([key]) => !isInternal(key)));

function toPack(resource: Planned, properties: Props): StackResource {
  const { urn, type, name, parent, providerResource: provider } = resource;
  return {
    ...{ urn, type, name, parent, properties },
    dependencies: resource.dependencies,
    propertyDependencies: resource.propertyDependencies,
    options: {
      protect: resource.protect,
      ignoreChanges: resource.ignoreChanges,
      deleteBeforeReplace: resource.deleteBeforeReplace,
      aliases: resource.aliases,
      additionalSecretOutputs: resource.additionalSecretOutputs,
      customTimeouts: resource.customTimeouts,
      parent,
    },
    provider: provider && {
      urn: provider.urn,
      type: provider.type,
      name: provider.urn.split("::").slice(3).join("::"),
      properties: withoutInternals(provider.inputs),
    },
  };
}

/** Only a remediation gets them: it must give them back (analyzer_plugin.go). */
const judged = (resource: Planned, properties: Props) => toPack(resource, withoutInternals(properties));

function violation({ policy, pack, packVersion, severity, level, message, urn }: Diagnostic): Violation {
  // What is left after a remediation is as forbidden as what is mandatory (step_generator.go).
  const mandatory = level === "mandatory" || level === "remediate";
  return {
    message: message.trimEnd(),
    urn,
    mandatory,
    policy: { name: policy, pack, packVersion, severity },
  };
}

/** A running pack as the engine asks it. @param config as it was told */
export function asAnalyzer(pack: PolicyPackProcess, folder: string, config: PackConfiguration): Analyzer {
  const { name, version, policies } = pack.info;
  const severities = new Map(policies.map((policy) => [policy.name, policy.severity]));
  const remediates = Object.values(config).some((one) => one.enforcementLevel === "remediate");
  return {
    pack: { name, version, path: path.relative(process.cwd(), folder) || "." },
    resource: async (resource) => (await pack.analyze(judged(resource, resource.inputs))).map(violation),
    stack: async (resources) => {
      const all = resources.map((one) => judged(one, one.outputs));
      return (await pack.analyzeStack(all)).map(violation);
    },
    // A pack in which nothing remediates has nothing to answer.
    remediate: !remediates
      ? undefined
      : async (resource) => {
          const done = await pack.remediate(toPack(resource, resource.inputs));
          return done.map(({ policy, packVersion, ...what }) => ({
            policy: {
              name: policy,
              pack: name,
              packVersion,
              severity: severities.get(policy) ?? "unspecified",
            },
            ...("warning" in what ? { warning: what.warning } : { properties: what.properties }),
          }));
        },
  };
}

/** One pack, configured. @param say gets what it prints and logs */
async function started(choice: PackChoice, run: AnalyzedRun, say: (line: string) => void) {
  const config = choice.config === undefined ? {} : readPackConfig(choice.config);
  let serves = false;
  const pack = await startPolicyPack(choice.folder, {
    stack: run,
    signal: run.signal,
    // What it says on standard error before it serves stands in the failure to start.
    output: (stream, line) => (serves || stream !== "stderr" ? say(line) : undefined),
  });
  serves = true;
  try {
    return { pack, analyzer: asAnalyzer(pack, choice.folder, await pack.configure(config)) };
  } catch (error) {
    await pack.stop();
    throw error;
  }
}

/**
 * For the engine's `policyPacks`: a process a pack and a run, as the CLI has it, so that a preview leaves nothing
 * behind in the update that follows.
 */
export function policyPacks(
  choices: readonly PackChoice[],
  say: (line: string) => void,
): (run: AnalyzedRun) => Promise<Analyzers> {
  return async (run) => {
    const all = await Promise.allSettled(choices.map((one) => started(one, run, say)));
    const up = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const stop = async () => void (await Promise.all(up.map(({ pack }) => pack.stop())));
    const failed = all.find((one) => one.status === "rejected");
    if (failed) {
      await stop();
      throw failed.reason;
    }
    return { analyzers: up.map((one) => one.analyzer), stop };
  };
}
