// What policies had to say, in the words and the order of the CLI (pkg/backend/display/progress.go, printPolicies,
// and diff.go, renderDiffPolicyViolationEvent).
import type { EngineEvent, Result } from "../engine/events";

type Violation = Extract<EngineEvent, { kind: "policy-violation" }>;
type Remediation = Extract<EngineEvent, { kind: "policy-remediation" }>;

const severities = ["critical", "high", "medium", "low", "unspecified"];

/** A type token without the file that only repeats its name (sdk/go/common/tokens, Type.DisplayName). */
function displayType(type: string): string {
  const [pkg, module, name, ...more] = type.split(":");
  const [, folder, file] = /^(.*)\/([^/]*)$/.exec(module ?? "") ?? [];
  const repeats = name && more.length === 0 && file === name[0].toLowerCase() + name.slice(1);
  return repeats ? `${pkg}:${folder}:${name}` : type;
}

function resourceClause(urn: string | undefined): string {
  if (urn === undefined) return "";
  const [, , types, ...name] = urn.split("::");
  return `  (${displayType(types.split("$").at(-1)!)}: ${name.join("::")})`;
}

function violationLines({ policy, mandatory, message, urn }: Violation): string[] {
  const severity = policy.severity === "unspecified" ? "" : ` [severity: ${policy.severity}]`;
  const level = mandatory ? "mandatory" : "advisory";
  return [
    `        - [${level}]${severity}  ${policy.name}${resourceClause(urn)}`,
    ...message.split("\n").map((line) => `          ${line}`),
  ];
}

/** Mandatory before advisory, then by severity, name and resource. */
function inOrder(a: Violation, b: Violation): number {
  const rank = ({ policy }: Violation) => severities.indexOf(policy.severity);
  return (
    Number(b.mandatory) - Number(a.mandatory) ||
    rank(a) - rank(b) ||
    a.policy.name.localeCompare(b.policy.name) ||
    (a.urn ?? "").localeCompare(b.urn ?? "")
  );
}

/** Collects what policies say in a run, for the section at its end. */
export class PolicyReport {
  private violations: Violation[] = [];
  private remediations: Remediation[] = [];

  event(event: EngineEvent): void {
    if (event.kind === "policy-violation") this.violations.push(event);
    // A remediation that changed nothing is not news.
    if (event.kind === "policy-remediation" && event.changed.length > 0) this.remediations.push(event);
  }

  /** The section "Policies:"; nothing where no pack was asked. Begins anew for the next run. */
  lines({ policyPacks }: Result): string[] {
    const { violations, remediations } = this;
    [this.violations, this.remediations] = [[], []];
    const sections = policyPacks.map(({ name, version, path }) => {
      const ofPack = <T extends Violation | Remediation>(all: T[]) =>
        all.filter(({ policy }) => policy.pack === name && policy.packVersion === version);
      const said = ofPack(violations).sort(inOrder);
      const mark = said.some((one) => one.mandatory) ? "❌" : said.length > 0 ? "⚠️" : "✅";
      return [
        `    ${mark} ${name}@v${version} (local: ${path})`,
        ...ofPack(remediations).map(
          ({ policy, urn, changed }) =>
            `        - [remediate]  ${policy.name}${resourceClause(urn)} [diff: ${changed.join(",")}]`,
        ),
        ...said.flatMap(violationLines),
      ];
    });
    return sections.length > 0 ? ["Policies:", ...sections.flat(), ""] : [];
  }
}
