// Layer 4: what of FelixConfiguration is written, and on an older Calico is not.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { byAks, declare, live, podSpec } from "./declare";

describe("Felix's settings", () => {
  it("writes Felix's settings under Calico's names, later values too", async () => {
    const recording = await declare({
      felix: {
        bpfExternalServiceMode: "DSR",
        dsrAccepted: true,
        bpfConnectTimeLoadBalancing: "Enabled",
        bpfEnforceRPF: pulumi.output("Strict" as const),
        bpfMapSizeConntrack: Promise.resolve(1_000_000),
        bpfMapSizeConntrackScaling: "Disabled",
        bpfDataIfacePattern: "^eth.*",
        bpfLogLevel: "Info",
        bpfKubeProxyHealthzPort: 10300,
        bpfKubeProxyIptablesCleanupEnabled: false,
        wireguardEnabled: true,
      },
    });
    assert.deepEqual(recording.named("net-felix").inputs.spec, {
      bpfExternalServiceMode: "DSR",
      bpfConnectTimeLoadBalancing: "Enabled",
      // Felix takes no other beside Enabled.
      bpfHostNetworkedNATWithoutCTLB: "Disabled",
      bpfEnforceRPF: "Strict",
      bpfMapSizeConntrack: 1_000_000,
      bpfMapSizeConntrackScaling: "Disabled",
      bpfDataIfacePattern: "^eth.*",
      bpfLogLevel: "Info",
      wireguardEnabled: true,
      wireguardMTU: 1340,
    });
    // The port is the user's from the first moment, since the proof asks one port all along.
    const port = { bpfKubeProxyHealthzPort: 10300 };
    assert.deepEqual(recording.named("net-felix-healthz-port").inputs.spec, port);
    for (const layer of ["net-felix-beside-kube-proxy", "net-felix-and-kube-proxy"])
      assert.deepEqual(recording.named(layer).inputs.spec, { bpfKubeProxyIptablesCleanupEnabled: false });
  });

  describe("on Calico 3.28.5, which has less fields", () => {
    const container = { name: "calico-node", image: "mcr.microsoft.com/oss/calico/node:v3.28.5-1" };
    const state = live(byAks, { "net-endpoint-in-calico-node": podSpec(container) });

    it("leaves out the default that it lacks", async () => {
      const recording = await declare({ felix: { bpfLogLevel: "Info" } }, { state });
      assert.deepEqual(recording.named("net-felix").inputs.spec, { bpfLogLevel: "Info" });
      const specs = ["net-felix-beside-kube-proxy", "net-felix-and-kube-proxy"].map(
        (name) => recording.named(name).inputs.spec,
      );
      assert.deepEqual(recording.named("net-felix-healthz-port").inputs.spec, {});
      assert.deepEqual(specs, [
        { bpfKubeProxyIptablesCleanupEnabled: false },
        { bpfKubeProxyIptablesCleanupEnabled: true },
      ]);
    });

    it("refuses a setting that it lacks, and neither parks kube-proxy nor switches", async () => {
      const settings = { bpfMapSizeConntrackScaling: "Disabled" as const, bpfKubeProxyHealthzPort: 10300 };
      await assert.rejects(declare({ felix: settings }, { state }), (error: Error) => {
        assert.match(
          error.message,
          /felix\.bpfMapSizeConntrackScaling: is set, and the cluster runs Calico 3\.28\.5/,
        );
        assert.match(error.message, /felix\.bpfKubeProxyHealthzPort: is set/);
        return true;
      });
    });
  });
});
