// `--policy-pack-config` made complete before it reaches the pack, as the engine does it
// (pulumi/pulumi pkg/resource/analyzer/config.go): the pack takes what it gets and knows no defaults.
import type { Json, Props } from "../engine/provider";
import { misfit } from "./knobSchema";
import { Refusal } from "../refusal";
import { type EnforcementLevel, type PackInfo, levels } from "./messages";

/** Per policy: its level and all its knobs, defaults filled in. */
export type PackConfiguration = Record<string, { enforcementLevel: EnforcementLevel; properties: Props }>;

function levelOf(value: Json, where: string): EnforcementLevel {
  if (typeof value === "string" && (levels as readonly string[]).includes(value)) {
    return value as EnforcementLevel;
  }
  throw new Refusal(
    `policy configuration: ${where} is ${JSON.stringify(value)}`,
    "that is no enforcement level",
    `write one of ${levels.join(", ")}`,
  );
}

function split(policy: string, value: Json): { level?: EnforcementLevel; knobs: Props } {
  if (typeof value === "string") return { level: levelOf(value, policy), knobs: {} };
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Refusal(
      `policy configuration: ${policy} is ${JSON.stringify(value)}`,
      "it takes an enforcement level or an object",
      'write for example { "enforcementLevel": "advisory" }',
    );
  }
  const { enforcementLevel, ...knobs } = value;
  const level =
    enforcementLevel === undefined ? undefined : levelOf(enforcementLevel, `${policy}.enforcementLevel`);
  return { level, knobs };
}

/**
 * The whole configuration for a pack: the level of a policy is its own entry's, else `all`'s, else the pack's; its
 * knobs are the entry's over the defaults of its schema.
 * @throws Refusal for unknown policies, levels and knobs, for a missing required knob and for one that does not fit
 *   its schema
 */
export function reconcile(info: PackInfo, config: Record<string, Json>): PackConfiguration {
  const known = info.policies.map((policy) => policy.name);
  for (const name of Object.keys(config)) {
    if (name !== "all" && !known.includes(name)) {
      throw new Refusal(
        `policy configuration: pack ${info.name} has no policy "${name}"`,
        "an entry that nothing reads would look like one that is in force",
        `write one of ${known.join(", ")} or all`,
      );
    }
  }
  const all = config.all === undefined ? undefined : split("all", config.all);
  const stray = Object.keys(all?.knobs ?? {});
  if (stray.length) {
    throw new Refusal(
      `policy configuration: all.${stray[0]} belongs to a single policy`,
      '"all" takes an enforcementLevel only',
      "write it in the entry of the policy that has it",
    );
  }
  const result: PackConfiguration = {};
  for (const policy of info.policies) {
    const own: ReturnType<typeof split> =
      config[policy.name] === undefined ? { knobs: {} } : split(policy.name, config[policy.name]);
    const properties: Props = {};
    for (const [knob, schema] of Object.entries(policy.configSchema)) {
      if (schema.default !== undefined) properties[knob] = schema.default;
    }
    for (const [knob, value] of Object.entries(own.knobs)) {
      if (!(knob in policy.configSchema)) {
        const has = Object.keys(policy.configSchema);
        throw new Refusal(
          `policy configuration: ${policy.name} has no setting "${knob}"`,
          "a setting that nothing reads would look like one that is in force",
          `it takes ${["enforcementLevel", ...has].join(", ")}`,
        );
      }
      const must = misfit(value, policy.configSchema[knob]);
      if (must) {
        throw new Refusal(
          `policy configuration: ${policy.name}.${knob} is ${JSON.stringify(value)}`,
          `by the policy's schema it must be ${must}`,
          "write such a value, or leave it out for the default",
        );
      }
      properties[knob] = value;
    }
    for (const knob of policy.required) {
      if (properties[knob] === undefined) {
        throw new Refusal(
          `policy configuration: ${policy.name} needs a value for "${knob}"`,
          "it has no default",
          "write one in its entry",
        );
      }
    }
    result[policy.name] = {
      enforcementLevel: own.level ?? all?.level ?? policy.enforcementLevel,
      properties,
    };
  }
  return result;
}
