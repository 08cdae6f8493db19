// Layer 1 on a cluster that has been told before where its API server is.
import assert from "node:assert/strict";
import { byAks, declare, host, layersOf, live } from "./declare";

describe("where the endpoint's ConfigMap is there", () => {
  const found = (host: string, port: string, written?: string) => {
    const annotations = written && { "aks-calico-ebpf/endpoint-written": written };
    const data = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
    return live(byAks, { "net-endpoint-found": { data, metadata: { annotations } } });
  };

  it("refuses somebody's other address, with both, before anything is written", async () => {
    for (const [there, port] of [
      ["10.1.2.3", "443"],
      [host, "6443"],
    ]) {
      const state = found(there, port);
      await assert.rejects(declare({}, { state }), (error: Error) => {
        const [first, ...lines] = error.message.split("\n");
        assert.match(first, /CalicoEbpfDataplane "net": an argument is refused$/);
        assert.match(lines[0], new RegExp(`apiServerHost: leads to ${host}:443, .* to ${there}:${port}$`));
        assert.match(error.message, /why: .*somebody[\s\S]*write: .*delete configmap .*--refresh/);
        // What is refused late is shown by its stack.
        assert.equal(error.stack, error.message);
        return true;
      });
      // A preview reads nothing, so it goes on.
      await declare({}, { state, preview: true });
    }
  });

  it("takes over the same address, an older one of its own, and what is no address", async () => {
    for (const state of [
      found(host, "443"),
      found("old.example.net", "443", "old.example.net:443"),
      found("", ""),
      found("", "443"),
    ]) {
      assert.ok(layersOf(await declare({}, { state })).includes("endpoint"));
      assert.ok(layersOf(await declare({ dataplane: "Iptables" }, { state })).includes("endpoint"));
    }
  });
});
