// Which Calico runs, and which of Felix's fields it does not have yet.
//
// The Kubernetes provider patches by server-side apply, and an API server refuses to apply a field that its CRD does not
// have ("field not declared in schema"). So a default of ours is left out where Calico is older than its field, and a
// setting of the user's is refused before kube-proxy goes.
import type { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentError } from "./validate/findings";

/** First release whose CRD has the field: projectcalico/calico, libcalico-go/config/crd, at its release tags. */
const firstRelease: Record<string, string> = {
  bpfConnectTimeLoadBalancing: "3.27.0",
  bpfHostNetworkedNATWithoutCTLB: "3.27.0",
  bpfMapSizeConntrackScaling: "3.30.0",
  bpfKubeProxyHealthzPort: "3.30.5",
};

/** The spec of `FelixConfiguration/default` that is ours. */
export interface FelixSpec {
  values: Record<string, pulumi.Input<unknown>>;
  /** Fields that the user has set, with the argument's path; the others are defaults of ours. */
  given: Record<string, string>;
}

/**
 * Version of Calico, such as `3.31.2`, by the tag of calico-node's image, which the operator sets; undefined where the
 * image is named by its digest.
 */
export function calicoVersionOf(calicoNode: DaemonSetPatch): pulumi.Output<string | undefined> {
  return pulumi.output(calicoNode.spec).apply((spec) => {
    const containers = spec?.template?.spec?.containers ?? [];
    const image = containers.find((container) => container.name === "calico-node")?.image ?? "";
    return /:v?(\d+\.\d+\.\d+)[^/]*$/.exec(image)?.[1];
  });
}

/** The release that brings the field, where `version` is older. An unknown version is taken for a new one. */
export function missingUntil(version: string | undefined, field: string): string | undefined {
  const first = firstRelease[field];
  if (version === undefined || first === undefined) return undefined;
  const [have, need] = [version, first].map((one) => one.split(".").map(Number));
  const at = need.findIndex((number, index) => number !== have[index]);
  return at >= 0 && have[at] < need[at] ? first : undefined;
}

/** The spec without those of our defaults that this Calico does not have. */
export function fittingSpec(spec: FelixSpec, version: pulumi.Output<string | undefined>) {
  return Object.fromEntries(
    Object.entries(spec.values).map(([field, value]) => {
      if (!(field in firstRelease) || field in spec.given) return [field, value];
      const fitting = pulumi
        .all([version, value])
        .apply(([running, known]) => (missingUntil(running, field) === undefined ? known : undefined));
      return [field, fitting];
    }),
  );
}

/**
 * What the layers after calico-node's depend on: its patch, once it is sure that this Calico has every setting that the
 * user has given. @throws ArgumentError, when the version is known, in place of those layers
 */
export function fitting(
  subject: string,
  spec: FelixSpec,
  calicoNode: DaemonSetPatch,
  version: pulumi.Output<string | undefined>,
): pulumi.Input<pulumi.Resource> {
  const young = Object.entries(spec.given).filter(([field]) => field in firstRelease);
  // A preview does not read the cluster, and a dependency must be known in it.
  if (young.length === 0 || pulumi.runtime.isDryRun()) return calicoNode;
  return version.apply((running) => {
    const findings = young.flatMap(([field, path]) => {
      const first = missingUntil(running, field);
      if (first === undefined) return [];
      return {
        path,
        wrong: `is set, and the cluster runs Calico ${running}`,
        why: `${field} came with Calico ${first}, and the API server refuses a field that it does not know`,
        write: "nothing, or upgrade Calico (on AKS it comes with the Kubernetes version)",
      };
    });
    if (findings.length > 0) throw new ArgumentError(subject, findings);
    return calicoNode;
  });
}
