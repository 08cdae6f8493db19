import assert from "node:assert/strict";
import { kubeconfigSecret } from "../../../policy/policies/hygiene/kubeconfigSecret";
import { noSecretInConfigMap } from "../../../policy/policies/hygiene/noSecretInConfigMap";
import { judge, judgeStack, unknown } from "../judge";
import { received, secret, withKey, withoutKey } from "./wire";

describe("policy hygiene-kubeconfig-secret", () => {
  const stackType = "pulumi:pulumi:Stack";
  const of = (type: string, props: object) =>
    judgeStack(kubeconfigSecret, [{ type, name: "it", props: received(props) }]);

  it("refuses a kubeconfig in the stack's outputs that is no secret", async () => {
    const [violation, ...more] = await of(stackType, { name: "aks", kubeconfig: withKey });
    assert.deepEqual(more, []);
    assert.equal(violation.resource, "it");
    assert.match(
      violation.message,
      /^The stack's output kubeconfig is a kubeconfig with a key in it, and no secret/,
    );
    assert.match(violation.message, /Write `pulumi\.secret\(\.\.\.\)` around it/);
  });

  it("finds it under any name, deep inside, in a provider, as JSON", async () => {
    const [deep] = await of(stackType, { clusters: [{ admin: withKey }] });
    assert.match(deep.message, /^The stack's output clusters\[0\]\.admin is/);
    const [provider] = await of("pulumi:providers:kubernetes", { kubeconfig: withKey });
    assert.match(provider.message, /^it: kubeconfig is a kubeconfig with a key in it/);
    const json = JSON.stringify({ clusters: [], users: [{ user: { token: "0123" } }] });
    assert.equal((await of("aks-calico-ebpf:index:AksCluster", { kubeconfig: json })).length, 1);
  });

  it("accepts one that is secret, or in something that is", async () => {
    assert.deepEqual(await of(stackType, { kubeconfig: secret(withKey) }), []);
    assert.deepEqual(await of(stackType, { clusters: secret([{ kubeconfig: withKey }]) }), []);
    assert.deepEqual(await of(stackType, { clusters: [{ kubeconfig: secret(withKey) }] }), []);
    assert.equal((await of(stackType, { other: secret("x"), kubeconfig: withKey })).length, 1);
  });

  it("accepts one without a key, and says nothing of what is not known", async () => {
    assert.deepEqual(await of(stackType, { kubeconfig: withoutKey, note: "token: of what?" }), []);
    assert.deepEqual(await of(stackType, { kubeconfig: unknown }), []);
    const inProcess = [{ type: stackType, props: { kubeconfig: withKey } }];
    assert.deepEqual(
      await judgeStack(kubeconfigSecret, inProcess),
      [],
      "nobody has said whether it is secret",
    );
  });
});

describe("policy hygiene-no-secret-in-configmap", () => {
  const types = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];
  const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
  const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLWl0c2VsZg";
  const refused: [string, unknown, string][] = [
    ["host", secret("10.0.0.1"), "a secret of the program"],
    ["host", secret(unknown), "a secret of the program"],
    ["config", withKey, "a kubeconfig with a key"],
    ["tls.key", key, "a private key"],
    ["storage", `AccountName=a;AccountKey=${"a".repeat(86)}==`, "a connection string with its key"],
    ["bearer", jwt, "a token"],
    ["DB_PASSWORD", "hunter2", "a secret by its name"],
    ["apiKey", "0123", "a secret by its name"],
  ];
  for (const type of types) {
    it(`refuses secrets in ${type}`, async () => {
      for (const [name, value, what] of refused) {
        const props = received({
          metadata: { name: "settings" },
          data: { region: "westeurope", [name]: value },
        });
        const [message, ...more] = await judge(noSecretInConfigMap, type, props);
        assert.ok(
          message?.startsWith(`data.${name} is ${what}. Whoever may list ConfigMaps reads it`),
          `${name}: ${message}`,
        );
        assert.ok(
          message.includes(`Write a Secret with \`stringData: { "${name}": ... }\` instead.`),
          message,
        );
        assert.deepEqual(more, []);
      }
      const whole = received({ data: secret({ host: "10.0.0.1" }) });
      assert.equal((await judge(noSecretInConfigMap, type, whole)).length, 1, "all of data is secret");
    });

    it(`accepts settings, places of secrets and what is not known in ${type}`, async () => {
      for (const data of [
        { KUBERNETES_SERVICE_HOST: "aks.hcp.westeurope.azmk8s.io", KUBERNETES_SERVICE_PORT: "443" },
        { password: "/mnt/secrets/password", apiKey: "$(API_KEY)", "db-password": "", api_key: "true" },
        { kubeconfig: withoutKey, password: unknown, "ca.crt": "-----BEGIN CERTIFICATE-----" },
        unknown,
      ]) {
        assert.deepEqual(
          await judge(noSecretInConfigMap, type, received({ data })),
          [],
          JSON.stringify(data),
        );
        assert.deepEqual(await judge(noSecretInConfigMap, type, { data }), [], JSON.stringify(data));
      }
    });
  }

  it("leaves Secrets, and what else is not a ConfigMap's data, alone", async () => {
    const data = { password: "hunter2" };
    assert.deepEqual(await judge(noSecretInConfigMap, "kubernetes:core/v1:Secret", received({ data })), []);
    assert.deepEqual(
      await judge(noSecretInConfigMap, "kubernetes:my.org/v1:ConfigMap", received({ data })),
      [],
    );
    const metadata = { annotations: { "my.org/password": "hunter2" } };
    assert.deepEqual(await judge(noSecretInConfigMap, types[0], received({ metadata })), []);
  });
});
