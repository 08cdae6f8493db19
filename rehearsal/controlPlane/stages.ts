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
function withStages(made: string, { rolloutSeconds, bringYourOwnCni, stuckNode }: Stages): string {
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
  if (bringYourOwnCni) {
    documents.push(readyAgain(podReady));
    only(stage("node-initialize"), jq(`.metadata.annotations["${networkAwaited}"]`, "NotIn"));
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

/**
 * The node life cycle controller marks pods of a node that is not ready as not ready either; kubelet, which knows better,
 * sets them back (kubernetes pkg/kubelet/status, GeneratePodReadyCondition).
 */
function readyAgain(podReady: any): any {
  const condition = (type: string) => `.status.conditions.[] | select( .type == "${type}" ) | .status`;
  const matchExpressions = [
    { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: condition("Ready"), operator: "In", values: ["False"] },
    { key: condition("ContainersReady"), operator: "In", values: ["True"] },
  ];
  // Nothing else: kwok would give a pod a second address, which the API server refuses.
  const template = 'conditions: [{type: Ready, status: "True", lastTransitionTime: {{ Now | Quote }}}]';
  const steps = [{ patch: { root: "status", subresource: "status", template } }];
  const { resourceRef } = podReady.spec;
  return {
    ...podReady,
    metadata: { name: "pod-ready-again" },
    spec: { resourceRef, selector: { matchExpressions }, steps },
  };
}
