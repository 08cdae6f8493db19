// Programs that are wrong in one way, and what the pack says of each: that, and nothing else.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { type Judged, ProgramJudge } from "./programRun";

/** Program -> what it trips, and a piece of each message that only this mistake has. */
const wrong: Record<string, { trips: string[]; says: RegExp[]; set?: string; made?: string }> = {
  "bpf-enabled-by-hand": { trips: ["ebpf-no-hand-written-bpf-enabled (felix)"], says: [/bpfEnabled/] },
  "kube-proxy-parked-without-switch": {
    trips: ["ebpf-switch-present (kube-proxy-off)"],
    says: [/nothing in the stack switches Calico to eBPF/],
  },
  "windows-pool": { trips: ["ebpf-no-windows-pool (windows)"], says: [/Windows/] },
  ipvs: { trips: ["ebpf-no-ipvs (cluster)"], says: [/IPVS/] },
  dsr: { trips: ["ebpf-dsr-allowed (felix)"], says: [/DSR/] },
  "ipip-pool": { trips: ["ebpf-vxlan-on-azure (installation)"], says: [/IPIP/] },
  // Azure gives a cluster its name when it makes it: a first preview cannot know that another one is wrong.
  "endpoint-of-another-host": {
    trips: ["ebpf-endpoint-present (endpoint)"],
    says: [/other-0a1b2c3d\.hcp.*, and cluster cluster answers as team-/],
    made: "ManagedCluster",
  },
  "kube-proxy-kept-with-cleanup": {
    trips: ["ebpf-kube-proxy-handled (switch)"],
    says: [/bpfKubeProxyIptablesCleanupEnabled/],
  },
  "open-kubeconfig": {
    trips: ["hygiene-kubeconfig-secret (open-kubeconfig-dev)", "hygiene-provider-pinned (theirs)"],
    says: [/kubeconfig/, /clusterIdentifier/],
  },
  "layers-out-of-order": {
    trips: ["ebpf-layers-in-order (switch)"],
    says: [/^switch \(switch\) does not depend on kube-proxy-off/m],
  },
  "secret-in-config-map": {
    trips: ["aks-rbac-enabled (cluster)", "hygiene-no-secret-in-configmap (settings)"],
    says: [/enableRBAC/, /password/],
  },
  "open-api-server": {
    trips: [
      "aks-api-server-access (prod-cluster)",
      "aks-local-accounts-off (prod-cluster)",
      "aks-private-cluster (prod-cluster)",
    ],
    says: [/authorizedIPRanges is missing/, /disableLocalAccounts is not true/],
    set: "strict",
  },
};

describe("policy pack: wrong programs", function () {
  this.timeout(120_000);
  let judge: ProgramJudge;
  before(async () => void (judge = await ProgramJudge.start()));
  after(() => judge?.end());

  for (const [program, { trips, says, ...how }] of Object.entries(wrong)) {
    it(`${program} trips ${trips.join(", ")}`, async () => {
      const judged: Judged = await judge.judged({ folder: `test/policy/programs/${program}`, ...how });
      assert.deepEqual(judged.mandatory, trips, judged.messages.join("\n"));
      assert.deepEqual(judged.advisory, []);
      for (const one of says) assert.match(judged.messages.join("\n"), one);
    });
  }

  it("has no other program beside them, save the right one that they begin with", async () => {
    const folders = fs
      .readdirSync(path.join(__dirname, "programs"), { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(folders.sort(), [...Object.keys(wrong), "by-hand"].sort());
  });
});
