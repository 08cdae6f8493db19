// `--fault`: what the user sees, the exit code, and that the next `up` finishes.
import assert from "node:assert/strict";
import { CommandLine, type Ended } from "./commandLine";
import { eventually, startTimeoutMs } from "./harness";

/** Waits of 20 s instead of half an hour. */
const short = ["-c", "rolloutTimeoutMinutes=0.35"];

describe("npm run rehearse -- up --fault", function () {
  this.timeout(240_000);
  const line = new CommandLine();
  const run = (verb: string, ...args: string[]) => line.run([verb, "--stack", "faulty", ...args]);
  const up = (...args: string[]) => run("up", ...short, ...args);
  const ok = (ended: Ended) => assert.equal(ended.code, 0, ended.text);

  // Each begins on iptables, whatever has become of the one before it.
  beforeEach(async function () {
    this.timeout(startTimeoutMs);
    ok(await up("--refresh", "-c", "dataplane=Iptables"));
  });
  after(() => line.end());

  /** The next up finishes, and the table is green. */
  async function nextUpFinishes(...args: string[]) {
    ok(await up(...args));
    ok(await run("verify"));
  }

  /** A failed run: exit code 1, the layer is named, no stack trace. */
  function failedAt(ended: Ended, layer: string) {
    assert.equal(ended.code, 1, ended.text);
    assert.match(ended.text, new RegExp(`aks-${layer} +failed`));
    assert.match(ended.text, /The state is whole\. npm run rehearse -- up .*goes on from here/);
    assert.doesNotMatch(ended.text, /\n\s+at /);
  }

  it("kube-proxy-put-during: fails at the second look, and up --refresh finishes", async () => {
    const ended = await up("--fault", "kube-proxy-put-during");
    failedAt(ended, "kube-proxy-still-off");
    const verify = await run("verify");
    assert.equal(verify.code, 1, verify.text);
    assert.match(verify.text, /FAIL +kube-proxy runs nowhere +3 pods, 3 wanted/);
    await nextUpFinishes("--refresh");
  });

  it("kube-proxy-put-after: the run is green, verify says it, and up --refresh finishes", async () => {
    const ended = await up("--fault", "kube-proxy-put-after");
    ok(ended);
    await eventually(async () => {
      const { code, text } = await run("verify");
      return code === 1 && /FAIL +kube-proxy runs nowhere/.test(text) ? undefined : text;
    });
    await nextUpFinishes("--refresh");
  });

  it("operator-degraded: fails at the gate, verify has the operator's own words", async () => {
    const ended = await up("--fault", "operator-degraded");
    failedAt(ended, "(felix|ebpf-rolled-out)");
    const verify = await run("verify");
    assert.equal(verify.code, 1, verify.text);
    assert.match(verify.text, /FAIL +operator is healthy .*Degraded=True\n +\S+/);
    await nextUpFinishes();
  });

  it("operator-dead: fails at the first layer that waits for it, and the next up finishes", async () => {
    const ended = await up("--fault", "operator-dead@dataplane-switch");
    failedAt(ended, "felix");
    await nextUpFinishes();
  });

  it("foreign-manager: fails with the other's name or at the look that finds it, and the next up finishes", async () => {
    const ended = await up("--fault", "foreign-manager");
    failedAt(ended, "kube-proxy-(off|still-off)");
    await nextUpFinishes("--refresh");
  });

  it("node-never-ready: fails at the gate, and the next up finishes", async () => {
    const ended = await up("--fault", "node-never-ready");
    failedAt(ended, "(felix|ebpf-rolled-out)");
    await nextUpFinishes();
  });

  it("api-server-gone: 20 s in mid-up; the next up finishes", async () => {
    const ended = await line.run(["up", "--stack", "faulty", "--fault", "api-server-gone"]);
    assert.match(ended.text, /fault api-server-gone: the API server is away for 20 s/);
    assert.match(ended.text, /the API server is back after 20 s/);
    if (ended.code !== 0) failedAt(ended, "[a-z-]+");
    await nextUpFinishes();
  });

  it("kubeconfig-rotated: another credential, and no layer is touched", async () => {
    ok(await up());
    const ended = await up("--fault", "kubeconfig-rotated");
    ok(ended);
    assert.match(ended.text, /aks-provider +updated/);
    assert.doesNotMatch(ended.text, /replaced|created|deleted/);
    assert.doesNotMatch(ended.text, /aks-(endpoint|felix|dataplane-switch|kube-proxy-off) +updated/);
    await nextUpFinishes();
  });

  it("ctrl-c: exit code 130, nothing of the run keeps running, the next up goes on", async () => {
    const control = line.processes();
    const ended = await up("--fault", "ctrl-c");
    assert.equal(ended.code, 130, ended.text);
    assert.deepEqual(line.processes(), control, "only the control plane's processes are left");
    assert.ok(line.names("faulty").includes("aks-dataplane-switch"));
    await nextUpFinishes();
  });

  it("says which fault never began", async () => {
    const ended = await up("-c", "dataplane=Iptables", "--fault", "operator-dead");
    ok(ended);
    assert.match(ended.text, /fault operator-dead never began: no step of a layer started/);
  });
});

describe("npm run rehearse -- --fault crds-late", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());

  it("the CRDs come 30 s after the cluster, and the next up finishes", async () => {
    const first = await line.run(["up", "--stack", "late", "--fault", "crds-late"]);
    if (first.code !== 0) {
      assert.equal(first.code, 1, first.text);
      assert.match(first.text, /aks-calico-found +failed/);
      assert.doesNotMatch(first.text, /\n\s+at /);
    }
    const next = await line.run(["rehearse", "--stack", "late"]);
    assert.equal(next.code, 0, next.text);
    assert.match(next.text, /5 of 5 checks ok/);
  });
});

describe("the command line of faults", function () {
  this.timeout(30_000);
  const line = new CommandLine();
  after(() => line.end());

  for (const [args, message] of [
    [["up", "--fault", "meteor"], /--fault meteor: not a fault; one of kube-proxy-put-during,/],
    [["up", "--fault", "ctrl-c=3"], /--fault ctrl-c=3: not a fault/],
    [["preview", "--fault", "ctrl-c"], /nothing can go wrong in `preview`/],
    [["cluster", "--mode", "Flannel"], /--mode Flannel: not a mode; write one of AzureManaged/],
    [["cluster", "--no-kube-proxy"], /--no-kube-proxy: AKS makes clusters without kube-proxy only with/],
  ] as const) {
    it(`${args.join(" ")}: exit code 2 and what to write`, async () => {
      const ended = await line.run([...args]);
      assert.equal(ended.code, 2, ended.text);
      assert.match(ended.text, message);
    });
  }
});
