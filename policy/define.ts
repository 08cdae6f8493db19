// A policy says once what it wants, why, and what to write. Here that becomes what Pulumi's SDK takes.
import {
  EnforcementLevel,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { agentPools, aksCluster, Pool, Settings } from "./aksCluster";
import { benchmark, Control } from "./benchmark";
import { collected } from "./collector";
import { Knob } from "./knobs";
import { note } from "./preview";
import { Declared, Stack } from "./stack";
import { Unknown } from "./unknown";

/** What a policy is in: `strict` alone is off without a set. */
type Set = "baseline" | "ebpf" | "hygiene" | "strict";

interface Tier {
  readonly set: Set;
  readonly severity: Severity;
  /** The control of Microsoft's cloud security benchmark that it serves. */
  readonly control?: Control;
  /** Its level where it is on; left out, mandatory. */
  readonly level?: "advisory";
}

const tier =
  (set: Set) =>
  (severity: Severity, control?: Control): Tier => ({ set, severity, control });
export const [baseline, ebpf, hygiene, strict] = (["baseline", "ebpf", "hygiene", "strict"] as const).map(
  tier,
);

/** What a policy says of itself. */
export interface About extends Tier {
  readonly name: string;
  /** What it wants, in one sentence; Pulumi prints it above each message. */
  readonly wants: string;
  /** What goes wrong otherwise, in whole sentences; a judge with several reasons gives its own. */
  readonly why?: string;
  /** What to write, in whole sentences. They end each message. */
  readonly write: string;
  /** Where the fact comes from. */
  readonly url: string;
  /** Ids of the rules of Checkov, PSRule and Azure Policy that it answers for, with spaces between. */
  readonly answers?: string;
  readonly knobs?: Knob<any>[];
}

/** A violation: its message is what was found, why that matters and what to write. */
export interface Found {
  readonly found: string;
  /** Instead of the policy's own. */
  readonly why?: string;
  /** Instead of the policy's own. */
  readonly write?: string;
  /** The resource that it is about, where a whole stack is judged. */
  readonly of?: Declared;
}

/** Something that a preview does not know, and without which nothing can be said. */
export interface NotKnown {
  /** What it is, without the resource's name, which is added. */
  readonly notKnown: string;
  readonly of?: Declared;
}

/** Undefined where all is well. */
export type Verdict = Found | NotKnown | undefined;

/** Judges a cluster, a pool, a resource. */
type Judge<T> = (its: T, args: ResourceValidationArgs) => Verdict | Verdict[];

/** Writes what is right in place; false where it cannot. */
export type Fix<T> = (its: T) => boolean;

const isFound = (verdict: Verdict): verdict is Found => verdict !== undefined && "found" in verdict;

function described({ name, wants, write, severity, set, level, url, control, answers = "", knobs }: About) {
  return {
    name,
    description: wants,
    remediationSteps: write,
    severity,
    url,
    enforcementLevel: (set === "strict" ? "disabled" : (level ?? "mandatory")) as EnforcementLevel,
    tags: [set, ...answers.split(" ").filter((one) => one)],
    ...(control && { framework: benchmark(control) }),
    ...(knobs && {
      configSchema: { properties: Object.fromEntries(knobs.map(({ name, schema }) => [name, schema])) },
    }),
  };
}

const messageOf = (about: About, { found, why = about.why, write = about.write }: Found) =>
  [`${found}.`, why, write].filter((part) => part).join(" ");

/** A policy on a resource, a cluster or a pool. */
interface Judged<T> extends About {
  readonly judge: Judge<T>;
  readonly fix?: Fix<T>;
}

/** Sees each resource as the program writes it, before it is made. */
export function resourcePolicy(about: Judged<ResourceValidationArgs>): ResourceValidationPolicy {
  const { judge, fix } = about;
  const verdicts = (args: ResourceValidationArgs) => [judge(args, args)].flat();
  return {
    ...described(about),
    validateResource: (args, reportViolation) => {
      for (const verdict of verdicts(args)) {
        if (isFound(verdict)) reportViolation(messageOf(about, verdict));
        else if (verdict) note({ policy: about.name, urn: args.urn, what: verdict.notKnown });
      }
    },
    ...(fix && {
      remediateResource: (args: ResourceValidationArgs) =>
        verdicts(args).some(isFound) && fix(args) ? args.props : undefined,
    }),
  };
}

/** Judges each AKS cluster. */
export function clusterPolicy({ judge, fix, ...about }: Judged<Settings>) {
  return resourcePolicy({
    ...about,
    judge(args) {
      const cluster = aksCluster(args);
      return cluster && judge(cluster, args);
    },
    fix: fix && ((args) => fix(aksCluster(args)!)),
  });
}

/** Judges each node pool, those inside a cluster and those that are resources of their own. */
export function poolPolicy({ judge, ...about }: Omit<Judged<Pool>, "fix">) {
  return resourcePolicy({
    ...about,
    judge(args) {
      if (aksCluster(args)?.get("agentPoolProfiles") === Unknown) return { notKnown: "agentPoolProfiles" };
      return agentPools(args).flatMap((pool) => judge(pool, args));
    },
  });
}

/** Judges a whole stack, when all of it has come by. @param judge `config`: its knobs */
export function stackPolicy(
  about: About & { judge(stack: Stack, config: any): Iterable<Verdict> },
): StackValidationPolicy {
  return {
    ...described(about),
    validateStack: (args, reportViolation) => {
      if (!collected(args.resources, reportViolation)) return;
      for (const verdict of about.judge(new Stack(args.resources), args.getConfig())) {
        if (isFound(verdict)) reportViolation(messageOf(about, verdict), verdict.of?.urn);
        else if (verdict) note({ policy: about.name, urn: verdict.of?.urn, what: verdict.notKnown });
      }
    },
  };
}

/** How a message tells a value: an empty list is empty too. */
const shown = (value: any): string => (value === undefined ? "missing" : String(value) || "empty");

/** Where a property is written, after its pool's name. */
export const where = (its: Settings, path: string): string =>
  "title" in its ? `${its.title}: ${its.path(path)}` : its.path(path);

/** Judges one property: `isRight` gets its value, undefined where it is left out. */
export function property(path: string, isRight: (value: any) => boolean): (its: Settings) => Verdict {
  return (its) => {
    const value = its.get(...path.split("."));
    if (value === Unknown) return { notKnown: where(its, path) };
    return isRight(value) ? undefined : { found: `${where(its, path)} is ${shown(value)}` };
  };
}

/** The fix of such a property. */
export function writing(path: string, value: any): Fix<Settings> {
  return (its) => its.set(value, ...path.split("."));
}

export const isTrue = (value: any) => value === true;
