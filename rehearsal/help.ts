// What the rehearsal's command line offers, in words.
import { faultKinds } from "./faults";

export const verbs = {
  rehearse: "up, show and verify; leaves the control plane running (what runs without a verb)",
  preview: "what `up` would do; touches nothing",
  up: "create or update what the program declares",
  refresh: "read the state anew from the cluster and from what the Azure stand-in holds",
  verify: "the table of checks alone, on the running control plane",
  export: "print the state as `pulumi stack export` does (secrets stay encrypted)",
  destroy: "run the program's destroy",
  down: "end every process of the stack and remove its state",
  cluster: "only make a cluster as anybody may have it and print its KUBECONFIG and its names in Azure",
} as const;
/** The AKS clusters that the component's modes begin with. */
export const clusterModes = {
  AzureManaged: { networkPlugin: "azure", networkPolicy: "calico" },
  SelfManaged: { networkPlugin: "azure", networkPolicy: "none" },
  CalicoCni: { networkPlugin: "none", networkPolicy: "none" },
} as const;
export type ClusterMode = keyof typeof clusterModes;

export const help = `usage: npm run rehearse -- [VERB] [OPTIONS]

Runs the Pulumi program of this folder against a real Kubernetes control plane on this machine:
no Azure account, no Pulumi CLI. Nothing of Azure or of network packets is simulated.

verbs
${Object.entries(verbs)
  .map(([verb, text]) => `  ${verb === "rehearse" ? "(none)" : verb}`.padEnd(12) + text)
  .join("\n")}

options
  -s, --stack NAME          the Pulumi stack (default: dev)
  -C, --cwd DIR             the folder with Pulumi.yaml (default: this repository)
      --state-dir DIR       where rehearsals keep their state (default: .rehearsal in the repository)
      --nodes N             nodes in all, 1 to 500, in place of what the program asks for
      --rollout-seconds S   seconds each calico-node pod takes to get ready (default: 0)
      --status-lag S        seconds the operator's conditions lag behind (default: 1)
      --calico-version V    the Calico that AKS brings, 3.28.0 or newer (default: 3.31.2)
      --no-operator         leave the operator stand-in out, to run a real operator instead
      --mode MODE           of \`cluster\`: an AKS cluster for ${Object.keys(clusterModes).join(", ")} (default: AzureManaged)
      --no-kube-proxy       of \`cluster\`: one that was made without kube-proxy; only with --mode CalicoCni
      --fault NAME[@LAYER]  let something go wrong in this run, when LAYER starts; may be repeated (list below)
      --policy-pack DIR     let a Pulumi policy pack judge the run; \`up\` begins with a preview then; may be repeated
      --policy-pack-config FILE
                            its levels and settings, JSON as the CLI takes it; one for each pack, in their order
  -c, --config KEY=VALUE    a config value in place of the one in Pulumi.<stack>.yaml; may be repeated
  -r, --refresh             read the state anew before up, preview or destroy
  -p, --parallel N          resources at a time (default: 16)
  -h, --help                this text

faults
${Object.entries(faultKinds)
  .map(([name, { text }]) => `  ${name}`.padEnd(26) + text)
  .join("\n")}`;
