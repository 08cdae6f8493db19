import { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { isOfKind } from "../../resourceTypes";
import { isKubeconfigWithKey, isSecret, textsIn } from "../../secrets";
import { read, Unknown } from "../../unknown";

/** What gives a secret away, whatever it is called. */
const marks: [RegExp, string][] = [
  [/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, "a private key"],
  [/\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}/, "a connection string with its key"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a token"],
];

/** Names under which people keep one, where a value follows and not the place of one. */
const secretName =
  /(^|[-_.])(password|passwd|client[-_]?secret|secret[-_]?key|access[-_]?token|api[-_]?key)$/i;
const elsewhere = /^$|^[/$<{]|^(true|false)$/i;

function whatIn(args: ResourceValidationArgs, path: string[], text: string): string | undefined {
  if (isSecret(args.props, path)) return "a secret of the program";
  if (read(args.props, ...path) === Unknown) return undefined;
  if (isKubeconfigWithKey(text)) return "a kubeconfig with a key";
  const mark = marks.find(([pattern]) => pattern.test(text));
  if (mark) return mark[1];
  return secretName.test(path[path.length - 1]) && !elsewhere.test(text.trim())
    ? "a secret by its name"
    : undefined;
}

/**
 * No ConfigMap holds a secret: what Pulumi keeps as one, private keys, connection strings, tokens.
 *
 * @severity high
 * @topics secrets, kubernetes
 * @link https://kubernetes.io/docs/concepts/configuration/secret/
 */
export const noSecretInConfigMap: ResourceValidationPolicy = {
  name: "hygiene-no-secret-in-configmap",
  displayName: "Hygiene: no secret in a ConfigMap",
  description: "A ConfigMap must not hold a secret.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["baseline", "hygiene", "secrets"],
  remediationSteps:
    "Declare a `Secret` with `stringData: { KEY: value }` in place of the ConfigMap and read it from there, or mount it " +
    "from Key Vault.",
  url: "https://kubernetes.io/docs/concepts/configuration/secret/",
  validateResource: (args, reportViolation) => {
    if (!isOfKind(args, "ConfigMap", /^(core\/)?v1$/)) return;
    for (const { path, text } of textsIn(args.props)) {
      if (path[0] !== "data" && path[0] !== "binaryData") continue;
      const what = whatIn(args, path, text);
      if (what === undefined) continue;
      reportViolation(
        `${path.join(".")} is ${what}. Whoever may list ConfigMaps reads it, and it is encrypted neither in etcd nor in ` +
          `the state. Write a Secret with \`stringData: { ${JSON.stringify(path[path.length - 1])}: ... }\` instead.`,
      );
    }
  },
};
