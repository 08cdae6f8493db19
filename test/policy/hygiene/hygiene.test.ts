import { kubeconfigSecret, noSecretInConfigMap, providerPinned } from "../../../policy/policies/hygiene";
import { type Declared, secret, unknown } from "../judge";
import { resources, stacks } from "../stacks";
import { withKey, withoutKey } from "./kubeconfigs";

const kubernetes = "pulumi:providers:kubernetes";
const provider = (props: object, name?: string): Declared => ({ type: kubernetes, name, props });
const notSet = [
  /^clusterIdentifier is not set\. .* replaces every layer of a living data plane/,
  /Write `clusterIdentifier: cluster\.id` beside `kubeconfig`; where the cluster is somebody else's, a name that never changes\.$/,
];
resources(
  providerPinned,
  "refuses a Kubernetes provider without clusterIdentifier, if it is not to write files",
  {
    right: [
      provider({ clusterIdentifier: "aks" }),
      provider({ clusterIdentifier: unknown }),
      provider({ renderYamlToDirectory: "out" }),
      { type: "pulumi:providers:azure-native", props: {} },
    ],
    wrong: [{ kubeconfig: "k" }, { kubeconfig: unknown, clusterIdentifier: "" }, {}].map((props) => [
      provider(props),
      ...notSet,
    ]),
  },
);
resources(providerPinned, "leaves default providers alone", {
  right: ["default", "default_4_33_1"].map((name) => provider({}, name)),
});
const inside = (component: string): Declared[] => [
  { type: component, name: "component" },
  { ...provider({}, "inside"), parent: "component" },
];
stacks(providerPinned, "leaves to their authors what components of others make", {
  right: [inside("somebody:index:Platform"), inside("acme:platform:Cluster")],
  wrong: [[inside("project:index:Platform"), "inside", "clusterIdentifier is not set"]],
});
stacks(providerPinned, "judges components that the team says are its own", {
  config: { components: ["acme:*", "corp:aks:Cluster"] },
  right: [inside("somebody:index:Platform"), inside("corp:aks:Other")],
  wrong: ["acme:platform:Cluster", "corp:aks:Cluster"].map((type) => [inside(type), "inside"]),
});

const declared = (type: string, props: object): Declared[] => [{ type, name: "it", props }];
const outputs = (props: object) => declared("pulumi:pulumi:Stack", props);
const json = JSON.stringify({ clusters: [], users: [{ user: { token: "0123" } }] });
stacks(kubeconfigSecret, "refuses a kubeconfig with a key that is no secret, wherever it stands", {
  right: [
    outputs({ kubeconfig: secret(withKey) }),
    outputs({ clusters: secret([{ kubeconfig: withKey }]) }),
    outputs({ clusters: [{ kubeconfig: secret(withKey) }] }),
    outputs({ kubeconfig: withoutKey, note: "token: of what?" }),
    outputs({ kubeconfig: unknown }),
  ],
  wrong: [
    [
      outputs({ kubeconfig: Buffer.from(withKey).toString("base64") }),
      "it",
      /^The stack's output kubeconfig/,
    ],
    [
      outputs({ name: "aks", kubeconfig: withKey }),
      "it",
      /^The stack's output kubeconfig is a kubeconfig with a key in it, and no secret/,
      "Write `pulumi.secret(...)` around it",
    ],
    [outputs({ clusters: [{ admin: withKey }] }), "it", /^The stack's output clusters\[0\]\.admin is/],
    [outputs({ other: secret("x"), kubeconfig: withKey }), "it"],
    [declared(kubernetes, { kubeconfig: withKey }), "it", /^it: kubeconfig is a kubeconfig with a key in it/],
    [declared("aks-calico-ebpf:index:AksCluster", { kubeconfig: json }), "it"],
  ],
});

const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLWl0c2VsZg";
const refused: [name: string, value: unknown, what: string][] = [
  ["host", secret("10.0.0.1"), "a secret of the program"],
  ["host", secret(unknown), "a secret of the program"],
  ["config", withKey, "a kubeconfig with a key"],
  ["tls.key", key, "a private key"],
  ["storage", `AccountName=a;AccountKey=${"a".repeat(86)}==`, "a connection string with its key"],
  ["bearer", jwt, "a token"],
  ["DB_PASSWORD", "hunter2", "a secret by its name"],
  ["apiKey", "0123", "a secret by its name"],
];
const settings: unknown[] = [
  { REQUIRE_PASSWORD: "1", "login.password": "Your password", ACCESS_TOKEN: "vault:secret/data/app#token" },
  { KUBERNETES_SERVICE_HOST: "aks.hcp.westeurope.azmk8s.io", KUBERNETES_SERVICE_PORT: "443" },
  { password: "/mnt/secrets/password", apiKey: "$(API_KEY)", "db-password": "", api_key: "true" },
  { kubeconfig: withoutKey, password: unknown, "ca.crt": "-----BEGIN CERTIFICATE-----" },
  unknown,
];
const data = { password: "hunter2" };
const object = (type: string, props: object): Declared => ({ type: `kubernetes:${type}`, props });
for (const type of ["core/v1:ConfigMap", "core/v1:ConfigMapPatch"]) {
  resources(noSecretInConfigMap, `refuses secrets in ${type}, and in nothing else`, {
    right: [
      ...settings.map((one) => object(type, { data: one })),
      object(type, { metadata: { annotations: { "my.org/password": "hunter2" } } }),
      object("core/v1:Secret", { data }),
      object(type, {
        metadata: { name: "kubernetes-services-endpoint", namespace: "tigera-operator" },
        data: { KUBERNETES_SERVICE_HOST: secret("aks.hcp.westeurope.azmk8s.io") },
      }),
      object("my.org/v1:ConfigMap", { data }),
    ],
    wrong: [
      ...refused.map(([name, value, what]): [Declared, ...string[]] => [
        object(type, { metadata: { name: "settings" }, data: { region: "westeurope", [name]: value } }),
        `data.${name} is ${what}. Whoever may list ConfigMaps reads it`,
        `Write a Secret with \`stringData: { "${name}": ... }\` instead.`,
      ]),
      // All of data is secret.
      [object(type, { data: secret({ host: "10.0.0.1" }) })],
    ],
  });
}
