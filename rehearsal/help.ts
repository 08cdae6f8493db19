// What the rehearsal's command line offers, in words.
import { faultKinds } from "./faults";

/** The rehearsal's own verbs; the CLI's four stand before them in the help. */
export const ownVerbs = {
  verify: "the table of checks alone: `aks-calico-ebpf status` on each cluster that runs",
  report: "one HTML page of the stack, its last run and its checks: `aks-calico-ebpf report`",
  cluster: "only make a cluster as anybody may have it; prints its KUBECONFIG and its names in Azure",
  down: "end every process of the stack and remove its state",
  pulumi: "any other command of the CLI, in the stack's environment: `pulumi stack export`",
  env: 'print the exports with which a shell goes on by hand: eval "$(npm run -s rehearse -- env)"',
} as const;
export const pulumiVerbs = ["preview", "up", "refresh", "destroy"] as const;

/** The AKS clusters that the component's modes begin with. */
export const clusterModes = {
  AzureManaged: { networkPlugin: "azure", networkPolicy: "calico" },
  SelfManaged: { networkPlugin: "azure", networkPolicy: "none" },
  CalicoCni: { networkPlugin: "none", networkPolicy: "none" },
} as const;
export type ClusterMode = keyof typeof clusterModes;

const list = (entries: readonly (readonly [string, string])[]) =>
  entries.map(([name, text]) => `  ${name.padEnd(28)}${text}`).join("\n");

export const help = `usage: npm run rehearse -- [OPTIONS] [VERB [PULUMI'S OPTIONS]]

Runs the Pulumi program of this folder with the real Pulumi CLI against a real Kubernetes control plane on this
machine; Azure and Calico's operator are stand-ins.

verbs
${list([
  ["(none)", "pulumi up --yes, then the table of checks; the control plane keeps running"],
  [pulumiVerbs.join("|"), "pulumi's own, with every option that it has: up --diff --refresh"],
  ...Object.entries(ownVerbs),
])}

options, before the verb
  -s, --stack NAME          the stack (default: dev)
  -C, --cwd DIR             the folder with Pulumi.yaml (default: this repository)
      --state-dir DIR       where rehearsals keep their state (default: .rehearsal in the repository)
      --nodes N             nodes in all, 1 to 500, in place of what the program asks for
      --rollout-seconds S   seconds each calico-node pod takes to get ready (default: 0)
      --status-lag S        seconds the operator's conditions lag behind (default: 1)
      --calico-version V    the Calico that AKS brings, 3.28.0 or newer (default: 3.31.2)
      --native-v3-crds      it serves projectcalico.org/v3 and no crd.projectcalico.org/v1
      --no-operator         leave the operator stand-in out, to run a real operator instead
      --real-charts         fetch Calico's chart from its repository instead of the stand-in
      --mode MODE           of \`cluster\`: ${Object.keys(clusterModes).join(", ")} (default: AzureManaged)
      --no-kube-proxy       of \`cluster\`: one that was made without kube-proxy; only with --mode CalicoCni
      --fault NAME[@LAYER]  let something go wrong when the cluster is ready, or when LAYER (felix) starts; repeatable
  -h, --help                this text

faults
${list(Object.entries(faultKinds))}`;
