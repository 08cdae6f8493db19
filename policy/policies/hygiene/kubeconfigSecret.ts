import { StackValidationPolicy } from "@pulumi/policy";
import { isKubeconfigWithKey, isSecret, textsIn } from "../../secrets";

/** How a program reads a path: `clusters[0].kubeconfig`. */
function written(path: string[]): string {
  return path.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join("");
}

/**
 * A kubeconfig with a key in it is a secret wherever it stands: in the stack's outputs, in those of a component, in a
 * provider's arguments. What a preview does not know is judged by the update.
 *
 * @severity high
 * @topics secrets, kubernetes
 * @link https://www.pulumi.com/docs/iac/concepts/secrets/
 */
export const kubeconfigSecret: StackValidationPolicy = {
  name: "hygiene-kubeconfig-secret",
  displayName: "Hygiene: kubeconfigs are secret",
  description: "A kubeconfig with a key in it must be a secret, also as an output of the stack.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["baseline", "hygiene", "secrets"],
  remediationSteps:
    "Write `pulumi.secret(...)` around the kubeconfig where the program gets it, such as `new Provider(NAME, { " +
    "kubeconfig: pulumi.secret(kubeconfig) })` and `export const kubeconfig = pulumi.secret(cluster.kubeconfig)`, and " +
    "have the credentials replaced that are in the state already (`az aks rotate-certs`).",
  url: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  validateStack: (args, reportViolation) => {
    for (const resource of args.resources) {
      for (const { path, text } of textsIn(resource.props)) {
        if (!isKubeconfigWithKey(text) || isSecret(resource.props, path) !== false) continue;
        const where = resource.type === "pulumi:pulumi:Stack" ? "The stack's output" : `${resource.name}:`;
        reportViolation(
          `${where} ${written(path)} is a kubeconfig with a key in it, and no secret: it stands in plain text in the ` +
            "state, in logs and on the screen, and opens the cluster to whoever reads it. Write " +
            "`pulumi.secret(...)` around it, and have AKS replace the key that was written down.",
          resource.urn,
        );
      }
    }
  },
};
