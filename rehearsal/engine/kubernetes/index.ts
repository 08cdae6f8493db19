// The Kubernetes provider of the rehearsal: the rules of pulumi-kubernetes 4.34 against a real API server.

import type { Provider } from "../provider";
import { parseConfig } from "./config";
import { connect } from "./provider";
import { diffProviderConfig } from "./providerDiff";

export { diffProviderConfig };

const secretOutputs: Record<string, string[]> = {
  "kubernetes:core/v1:Secret": ["data", "stringData"],
  "kubernetes:core/v1:SecretPatch": ["data", "stringData"],
  // A kubeconfig carries credentials, whether the program says that it is a secret or not.
  "pulumi:providers:kubernetes": ["kubeconfig"],
};

/** Serves every type token `kubernetes:<group>/<version>:<Kind>` and `...<Kind>Patch`. */
export function kubernetesProvider(): Provider {
  return {
    pkg: "kubernetes",
    secretOutputs: (type) => secretOutputs[type] ?? [],
    diffConfig: diffProviderConfig,
    configure: async (inputs) => connect(parseConfig(inputs)),
  };
}
