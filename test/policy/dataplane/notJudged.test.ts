// What pack-not-judged says: each object once, with the policies that needed it.
import assert from "node:assert/strict";
import * as rpc from "@pulumi/pulumi/proto/analyzer_pb";
import { unknown, whole } from "../judge";
import { servedPack } from "../served";
import { cluster, felix, group, installation, parked, pinnedTo, provider } from "./programs";

/** Of a stack, by resource, with the policies on kube-proxy on. */
async function told(stack: Parameters<typeof whole>[1]): Promise<Record<string, string>> {
  const pack = await servedPack();
  const on = ["ebpf-kube-proxy-handled", "pack-not-judged"];
  await pack.configure("ebpf-health-port", {}, rpc.EnforcementLevel.MANDATORY, on);
  // What other questions have left is of no resource of this stack.
  const found = (await whole(pack, stack)).filter(({ resource }) => resource !== undefined);
  return Object.fromEntries(found.map(({ resource, message }) => [resource, message.split(" Run ")[0]]));
}
const port = felix({ bpfKubeProxyHealthzPort: 10256 });
const layers = [installation(), parked(unknown), port];
const selector = "spec.template.spec.nodeSelector of parked (ebpf-kube-proxy-handled, ebpf-health-port)";
const start = "Not known in this preview, and not judged: ";

it("policy pack-not-judged names each object once, with all policies that it keeps from judging", async () => {
  assert.deepEqual(await told([cluster(), provider(), ...layers]), { aks: `${start}${selector}.` });
});
it("policy pack-not-judged names a component once a cluster, or on itself", async () => {
  const blue = [cluster(), provider(), ...layers];
  const green = cluster({}, { name: "green" });
  assert.deepEqual(await told([...blue, green, group()]), {
    aks: `${start}the objects of manifests; ${selector}.`,
    green: `${start}the objects of manifests.`,
  });
  assert.deepEqual(await told([pinnedTo("one"), pinnedTo("two", "k8s-2"), installation(), group()]), {
    manifests: `${start}the objects of manifests.`,
  });
});
