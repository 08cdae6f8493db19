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

const short = (rule: string) => rule.replace("Azure.AKS.", "");

function rowsOf(policies: Policy[]): string[] {
  const rows = policies.map((policy) => [
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

const azurePolicy = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What each policy answers for, and where it judges otherwise; at the end what none answers for any more. */
function coverage(policies: Policy[]): string[] {
  const rows = policies.flatMap(({ name, tags = [] }) => {
    const [ofCheckov, ofPsrule] = [checkov, psrule].map((rules) => tags.filter((tag) => rules.includes(tag)));
    const ids = tags.filter((tag) => azurePolicy.test(tag));
    const notes = [...ofCheckov, ...ofPsrule].flatMap((rule) => differences[rule] ?? []);
    const cells = [ofCheckov, ofPsrule.map(short), ids, [...new Set(notes)]].map((cell) => cell.join("; "));
    return cells.some((cell) => cell !== "") ? [[`\`${name}\``, ...cells]] : [];
  });
  const gone = Object.entries(retired).map(([rule, reason]) => ["none", "", short(rule), "", reason]);
  return table(["policy", "Checkov 3.3", "PSRule", "Azure Policy", "difference"], [...rows, ...gone]);
}

/** Everything from the heading "The policies" on. */
export function tables(policies: Policy[]): string {
  return [
    ...["## The policies", "", "No other set of rules for AKS has policies on the data plane.", ""],
    ...rowsOf(policies),
    ...["", "## Knobs", "", ...knobs(policies)],
    ...["", "## Coverage", ""],
    "Other people's rules for AKS and the policy that answers for each; the ids are tags of the policies, too. PSRule's",
    "begin with `Azure.AKS.`, and those of Azure Policy are built-in definitions (`az policy definition show --name ID`).",
    "Azure Policy judges what is there, this pack what is about to be: use both. Not among ours: rules about names, which",
    "this package gives itself, PSRule's AuditAdmin, which is about cost, and what Azure Policy says of objects inside a",
    "cluster.",
    ...["", ...coverage(policies)],
  ].join("\n");
}
