// How the program itself treats secrets and clusters.
import { endpoint, isConfigMap } from "../calicoObjects";
import { hygiene, resourcePolicy, stackPolicy } from "../define";
import { textsKnob } from "../knobs";
import { isKubeconfigWithKey, isSecret, textsIn } from "../secrets";
import { read, Unknown } from "../unknown";

/** How a program reads a path: `clusters[0].kubeconfig`. */
function written(path: string[]): string {
  return path.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join("");
}

export const kubeconfigSecret = stackPolicy({
  name: "hygiene-kubeconfig-secret",
  wants: "A kubeconfig with a key in it must be a secret, also as an output of the stack.",
  why: "It stands in plain text in the state, in logs and on the screen, and opens the cluster to whoever reads it.",
  write:
    "Write `pulumi.secret(...)` around it, and have the key that was written down replaced (`az aks rotate-certs`).",
  ...hygiene("high"),
  url: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  *judge({ resources }) {
    for (const of of resources) {
      for (const { path, text } of textsIn(of.live)) {
        if (!isKubeconfigWithKey(text) || isSecret(of.live, path)) continue;
        const where = of.type === "pulumi:pulumi:Stack" ? "The stack's output" : `${of.name}:`;
        yield { found: `${where} ${written(path)} is a kubeconfig with a key in it, and no secret`, of };
      }
    }
  },
});

/** What gives a secret away, whatever it is called. */
const marks: [RegExp, string][] = [
  [/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, "a private key"],
  [/\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}/, "a connection string with its key"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a token"],
];

/** Names under which people keep one, where a value follows and not the place of one. */
const secretName =
  /(^|[-_.])(password|passwd|client[-_]?secret|secret[-_]?key|access[-_]?token|api[-_]?key)$/i;
/** Where it is kept, a switch, or words for people. */
const elsewhere = /^$|^[/$<{]|^(true|false|\d)$|^(vault:|ref\+)|\s/i;

function whatIn(props: any, path: string[], text: string): string | undefined {
  if (isSecret(props, path)) return "a secret of the program";
  if (read(props, ...path) === Unknown) return undefined;
  if (isKubeconfigWithKey(text)) return "a kubeconfig with a key";
  const mark = marks.find(([pattern]) => pattern.test(text));
  if (mark) return mark[1];
  const isNamedSo = secretName.test(path[path.length - 1]) && !elsewhere.test(text.trim());
  return isNamedSo ? "a secret by its name" : undefined;
}

export const noSecretInConfigMap = resourcePolicy({
  name: "hygiene-no-secret-in-configmap",
  wants: "A ConfigMap must not hold a secret.",
  why: "Whoever may list ConfigMaps reads it, and it is encrypted neither in etcd nor in the state.",
  write: "Write a Secret with `stringData` instead, or mount it from Key Vault.",
  ...hygiene("high"),
  url: "https://kubernetes.io/docs/concepts/configuration/secret/",
  judge: (args) => {
    // The API server's host, read from a secret kubeconfig, is none: and Calico's operator reads a ConfigMap.
    const texts = isConfigMap(args) && !endpoint(args) ? textsIn(args.props) : [];
    return texts.map(({ path, text }) => {
      const what = /^(data|binaryData)$/.test(path[0]) ? whatIn(args.props, path, text) : undefined;
      const write = `Write a Secret with \`stringData: { ${JSON.stringify(path[path.length - 1])}: ... }\` instead.`;
      return what === undefined ? undefined : { found: `${path.join(".")} is ${what}`, write };
    });
  },
});

const components = textsKnob(
  "components",
  "Types of components that your team writes, such as acme:platform:Cluster or acme:*, whose providers are judged too.",
);

/** The type of the component that a resource stands in, by its URN; undefined for what the program declares itself. */
function componentOf(urn: string): string | undefined {
  const types = urn.split("::")[2].split("$").slice(0, -1);
  return types.filter((type) => type !== "pulumi:pulumi:Stack").pop();
}

/** Source of the reason: pulumi-kubernetes#2745, #4019. Default providers, which Pulumi makes itself, are left alone. */
export const providerPinned = resourcePolicy({
  name: "hygiene-provider-pinned",
  wants: "A Kubernetes provider must name its cluster by clusterIdentifier.",
  why: "By its kubeconfig alone, a new certificate or token replaces every layer of a living data plane.",
  write:
    "Write `clusterIdentifier: cluster.id` beside `kubeconfig`; where the cluster is somebody else's, a name that never changes.",
  ...hygiene("high"),
  url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
  knobs: [components],
  judge: ({ type, name, urn, props, getConfig }) => {
    if (type !== "pulumi:providers:kubernetes" || /^default(_|$)/.test(name)) return undefined;
    if (read(props, "renderYamlToDirectory") !== undefined) return undefined;
    const [, , project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
    const component = componentOf(urn);
    const own = [`${project}:*`, ...components.of(getConfig())];
    const isOwn = own.some((one) =>
      one.endsWith("*") ? component?.startsWith(one.slice(0, -1)) : one === component,
    );
    if (component !== undefined && !isOwn) return undefined;
    const identifier = read(props, "clusterIdentifier");
    return identifier === undefined || identifier === ""
      ? { found: "clusterIdentifier is not set" }
      : undefined;
  },
});
