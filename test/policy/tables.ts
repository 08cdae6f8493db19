// The tables of policy/README.md, made from the policies themselves.
import type { Policies } from "@pulumi/policy";
import { checkov, differences, psrule, retired } from "./otherRules";

type Policy = Policies[number] & { remediateResource?: unknown };

const setOf = ({ tags = [] }: Policy) => {
  if (tags.includes("hygiene")) return "baseline, ebpf";
  return tags.filter((tag) => ["baseline", "ebpf", "strict"].includes(tag)).join(", ");
};

function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function rowsOf(policies: Policy[], prefix: string): string[] {
  const rows = policies
    .filter(({ name }) => name.startsWith(prefix))
    .map((policy) => [
      `\`${policy.name}\`${policy.remediateResource ? " †" : ""}`,
      `${policy.enforcementLevel}, ${policy.severity}`,
      setOf(policy),
      policy.description,
    ]);
  return table(["policy", "level, severity", "set", "what it wants"], rows);
}

function knobs(policies: Policy[]): string[] {
  const rows = policies.flatMap(({ name, configSchema }) =>
    Object.entries(configSchema?.properties ?? {}).map(([knob, schema]) => {
      const { default: otherwise, description = "" } = schema as { default?: unknown; description?: string };
      return [`\`${name}\``, `\`${knob}\``, `\`${JSON.stringify(otherwise)}\``, description];
    }),
  );
  return table(["policy", "knob", "default", "meaning"], rows);
}

/** Who answers for each rule, with what is different. */
function coverage(policies: Policy[], rules: string[]): string[] {
  const rows = rules.map((rule) => {
    if (rule in retired) return [rule, "none", retired[rule]];
    const bearers = policies.filter(({ tags = [] }) => tags.includes(rule));
    return [rule, bearers.map(({ name }) => `\`${name}\``).join(", "), differences[rule] ?? ""];
  });
  return table(["rule", "policy", "difference"], rows);
}

const azurePolicy = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Everything from the heading "The policies" on. */
export function tables(policies: Policy[]): string {
  const definitions = policies.flatMap(({ tags = [] }) => tags.filter((tag) => azurePolicy.test(tag)));
  return [
    ...["## The policies", "", "### Data plane", "", "Nobody else checks these.", ""],
    ...rowsOf(policies, "ebpf-"),
    ...["", "### AKS", "", ...rowsOf(policies, "aks-")],
    ...["", "### Hygiene", "", ...rowsOf(policies, "hygiene-")],
    ...["", "### The pack itself", "", ...rowsOf(policies, "pack-")],
    ...["", "### Knobs", "", ...knobs(policies)],
    ...["", "## Coverage", ""],
    "Other people's rules for AKS and the policy that answers for each. The names are tags of the policies, too.",
    ...["", "### Checkov 3.3", "", ...coverage(policies, checkov)],
    ...["", "### PSRule for Azure", "", ...coverage(policies, psrule), ""],
    "Not among ours: rules about names, which this package gives itself, and AuditAdmin, which is about cost.",
    ...["", "### Azure Policy", ""],
    "Built-in definitions, by id (`az policy definition show --name ID`). Azure Policy judges what is there, this pack what",
    "is about to be: use both. Definitions about what runs inside a cluster have no counterpart here.",
    ...["", ...coverage(policies, [...new Set(definitions)])],
  ].join("\n");
}
