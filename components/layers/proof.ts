// Layer 6: on every node a witness of what only Felix in eBPF mode answers. The operator's conditions cannot tell: it
// may set `bpfEnabled` after the roll-out, and on a kernel that cannot Felix falls back to iptables without a word.
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { type Calico, missingUntil } from "../calicoVersion";
import { healthzPortBesideKubeProxy } from "../healthzPorts";
import { firstRelease } from "../releases";
import type { ProofPlan } from "../validate/dataplane";
import { ourPrefix, skipAwaitAnnotations, timeoutAnnotations, waitForAnnotations } from "./annotations";
import { declare, type Dependency, type LayerContext } from "./layer";

/** In the namespace that every cluster has and that AKS's admission policies leave alone. */
const daemonSet = { namespace: "kube-system", name: "calico-ebpf-proof" };
const labels = { "app.kubernetes.io/name": daemonSet.name };
/** No node bears this label. */
const nowhere: Record<string, string> = { [`${ourPrefix}/proof`]: "off" };
const everywhere: Record<string, string> = { "kubernetes.io/os": "linux" };
const portField = "bpfKubeProxyHealthzPort";

/**
 * The DaemonSet of the pause image, on no node until {@link proof} sends it out. It has the host's network, to ask Felix of
 * its node, and nothing else.
 * @param asItIs on the way back: of new pods none would be ready, whatever Felix does
 */
export function witness(
  context: LayerContext,
  { image, port }: ProofPlan,
  before: Dependency,
  asItIs = false,
): DaemonSet {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65534,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const resources = { requests: { cpu: "1m", memory: "4Mi" }, limits: { memory: "16Mi" } };
  // A probe has a port also where nobody is asked.
  const httpGet = { path: "/healthz", port: pulumi.output(port).apply((known) => known || 1) };
  const readinessProbe = { httpGet, periodSeconds: 5, failureThreshold: 2 };
  // Virtual nodes run no Calico.
  const real = { matchExpressions: [{ key: "type", operator: "NotIn", values: ["virtual-kubelet"] }] };
  return declare(
    context,
    "witness",
    DaemonSet,
    before,
    {
      metadata: {
        ...daemonSet,
        labels,
        // What the patches have taken is taken back. Waiting is for them alone: a refresh that finds a node which does not
        // answer must not hold the way back.
        annotations: skipAwaitAnnotations,
      },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
        template: {
          metadata: { labels },
          spec: {
            hostNetwork: true,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 0,
            tolerations: [{ operator: "Exists" }],
            nodeSelector: nowhere,
            affinity: {
              nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [real] } },
            },
            containers: [{ name: "felix", image, resources, securityContext, readinessProbe }],
          },
        },
      },
    },
    { ignoreChanges: [asItIs ? "spec" : "spec.template.spec.nodeSelector"] },
  );
}

/**
 * Behind the gate: done when Felix of every node has answered. The pods stay, and ask the nodes that come later as well; no
 * node is asked where there is nothing to ask. It is asked again after each switch, and of another image or port. Late in
 * the wait the way out is said, for of a wait that runs out the Kubernetes provider says no more than that.
 */
export function proof(
  context: LayerContext,
  calico: Calico,
  plan: ProofPlan,
  generation: pulumi.Input<string>,
  gate: pulumi.Resource,
): DaemonSetPatch {
  const askable = pulumi
    .all([calico.version, plan.port])
    .apply(([version, port]) => missingUntil(version, portField) === undefined && port !== 0);
  const mark = pulumi.interpolate`${generation}/${plan.port}/${plan.image}`;
  const selector = askable.apply((yes) => (yes ? everywhere : nowhere));
  const made = sendWitness(context, witness(context, plan, gate), "", mark, selector);
  if (pulumi.runtime.isDryRun()) return made;
  pulumi.all([askable, calico.version]).apply(([yes, version]) => {
    if (yes) return;
    void pulumi.log.warn(
      `not proven node by node: Felix of Calico ${version} answers on no port that tells eBPF from iptables (it does from ` +
        `${firstRelease[portField]} on, unless felix.${portField} is 0). What the operator reports is all that was looked at.`,
      made,
    );
  });
  // With these the provider begins to wait.
  pulumi.all([context.wait, plan.image, gate.urn]).apply(([wait]) => {
    const late = 0.8 * Number(wait);
    const [seconds, unit] = Number(wait) < 180 ? [1, "seconds"] : [60, "minutes"];
    const wayOut =
      `${context.name}-proof has waited ${Math.round(late / seconds)} of ${Math.round(Number(wait) / seconds)} ${unit} for Felix ` +
      "to answer in eBPF mode on every node. `npx aks-calico-ebpf status` names the nodes on which it does not: iptables may " +
      "run there. Where admission forbids pods with hostNetwork, `proof: false` leaves the proof out " +
      "(docs/troubleshooting.md, A node does not prove that eBPF is on).";
    // On the component: what is still being made has no URN yet.
    const hint = () => void pulumi.log.warn(wayOut, context.options.parent);
    const timer = setTimeout(hint, late * 1000).unref();
    made.urn.apply(() => clearTimeout(timer));
  });
  return made;
}

/** Options of the witness's patches: it takes back what is its own, or goes as a whole. */
const stays = { retainOnDelete: true };

/** On the way back: another port than that by which the witness asks, and than that by which it will. */
export const portBeside = (port: pulumi.Input<number>, asks: DaemonSet): pulumi.Output<number> =>
  pulumi.all([port, asks.spec]).apply(([next, { template }]) => {
    const asked = template.spec?.containers[0].readinessProbe?.httpGet?.port;
    const free = [0, 1, 2].map((more) => healthzPortBesideKubeProxy + more);
    return next && free.find((one) => one !== next && one !== asked)!;
  });

/** Of both patches of the witness on the way back, or each refresh would find the other's. */
const noneAnswers = (context: LayerContext): pulumi.Inputs =>
  waitForAnnotations(context, "felix-follows", context.rollout, "jsonpath={.status.numberReady}=0");

/**
 * On the way back: done when no node answers any more. Every Felix has followed its configuration then, and leaves
 * kube-proxy's rules alone.
 */
export function felixFollows(context: LayerContext, before: Dependency): DaemonSetPatch {
  const metadata = { ...daemonSet, annotations: noneAnswers(context) };
  return declare(context, "felix-follows", DaemonSetPatch, before, { metadata }, stays);
}

/** On the way back, at its end: there is nothing to witness. */
export const witnessParked = (context: LayerContext, before: Dependency): DaemonSetPatch =>
  sendWitness(context, before, noneAnswers(context)["pulumi.com/waitFor"], "parked", nowhere);

/** One layer in either direction, so that whatever is broken off is done again. */
function sendWitness(
  context: LayerContext,
  before: Dependency,
  waitFor: pulumi.Input<string>,
  mark: pulumi.Input<string>,
  nodeSelector: pulumi.Input<Record<string, string>>,
): DaemonSetPatch {
  const annotations = {
    ...timeoutAnnotations(context),
    "pulumi.com/waitFor": waitFor,
    [`${ourPrefix}/proof`]: pulumi.interpolate`${context.rollout}/${mark}`,
  };
  const args = { metadata: { ...daemonSet, annotations }, spec: { template: { spec: { nodeSelector } } } };
  return declare(context, "proof", DaemonSetPatch, before, args, stays);
}
