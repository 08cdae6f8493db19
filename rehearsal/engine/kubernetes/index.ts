// The Kubernetes provider of the rehearsal: the rules of pulumi-kubernetes 4.34 against a real API server.

import { realHelm, type Helm } from "../../helm";
import type { Provider } from "../provider";
import { parseConfig } from "./config";
import { connect } from "./connect";
import { diffProviderConfig } from "./providerDiff";

export { diffProviderConfig };

const secretOutputs: Record<string, string[]> = {
  "kubernetes:core/v1:Secret": ["data", "stringData"],
  "kubernetes:core/v1:SecretPatch": ["data", "stringData"],
  // A kubeconfig carries credentials, whether the program says that it is a secret or not.
  "pulumi:providers:kubernetes": ["kubeconfig"],
};

export interface KubernetesProviderOptions {
  /** Folder that a relative path of a release's chart starts from: the program's. Default: the working directory. */
  readonly folder?: string;
  /** Default: the real one, found or built when a release needs it. */
  readonly helm?: Helm;
}

/** Serves every type token `kubernetes:<group>/<version>:<Kind>`, `...<Kind>Patch`, and `kubernetes:helm.sh/v3:Release`. */
export function kubernetesProvider(options: KubernetesProviderOptions = {}): Provider {
  const helm = options.helm ?? realHelm(options.folder ?? process.cwd());
  return {
    pkg: "kubernetes",
    secretOutputs: (type) => secretOutputs[type] ?? [],
    diffConfig: diffProviderConfig,
    configure: async (inputs) => connect(parseConfig(inputs), helm),
  };
}
