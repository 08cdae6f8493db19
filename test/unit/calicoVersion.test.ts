// Which of Felix's fields a Calico has: too old, just right, newer, unknown.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { missingUntil } from "../../components/calicoVersion";

describe("fields that a Calico does not have yet", () => {
  const table: [string | undefined, string, string | undefined][] = [
    ["3.28.5", "bpfKubeProxyHealthzPort", "3.30.5"],
    ["3.30.4", "bpfKubeProxyHealthzPort", "3.30.5"],
    ["3.30.5", "bpfKubeProxyHealthzPort", undefined],
    ["3.31.0", "bpfKubeProxyHealthzPort", undefined],
    ["4.0.0", "bpfKubeProxyHealthzPort", undefined],
    ["3.29.9", "bpfMapSizeConntrackScaling", "3.30.0"],
    ["3.9.10", "bpfMapSizeConntrackScaling", "3.30.0"],
    ["3.28.0", "bpfLogLevel", undefined],
    [undefined, "bpfKubeProxyHealthzPort", undefined],
  ];
  for (const [version, field, until] of table) {
    it(`${field} on Calico ${version ?? "of an unknown version"}: ${until ? `not before ${until}` : "there"}`, () => {
      assert.equal(missingUntil(version, field), until);
    });
  }

  it("what a release has, every later one has", () => {
    const part = fc.nat({ max: 60 });
    fc.assert(
      fc.property(part, part, part, (minor, patch, step) => {
        if (missingUntil(`3.${minor}.${patch}`, "bpfKubeProxyHealthzPort") !== undefined) return;
        assert.equal(missingUntil(`3.${minor}.${patch + step}`, "bpfKubeProxyHealthzPort"), undefined);
        assert.equal(missingUntil(`3.${minor + 1 + step}.0`, "bpfKubeProxyHealthzPort"), undefined);
      }),
    );
  });
});
