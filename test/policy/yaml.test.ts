// The pack on a program in YAML, where a preview shows nothing of what manifests hold: the update judges that.
import { policySet } from "../../policy/sets";
import { firstBuildMs } from "../programs";
import type { CliStack } from "../pulumi";
import { assertViolations, endStacks, openStack, pack } from "./cli";

describe("policy pack, run by the CLI on a program in YAML", function () {
  this.timeout(180_000);
  let cli: CliStack;
  before(async function () {
    this.timeout(firstBuildMs);
    cli = await openStack("test/policy/yaml", "yaml");
  });
  after(async function () {
    await cli?.destroy();
    endStacks();
  });

  const known = ["aks-min-nodes wrong", "aks-rbac-enabled wrong", "hygiene-provider-pinned wrong-provider"];

  it("judges in a preview what that knows, and names for each cluster what it does not", async () => {
    const ended = await cli.preview({}, { args: pack() });
    assertViolations(ended, [...known, "pack-not-judged right", "pack-not-judged wrong"]);
  });

  it("judges the rest in the update, and leaves nothing open", async () => {
    // As advice, or the first of them would end the update.
    const sets = Object.entries({ ...policySet("baseline"), ...policySet("ebpf") });
    const advised = sets.map(([name, level]) => [name, level === "mandatory" ? "advisory" : level]);
    const ended = await cli.up({}, { args: pack(Object.fromEntries(advised)) });
    const rest = [
      "ebpf-endpoint-present wrong-layers:tigera-operator/kubernetes-services-endpoint",
      "ebpf-kube-proxy-handled wrong-layers:default",
      "ebpf-layers-in-order wrong-layers:default",
    ];
    assertViolations(ended, [...known, ...rest], { allAdvice: true });
  });
});
