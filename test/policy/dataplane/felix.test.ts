// What a FelixConfiguration must not say.
import assert from "node:assert/strict";
import { dsrAllowed, noHandWrittenBpfEnabled } from "../../../policy/policies/dataplane/felix";
import { type Declared, remediate, unknown } from "../judge";
import { resources } from "../stacks";
import { asYaml } from "./programs";

const spellings = [
  "kubernetes:crd.projectcalico.org/v1:FelixConfiguration",
  "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch",
  "kubernetes:projectcalico.org/v3:FelixConfiguration",
  "kubernetes:projectcalico.org/v3:FelixConfigurationPatch",
];
const others = [
  "kubernetes:crd.projectcalico.org/v1:BGPConfiguration",
  "kubernetes:example.org/v1:FelixConfiguration",
  "kubernetes:core/v1:ConfigMap",
  "random:index/randomString:RandomString",
];
const felix = (spec: unknown, type = spellings[0], metadata: unknown = { name: "default" }): Declared => ({
  type,
  props: { metadata, spec },
});
const chart = "kubernetes:helm.sh/v3:Release";
const release = (defaultFelixConfiguration: unknown): Declared => ({
  type: chart,
  props: { chart: "tigera-operator", values: { defaultFelixConfiguration } },
});
/** Its properties afterwards; undefined where they are left alone. */
const remedied = (policy: any, { type, props }: Declared, config?: object) =>
  remediate(policy, type, props!, config);

for (const type of spellings) {
  const byHand = (value: boolean): [Declared, ...(string | RegExp)[]] => [
    felix({ bpfEnabled: value }, type),
    `spec.bpfEnabled is written by hand (${value})`,
    "The operator (1.34 and later) owns this field, and goes Degraded",
    /Take bpfEnabled out, and write .*linuxDataplane: "BPF"/,
  ];
  // What our own readiness wait says must not be taken for a write.
  const waiting = {
    name: "default",
    annotations: { "pulumi.com/waitFor": "jsonpath={.spec.bpfEnabled}=true" },
  };
  resources(noHandWrittenBpfEnabled, `refuses bpfEnabled on ${type}, and nothing else`, {
    right: [
      felix({ bpfLogLevel: "Off", bpfExternalServiceMode: "Tunnel" }, type, waiting),
      felix({ bpfEnabled: unknown }, type),
      felix({ bpfEnabled: null }, type),
      felix(unknown, type),
    ],
    wrong: [
      byHand(true),
      byHand(false),
      // An unknown name does not hide a known bpfEnabled.
      [felix({ bpfEnabled: true }, type, unknown)],
      [
        felix({ bpfEnabled: true }, type, { name: "node.aks-system-0" }),
        /^spec\.bpfEnabled is true for node aks-system-0 alone\./,
        "Nodes of one cluster must not differ",
        /Take bpfEnabled out, and write .*linuxDataplane: "BPF"/,
      ],
    ],
  });
}
for (const type of [
  "kubernetes:apiextensions.k8s.io:CustomResource",
  "kubernetes:apiextensions.k8s.io/v1:CustomResourcePatch",
]) {
  const yaml = (spec: object, more: object = {}): Declared => {
    const declared = asYaml(felix(spec));
    return { type, props: { ...declared.props, ...more } };
  };
  resources(noHandWrittenBpfEnabled, `refuses it in ${type}, as Pulumi YAML declares it`, {
    right: [
      yaml({}),
      yaml({ bpfEnabled: true }, { kind: "BGPConfiguration" }),
      yaml({ bpfEnabled: true }, { apiVersion: unknown }),
    ],
    wrong: [[yaml({ bpfEnabled: true })]],
  });
}
resources(
  noHandWrittenBpfEnabled,
  "refuses it in the values of a Helm release of the operator, and nowhere else",
  {
    right: [
      release({ enabled: false, bpfEnabled: true }),
      // The chart's own default is not to make one.
      release({ bpfEnabled: true }),
      release({ enabled: true, bpfLogLevel: "Off" }),
      release({ enabled: true, bpfEnabled: unknown }),
      release(unknown),
      { type: chart, props: { values: unknown } },
      ...others.map((type) => felix({ bpfEnabled: true }, type)),
    ],
    wrong: [
      [
        release({ enabled: true, bpfEnabled: true }),
        /^values\.defaultFelixConfiguration\.bpfEnabled is written by hand \(true\)/,
      ],
    ],
  },
);
it("policy ebpf-no-hand-written-bpf-enabled takes it out, and nothing else, to remediate", async () => {
  const remedy = (declared: Declared) => remedied(noHandWrittenBpfEnabled, declared);
  const both = felix({ bpfEnabled: true, bpfLogLevel: unknown });
  assert.deepEqual(await remedy(both), felix({ bpfLogLevel: unknown }).props);
  const values = release({ enabled: true, bpfEnabled: false });
  assert.deepEqual(await remedy(values), release({ enabled: true }).props);
  for (const right of [
    felix({ bpfEnabled: unknown }),
    felix({ bpfLogLevel: "Off" }),
    felix({ bpfEnabled: true }, "kubernetes:core/v1:ConfigMap"),
  ])
    assert.equal(await remedy(right), undefined);
});

const mode = (value: unknown, type?: string) => felix({ bpfExternalServiceMode: value }, type);
resources(dsrAllowed, "refuses DSR in every spelling", {
  right: [
    ...["Tunnel", undefined, unknown].map((value) => mode(value)),
    mode("DSR", "kubernetes:core/v1:ConfigMap"),
  ],
  wrong: [
    ...[...spellings.map((type) => mode("DSR", type)), asYaml(mode("DSR"))].map(
      (declared): [Declared, ...RegExp[]] => [
        declared,
        /^spec\.bpfExternalServiceMode is DSR\. .* Azure's network does not document/,
        /Write `bpfExternalServiceMode: "Tunnel"`, or allow DSR .*: `"allow": true`\.$/,
      ],
    ),
    [
      release({ enabled: true, bpfExternalServiceMode: "DSR" }),
      /^values\.defaultFelixConfiguration\.bpfExternalServiceMode is DSR/,
    ],
  ],
});
resources(dsrAllowed, "accepts it where it is allowed", { config: { allow: true }, right: [mode("DSR")] });
it("policy ebpf-dsr-allowed writes Tunnel to remediate", async () => {
  assert.deepEqual(await remedied(dsrAllowed, mode("DSR")), mode("Tunnel").props);
  for (const right of [mode("Tunnel"), mode(unknown)])
    assert.equal(await remedied(dsrAllowed, right), undefined);
  assert.equal(await remedied(dsrAllowed, mode("DSR"), { allow: true }), undefined);
});
