// How kwok plays nodes and pods: its Stages (kwok.sigs.k8s.io/docs/user/stages-configuration), as kwokctl wrote them
// into the control plane's configuration, changed to what this cluster is to show.
import fs from "node:fs";
import { dump, loadAll } from "js-yaml";
import type { KubeObject } from "./api";
import type { Layout } from "./kwok";

export interface Stages {
  /** Time that a pod of calico-node takes to get ready when it is rolled. 0 = none. */
  readonly rolloutSeconds: number;
  /** True = a node is ready only when it bears no {@link networkAwaited} any more. */
  readonly bringYourOwnCni: boolean;
  /** Node on which calico-node's pods do not get ready. */
  readonly stuckNode?: string;
  /** Node whose kubelet has ended: nothing becomes of its pods, not even an end. */
  readonly deadNode?: string;
}

/** Annotation of a node that has no CNI plugin yet; the daemon takes it away when one runs there. */
export const networkAwaited = "aks-calico-ebpf/network-awaited";

const jq = (key: string, operator: "In" | "NotIn") => ({
  jq: { key: `${key} | tostring`, operator, values: ["true"] },
});
/** Whether what answers on the pod's node decides on its readiness (aks/probes.ts). */
export const asksItsNode = ({ spec }: KubeObject): boolean =>
  spec.hostNetwork === true && spec.containers[0].readinessProbe?.httpGet !== undefined;
const isAsking = "(.spec.hostNetwork == true) and (.spec.containers[0].readinessProbe.httpGet != null)";

const isCalicoNode = `(.metadata.labels["k8s-app"] == "calico-node")`;

/**
 * kwok's configuration with the Stages. The platform's own first roll-out of calico-node stays fast whatever
 * `rolloutSeconds` says: the label `pod-template-generation` of DaemonSet pods tells them apart.
 */
function withStages(made: string, { rolloutSeconds, bringYourOwnCni, stuckNode, deadNode }: Stages): string {
  const documents = (loadAll(made) as any[]).filter(Boolean);
  const stage = (name: string) => documents.find((one) => one.kind === "Stage" && one.metadata.name === name);
  const only = (one: any, expression: object) => one.spec.selector.matchExpressions.push(expression);

  const podReady = stage("pod-ready");
  documents.push(started(podReady));
  only(podReady, jq(isAsking, "NotIn"));
  if (stuckNode) only(podReady, jq(`${isCalicoNode} and (.spec.nodeName == "${stuckNode}")`, "NotIn"));
  if (rolloutSeconds > 0) {
    const isRolled = `${isCalicoNode} and (.metadata.labels["pod-template-generation"] != "1")`;
    const slow = structuredClone(podReady);
    slow.metadata.name = "calico-node-ready";
    slow.spec.delay = { durationMilliseconds: Math.round(rolloutSeconds * 1000) };
    only(slow, jq(isRolled, "In"));
    only(podReady, jq(isRolled, "NotIn"));
    documents.push(slow);
  }
  documents.push(readyAgain(podReady));
  if (bringYourOwnCni)
    only(stage("node-initialize"), jq(`.metadata.annotations["${networkAwaited}"]`, "NotIn"));
  if (deadNode) {
    // The operator goes on elsewhere: AKS moves its pod after five minutes, which nobody waits for here.
    const isThere = `((.spec.nodeName // .metadata.name) == "${deadNode}" and .metadata.namespace != "tigera-operator")`;
    for (const one of documents.filter(({ kind }) => kind === "Stage")) only(one, jq(isThere, "NotIn"));
    for (const one of [stage("node-initialize"), podReady].map(notReady)) {
      only(one, jq(isThere, "In"));
      documents.push(one);
    }
  }
  return documents.map((one) => dump(one, { lineWidth: -1 })).join("---\n");
}

/** Has kwok play by the Stages from its next start on. @returns false = it does already */
export function writeStages(where: Layout, stages: Stages): boolean {
  const made = `${where.kwokConfig}.made`;
  if (!fs.existsSync(made)) fs.copyFileSync(where.kwokConfig, made);
  const text = withStages(fs.readFileSync(made, "utf8"), stages);
  if (text === fs.readFileSync(where.kwokConfig, "utf8")) return false;
  fs.writeFileSync(where.kwokConfig, text);
  return true;
}

/** A pod that is asked first: it runs, and is not ready. */
function started(podReady: any): any {
  const stage = structuredClone(podReady);
  stage.metadata.name = "pod-started";
  stage.spec.selector.matchExpressions.push(jq(isAsking, "In"));
  for (const { patch } of stage.spec.steps)
    patch.template = patch.template
      .replace(/status: "True"\n  type: (Ready|ContainersReady)/g, 'status: "False"\n  type: $1')
      .replace("ready: true", "ready: false");
  return stage;
}

const conditionOf = (type: string) => `.status.conditions.[] | select( .type == "${type}" ) | .status`;
/** Nothing else: kwok would give a pod a second address, which the API server refuses. */
const patchReady = (fields: string) => ({
  patch: {
    root: "status",
    subresource: "status",
    template: `conditions: [{type: Ready, ${fields}, lastTransitionTime: {{ Now | Quote }}}]`,
  },
});

/** What the node life cycle controller makes of a node that has gone silent and of its pods, and without its patience. */
function notReady({ spec: { resourceRef }, ...made }: any): any {
  const isNode = resourceRef.kind === "Node";
  const why = "reason: NodeStatusUnknown, message: Kubelet stopped posting node status.";
  const matchExpressions = [{ key: conditionOf("Ready"), operator: "In", values: ["True"] }];
  const steps = [patchReady(isNode ? `status: Unknown, ${why}` : 'status: "False"')];
  return {
    ...made,
    metadata: { name: isNode ? "node-not-ready" : "pod-not-ready" },
    spec: { resourceRef, selector: { matchExpressions }, steps },
  };
}

/**
 * The node life cycle controller marks pods of a node that is not ready as not ready either; kubelet, which knows better,
 * sets them back (kubernetes pkg/kubelet/status, GeneratePodReadyCondition).
 */
function readyAgain(podReady: any): any {
  const matchExpressions = [
    { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: conditionOf("Ready"), operator: "In", values: ["False"] },
    { key: conditionOf("ContainersReady"), operator: "In", values: ["True"] },
  ];
  const steps = [patchReady('status: "True"')];
  const { resourceRef } = podReady.spec;
  return {
    ...podReady,
    metadata: { name: "pod-ready-again" },
    spec: { resourceRef, selector: { matchExpressions }, steps },
  };
}
