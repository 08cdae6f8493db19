// How kwok plays nodes and pods: its Stages (kwok.sigs.k8s.io/docs/user/stages-configuration), as kwokctl wrote them
// into the control plane's configuration, changed to what this cluster is to show.
import fs from "node:fs";
import { dump, loadAll } from "js-yaml";
import type { Layout } from "./kwok";

export interface Stages {
  /** Time that a pod of calico-node takes to get ready when it is rolled. 0 = none. */
  readonly rolloutSeconds: number;
  /** True = a node is ready only when it bears no {@link networkAwaited} any more. */
  readonly bringYourOwnCni: boolean;
  /** Node on which calico-node's pods do not get ready. */
  readonly stuckNode?: string;
}

/** Annotation of a node that has no CNI plugin yet; the daemon takes it away when one runs there. */
export const networkAwaited = "aks-calico-ebpf/network-awaited";

const ours = ["calico-node-ready", "node-without-network", "pod-ready-again"];
/** Expressions of ours, which kwok's own Stages do not have. */
const addedByUs = /calico-node|aks-calico-ebpf/;

const jq = (key: string, operator: "In" | "NotIn") => ({
  jq: { key: `${key} | tostring`, operator, values: ["true"] },
});
const isCalicoNode = `(.metadata.labels["k8s-app"] == "calico-node")`;
const awaitsNetwork = `(.metadata.annotations["${networkAwaited}"] == "true")`;

/**
 * Writes the Stages. The platform's own first roll-out of calico-node stays fast whatever `rolloutSeconds` says: the
 * label `pod-template-generation` of DaemonSet pods tells them apart.
 */
export function writeStages(where: Layout, stages: Stages): void {
  const documents = (loadAll(fs.readFileSync(where.kwokConfig, "utf8")) as any[]).filter(
    (one) => one && !ours.includes(one.metadata?.name),
  );
  const stage = (name: string) => {
    const found = documents.find((one) => one.kind === "Stage" && one.metadata.name === name);
    const theirs = (found.spec.selector.matchExpressions as any[]).filter(
      (one) => !addedByUs.test(one.jq?.key ?? one.key),
    );
    found.spec.selector.matchExpressions = theirs;
    return { found, theirs };
  };

  const { found: podReady, theirs: podIsPending } = stage("pod-ready");
  const isStuck = `${isCalicoNode} and (.spec.nodeName == "${stages.stuckNode}")`;
  const isReadied = [...podIsPending, ...(stages.stuckNode ? [jq(isStuck, "NotIn")] : [])];
  podReady.spec.selector.matchExpressions = isReadied;
  if (stages.rolloutSeconds > 0) {
    const isRolled = `${isCalicoNode} and (.metadata.labels["pod-template-generation"] != "1")`;
    const slow = structuredClone(podReady);
    slow.metadata.name = "calico-node-ready";
    slow.spec.delay = { durationMilliseconds: Math.round(stages.rolloutSeconds * 1000) };
    slow.spec.selector.matchExpressions = [...isReadied, jq(isRolled, "In")];
    podReady.spec.selector.matchExpressions = [...isReadied, jq(isRolled, "NotIn")];
    documents.push(slow);
  }

  const { found: nodeReady, theirs: nodeIsNew } = stage("node-initialize");
  if (stages.bringYourOwnCni) {
    documents.push(readyAgain(podReady));
    nodeReady.spec.selector.matchExpressions = [...nodeIsNew, jq(awaitsNetwork, "NotIn")];
    documents.push(withoutNetwork(nodeReady));
  }
  fs.writeFileSync(where.kwokConfig, documents.map((one) => dump(one, { lineWidth: -1 })).join("---\n"));
}

/**
 * The node life cycle controller marks pods of a node that is not ready as not ready either; kubelet, which knows better,
 * sets them back (kubernetes pkg/kubelet/status, GeneratePodReadyCondition).
 */
function readyAgain(podReady: any): any {
  const stage = structuredClone(podReady);
  stage.metadata.name = "pod-ready-again";
  const condition = (type: string) => `.status.conditions.[] | select( .type == "${type}" ) | .status`;
  stage.spec.selector.matchExpressions = [
    { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: condition("Ready"), operator: "In", values: ["False"] },
    { key: condition("ContainersReady"), operator: "In", values: ["True"] },
  ];
  return stage;
}

/** What kubelet reports while its container runtime has no network (kubernetes pkg/kubelet/nodestatus, ReadyCondition). */
function withoutNetwork(nodeReady: any): any {
  const stage = structuredClone(nodeReady);
  stage.metadata.name = "node-without-network";
  const ready = `.status.conditions.[] | select( .type == "Ready" ) | .status`;
  stage.spec.selector.matchExpressions = [
    jq(awaitsNetwork, "In"),
    { jq: { key: ready, operator: "NotIn", values: ["True", "False"] } },
  ];
  delete stage.spec.next;
  stage.spec.steps = [{ patch: { root: "status", subresource: "status", template: notReady } }];
  return stage;
}

const notReady = `
{{ $now := Now }}
conditions:
- type: Ready
  status: "False"
  reason: KubeletNotReady
  message: "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
phase: Running
`;
