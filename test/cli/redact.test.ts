// What is a secret is taken out wherever it stands, and what is not stays.
import assert from "node:assert/strict";
import fc from "fast-check";
import { mark, redact, redactText } from "../../cli/diags/redact";

const pem = (kind: string, core: string) => {
  const line = core.padEnd(64, "A");
  return `-----BEGIN ${kind}-----\n${line}\n${line}\n-----END ${kind}-----`;
};
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** How a secret stands in a log or another text, by what it is. */
const inText: Record<string, (core: string) => string> = {
  "a bearer token": (core) => `GET /api Authorization: Bearer ${core}`,
  "a bearer token, as Go prints headers": (core) => `map[Accept:[*/*] Authorization:[Bearer ${core}]]`,
  "a bearer token that nothing names": (core) => `sent bearer ${core} to it`,
  "basic authentication": (core) => `> Authorization: Basic ${core}==`,
  "a list in Go": (core) => `tokens=[abc ${core} def] next`,
  "a JSON Web Token": (core) => `got eyJhbGciOiJSUzI1NiJ9.eyJ${core}.${core}-_x for it`,
  "a certificate": (core) => pem("CERTIFICATE", core),
  "a private key": (core) => pem("RSA PRIVATE KEY", core),
  "a private key in JSON": (core) => JSON.stringify({ crt: pem("PRIVATE KEY", core) }),
  "a private key whose end is missing": (core) => `-----BEGIN EC PRIVATE KEY-----\n${core.padEnd(64, "A")}`,
  "a private key whose beginning is missing": (core) =>
    `${core.padEnd(64, "A")}\n-----END EC PRIVATE KEY-----`,
  "a private key whose lines begin with the time": (core) =>
    pem("PRIVATE KEY", core).replace(/^/gm, "I1127 14:39:47.123 main.go:12] "),
  "a certificate in DER": (core) => `crt MIID${core.padEnd(120, "A")}==`,
  "a PEM block in base64": (core) => `caBundle ${base64(pem("CERTIFICATE", core))}`,
  "a kubeconfig": (core) => `users:\n- name: x\n  user:\n    client-key-data: ${core}\n    token: ${core}`,
  "a kubeconfig in JSON": (core) => JSON.stringify({ user: { "client-key-data": core, token: core } }),
  "a password with spaces in quotes": (core) => `login password="${core} \\"${core}" host=web`,
  "a password in YAML": (core) => `  password: ${core} ${core}`,
  "a YAML block": (core) => `secret: |\n  ${core}\n  ${core}\nhost: web`,
  "JSON in JSON": (core) => JSON.stringify({ msg: JSON.stringify({ clientSecret: `${core}"${core}` }) }),
  "a flag": (core) => `running: /bin/x --client-secret ${core} --token=${core}`,
  "an environment variable in JSON": (core) => JSON.stringify({ name: "DB_PASSWORD", value: core }),
  "an environment variable in Go": (core) => `{Name:DB_PASSWORD Value:${core} ValueFrom:nil}`,
  "an environment variable in YAML": (core) => `- name: API_KEY\n  value: ${core}`,
  "a shared access signature": (core) => `https://a.blob.core.windows.net/c?sv=2024&sig=${core}%3D&se=2026`,
  "an account key": (core) =>
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${core}==;EndpointSuffix=x`,
  "a connection string": (core) => `Endpoint=sb://a.net/;SharedAccessKeyName=Root;SharedAccessKey=${core}=`,
  "a client secret of Entra": (core) => `from ${"abc8Q~" + core.slice(0, 20) + "a".repeat(14)} to`,
  "a key of 64 bytes": (core) => `using ${core.padEnd(86, "A")}== now`,
  "who logs in, in a URL": (core) => `proxy http://bob:${core}@proxy.corp:3128/`,
  "a token as a user": (core) => `cloning https://${core}@github.com/x/y`,
};

const innocent = [
  "2026-11-27 14:39:47.123 [INFO][59] felix/int_dataplane.go 1023: BPF enabled, starting BPF endpoint manager",
  "https://stays-dns-1a2b3c4d.hcp.westeurope.azmk8s.io:443/healthz?timeout=10s&verbose",
  `mcr.microsoft.com/oss/calico/node:v3.31.2@sha256:${"0123456789abcdef".repeat(4)}`,
  "uid: 6f3e1c9a-52b1-4f0e-9d61-0d2f7a1b3c4d, node aks-system-12345678-vmss000000, 10.224.0.33",
  "providerID: azure:///subscriptions/6f3e1c9a-52b1-4f0e-9d61-0d2f7a1b3c4d/resourceGroups/mc_x",
  'key="calico-system/calico-node" controller="tigera-installation-controller" topologyKey: kubernetes.io/hostname',
  "invalid bearer token, Unauthorized; password authentication is off",
  "--tls-private-key-file=/node-certs/tls.key secretName: node-certs automountServiceAccountToken: false",
  '{"level":"info","logger":"controller_installation","msg":"Reconciling","hash":"a3f5c1d2e4b6978812345678"}',
];

/** Letters and digits, as in most secrets; never by chance a part of something else. */
const core = fc
  .stringMatching(/^[A-Za-z0-9]{20}$/)
  .map((text) => `9z${text}`)
  .filter((text) => /[a-z].*\d/i.test(text));

describe("redaction of texts", () => {
  for (const [what, write] of Object.entries(inText))
    it(what, () => {
      const text = write("9zT0pS3cr3tC0re7h1ng42");
      assert.ok(text.includes("9zT0pS3cr3tC0re7h1ng") || what.includes("base64"), "it is planted");
      const redacted = redactText(text);
      assert.ok(redacted.includes(mark), redacted);
      assert.ok(!redacted.includes("3cr3tC0re"), redacted);
      assert.ok(!redacted.includes(base64(text).slice(40, 80)), redacted);
    });

  for (const line of innocent) it(`leaves ${line.slice(0, 60)}`, () => assert.equal(redactText(line), line));

  it("leaves what stands beside a secret", () => {
    const text = redactText(
      "Password=x1;Server=db.corp,1433; url=https://a/?sig=abc&se=2026 password: hunter2",
    );
    assert.equal(
      text,
      `Password=${mark};Server=db.corp,1433; url=https://a/?sig=${mark}&se=2026 password: ${mark}`,
    );
  });

  it("whatever it stands between", () => {
    // What misses its end goes to the next one; a text has it at its own end only.
    const whole = Object.entries(inText).flatMap(([what, write]) => (/missing/.test(what) ? [] : [write]));
    const line = fc.oneof(
      fc.constantFrom(...innocent).map((text) => ({ text, secret: undefined })),
      fc.tuple(fc.constantFrom(...whole), core).map(([write, secret]) => ({
        text: write(secret),
        secret,
      })),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const redacted = redactText(lines.map(({ text }) => text).join("\n"));
        for (const { text, secret } of lines)
          if (secret === undefined) assert.ok(redacted.split("\n").includes(text), `${text}\n\n${redacted}`);
          else assert.ok(!redacted.includes(secret.slice(0, 20)), redacted);
      }),
      { numRuns: 500 },
    );
  });

  it("is done soon with what is long", () => {
    const begun = process.cpuUsage();
    for (const piece of [
      "a",
      "A=",
      "name: a ",
      '\\"',
      "-----BEGIN X-----\n",
      "AAAAAAAAAAAAAAAAAAAAAAAA\n",
      "a.",
    ])
      redactText(piece.repeat(200_000 / piece.length));
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 5_000_000, `${user} µs`);
  });
});

describe("redaction of objects", () => {
  const secret = "hunter2 of T0pS3cr3t";
  const podSpec = {
    containers: [
      {
        name: "calico-node",
        image: innocent[2],
        args: [
          "--password",
          secret,
          `--api-key=${secret}`,
          "--tls-private-key-file=/node-certs/tls.key",
          "-v",
        ],
        env: [
          { name: "DB_PASSWORD", value: secret },
          { name: "ENCRYPTION_KEY", value: secret },
          { name: "STORAGE_SAS", value: secret },
          { name: "AZURE_STORAGE_CONNECTION_STRING", value: secret },
          { name: "KUBERNETES_SERVICE_HOST", value: "stays.hcp.westeurope.azmk8s.io" },
          { name: "FELIX_TYPHAKEYFILE", value: "/node-certs/tls.key" },
          { name: "NODE_TOKEN", valueFrom: { secretKeyRef: { name: "tokens", key: "token" } } },
        ],
      },
    ],
    tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
    volumes: [
      { name: "certs", secret: { secretName: "node-certs", items: [{ key: "tls.key", path: "k" }] } },
    ],
    affinity: [{ topologyKey: "kubernetes.io/hostname" }],
    automountServiceAccountToken: true,
  };
  const object = {
    metadata: {
      name: "calico-node",
      uid: "6f3e1c9a-52b1-4f0e-9d61-0d2f7a1b3c4d",
      annotations: {
        "example.com/api-token": secret,
        "example.com/key": secret,
        "hash.operator.tigera.io/tigera-ca-private": "a3f5c1d2",
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ spec: podSpec }),
      },
      managedFields: [{ manager: "pulumi", fieldsV1: { "f:data": { "f:password": {} } } }],
    },
    data: { password: secret, "config.json": JSON.stringify({ auths: { x: { password: secret } } }) },
    webhooks: [{ clientConfig: { caBundle: base64(secret) } }],
    spec: podSpec,
    kubeconfig: { users: [{ user: { token: secret, "client-certificate-data": base64(secret) } }] },
    pin: { password: 987654321 },
  };

  it("takes every secret out", () => {
    const text = JSON.stringify(redact(object));
    for (const one of [secret, "T0pS3cr3t", base64(secret), "987654321"])
      assert.ok(!text.includes(one), text);
  });

  it("leaves everything else as it is", () => {
    const { metadata, spec } = redact(object);
    const [{ args, env, image }] = spec.containers;
    assert.equal(image, innocent[2]);
    assert.deepEqual(args, ["--password", mark, `--api-key=${mark}`, ...podSpec.containers[0].args.slice(3)]);
    assert.deepEqual(env.slice(4), podSpec.containers[0].env.slice(4));
    for (const field of ["tolerations", "volumes", "affinity", "automountServiceAccountToken"] as const)
      assert.deepEqual(spec[field], podSpec[field]);
    assert.deepEqual(metadata.managedFields, object.metadata.managedFields);
    assert.equal(metadata.annotations["hash.operator.tigera.io/tigera-ca-private"], "a3f5c1d2");
    const applied = JSON.parse(metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]);
    assert.deepEqual(applied.spec, spec);
  });
});
