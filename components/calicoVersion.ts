// Which Calico runs, and what it does not have yet.
//
// The Kubernetes provider patches by server-side apply, and an API server refuses to apply a field that its CRD does not
// have ("field not declared in schema"). So a default of ours is left out where Calico is older than its field, and a
// setting of the user's is refused before kube-proxy goes.
import type { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { apiVersionOf, type CalicoApi } from "./layers/calicoApi";
import { type Dependency, type LayerContext, unlessRefused } from "./layers/layer";
import { firstRelease, isOlder, releaseOf } from "./releases";
import type { Finding } from "./validate/findings";

/** The chart that the self-managed modes install where `calico.version` names no other: the newest that was read. */
export const chartVersion = "v3.32.2";

/**
 * The oldest Calico that is switched by its Installation: its operator is 1.34, from which on `bpfEnabled` is the
 * operator's alone (tigera/operator, pkg/controller/installation/bpf.go; calico, charts/tigera-operator at its tags).
 */
export const oldestCalico = "3.28.0";
export const legacyOperator =
  "its operator is a legacy one, before 1.34: it takes the switch from a hand-written bpfEnabled, which ours would contradict";

/** A version such as `3.31.2`; undefined where nobody can tell. */
type CalicoVersion = string | undefined;

/** Calico as it is installed or runs. */
export interface Calico {
  version: pulumi.Output<CalicoVersion> | string;
  /** That of its own resources, such as FelixConfiguration. */
  apiVersion: pulumi.Output<CalicoApi>;
}

/** By calico-node's container, as the operator makes it. The version is the tag of its image, where that has one. */
export function calicoOf(calicoNode: DaemonSetPatch) {
  const container = pulumi
    .output(calicoNode.spec)
    .apply((spec) => spec?.template?.spec?.containers?.find(({ name }) => name === "calico-node"));
  return {
    version: container.apply((it): CalicoVersion => releaseOf(it?.image)),
    apiVersion: container.apply((it) => apiVersionOf(it?.env)),
  };
}

/** The release that brings the field, where `version` is older. An unknown version is taken for a new one. */
export function missingUntil(version: CalicoVersion, field: string): string | undefined {
  const first = firstRelease[field];
  return version !== undefined && first !== undefined && isOlder(version, first) ? first : undefined;
}

/** The user's settings that a Calico does not have yet. `where` says whose version it is, `write` the way out. */
export function unsupportedFields(
  given: object,
  version: CalicoVersion,
  where: string,
  write: string,
): Finding[] {
  return Object.keys(given)
    .filter((field) => missingUntil(version, field) !== undefined)
    .map((field) => ({
      path: `felix.${field}`,
      wrong: `is set, and ${where} ${version}`,
      why: `it came with Calico ${firstRelease[field]}, and the API server refuses a field that it does not know`,
      write,
    }));
}

/** Calico-node's patch, unless this Calico is not switched in our way, or lacks a setting that the user has given. */
export function checkCalicoVersion(
  context: LayerContext,
  given: object,
  calicoNode: DaemonSetPatch,
  { version }: ReturnType<typeof calicoOf>,
): Dependency {
  return unlessRefused(context, calicoNode, version, (running) => {
    const findings = unsupportedFields(
      given,
      running,
      "the cluster runs Calico",
      "nothing, or upgrade Calico (on AKS it comes with the Kubernetes version) and update with --refresh",
    );
    if (running === undefined || !isOlder(running, oldestCalico)) return findings;
    const legacy = {
      path: "opts.provider",
      wrong: `leads to a cluster that runs Calico ${running}`,
      why: legacyOperator,
      write: `the provider of a cluster with Calico ${oldestCalico} or newer: upgrade Kubernetes where AKS brings Calico, or else the operator's chart, and update with --refresh`,
    };
    return [legacy, ...findings];
  });
}
