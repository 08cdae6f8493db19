// The pack and our own program, as they are: a preview shows the pack every resource that the program declares.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { localClusters } from "../../rehearsal/controlPlane";
import { type AnalyzedResource, Engine } from "../../rehearsal/engine";
import { azureProvider } from "../../rehearsal/engine/azure";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import { randomProvider } from "../../rehearsal/engine/random";
import {
  type Diagnostic,
  type PolicyPackProcess,
  startPolicyPack,
  type StackResource,
} from "../../rehearsal/policy/analyzer";

const root = path.resolve(__dirname, "../..");

describe("policy pack: this repository's own program", function () {
  this.timeout(120_000);
  let folder: string;
  let pack: PolicyPackProcess;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "policy-program-"));
    pack = await startPolicyPack(path.join(root, "policy"));
  });
  after(async () => {
    await pack?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** What the pack says of a preview: of each resource before it is made, and of the stack. */
  async function judged(config: Record<string, string>): Promise<string[]> {
    const said: Diagnostic[] = [];
    const all = new Map<string, AnalyzedResource>();
    const asStack = (resource: AnalyzedResource, properties: AnalyzedResource["inputs"]): StackResource => {
      const provider = all.get(resource.provider?.split("::").slice(0, -1).join("::") ?? "");
      return {
        ...{ urn: resource.urn, type: resource.type, name: resource.name, properties },
        ...{ parent: resource.parent, dependencies: resource.dependencies },
        propertyDependencies: resource.propertyDependencies,
        provider: provider && { ...provider, properties: provider.inputs },
      };
    };
    const engine = new Engine({
      projectDir: root,
      stack: "dev",
      stateDir: fs.mkdtempSync(path.join(folder, "stack-")),
      providers: [
        azureProvider({
          clusters: localClusters({ workDir: path.join(folder, "clusters"), progress: () => undefined }),
          store: path.join(folder, "azure.json"),
        }),
        kubernetesProvider(),
        randomProvider(),
      ],
      config,
      events: () => undefined,
      analyzers: [
        {
          async resource(resource) {
            all.set(resource.urn, resource);
            said.push(...(await pack.analyze(asStack(resource, resource.inputs))));
            return [];
          },
          async stack(resources) {
            said.push(...(await pack.analyzeStack(resources.map((one) => asStack(one, one.outputs)))));
            return [];
          },
        },
      ],
    });
    const result = await engine.preview();
    assert.deepEqual(result.failures, []);
    assert.ok(all.size >= 12, `only ${all.size} resources were shown to the pack`);
    return said.map((one) => one.policy);
  }

  it("passes as it stands", async () => {
    assert.deepEqual(await judged({}), []);
  });

  it("trips the switch's policy, and no other, on the way back to iptables", async () => {
    assert.deepEqual(await judged({ dataplane: "Iptables" }), ["ebpf-switch-present"]);
  });
});
