// What the pack says of itself: what it does not see, and what it could not judge yet.
import { azureNativeType } from "../aksCluster";
import { hygiene, stackPolicy } from "../define";
import { isPreview, Note, notes } from "../preview";
import { textsIn } from "../secrets";
import { Declared } from "../stack";

export const notJudged = stackPolicy({
  name: "pack-not-judged",
  wants: "What a preview cannot judge must be known to those who approve it.",
  write: "Run `pulumi up` with the pack, too: it judges a resource before it is made, the stack at the end.",
  ...hygiene("low"),
  level: "advisory",
  url: "https://www.pulumi.com/docs/iac/packs/policies/",
  *judge(stack) {
    if (!isPreview()) return;
    const byUrn = new Map(stack.resources.map((one) => [one.urn, one]));
    const unrendered = stack.dataplanes.flatMap(({ cluster, unrendered }) =>
      unrendered.map(({ urn }): Note => ({ policy: "", urn, what: "the objects", on: cluster?.urn })),
    );
    const told = new Map<Declared | undefined, Map<string, Set<string>>>();
    for (const { policy, urn = "", what, on = "" } of [...unrendered, ...notes]) {
      const its = byUrn.get(urn);
      const of = byUrn.get(on) ?? (its && (stack.dataplaneOf(its)?.cluster ?? its));
      const [lines, line] = [told.get(of) ?? new Map(), its ? `${what} of ${its.name}` : what];
      told.set(of, lines.set(line, (lines.get(line) ?? new Set()).add(policy)));
    }
    for (const [of, lines] of told) {
      const all = [...lines].map(([line, by]) => (by.has("") ? line : `${line} (${[...by].join(", ")})`));
      yield { found: `Not known in this preview, and not judged: ${all.join("; ")}`, of };
    }
  },
});

/** What declares AKS clusters in a way that the pack does not read; undefined for everything else. */
function otherWay({ type, props }: Declared): string | undefined {
  if (/^azure:containerservice\/kubernetesCluster(NodePool)?:/.test(type))
    return "the classic Azure provider";
  if (/^azure-nextgen:containerservice\b/.test(type)) return "azure-nextgen, the predecessor of azure-native";
  if (azureNativeType(type) !== "resources:Deployment") return undefined;
  const isAbout = textsIn(props).some(({ text }) =>
    /Microsoft\.ContainerService\/managedClusters/i.test(text),
  );
  return isAbout ? "a template, which azure-native hands on as it is" : undefined;
}

export const notSeen = stackPolicy({
  name: "pack-not-seen",
  wants: "Clusters that the pack cannot read must not be taken for approved ones.",
  why: "The policies aks-* and those on node pools say nothing of it.",
  write:
    "Declare it with azure-native.containerservice.ManagedCluster and AgentPool, or have it judged by another tool.",
  ...hygiene("medium"),
  level: "advisory",
  url: "https://www.pulumi.com/registry/packages/azure-native/",
  *judge({ resources }) {
    for (const of of resources) {
      const way = otherWay(of);
      if (way !== undefined) yield { found: `${of.name} (${of.type}) is declared by ${way}`, of };
    }
  },
});
