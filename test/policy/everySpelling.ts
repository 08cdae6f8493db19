// The same questions to a policy in every spelling of a resource.
import assert from "node:assert/strict";
import { judge } from "./judge";
import type { Spelling } from "./spellings";

export interface Cases {
  /** Settings that are right. */
  accepts?: object[];
  /** Settings that are wrong, and the parts of each message; `@path@` stands for where the setting stands. */
  refuses: [object, ...(string | RegExp)[]][];
  /** Settings that a preview does not know in part. */
  unknowns: object[];
  config?: object;
}

const unrelated = [
  "my:containerservice:ManagedCluster",
  "azure-native:network:Subnet",
  "azure-native:compute:VirtualMachine",
  "pulumi:pulumi:Stack",
];
const network = { resourceProviderNamespace: "Microsoft.Network", resourceType: "virtualNetworks" };

export function ask(
  policy: any,
  spellings: Spelling[],
  { accepts = [], refuses, unknowns, config }: Cases,
): void {
  for (const { type, props, path } of spellings) {
    it(`judges ${type}`, async () => {
      for (const [settings, ...parts] of refuses) {
        const [message, ...more] = await judge(policy, type, props(settings), config);
        assert.ok(message, `nothing is said of ${JSON.stringify(settings)}`);
        assert.deepEqual(more, []);
        for (const part of parts) {
          if (part instanceof RegExp) assert.match(message, part);
          else {
            const wanted = part.replace(/@(.*?)@/g, (_, setting) => path(setting));
            assert.ok(message.includes(wanted), `"${wanted}" is not in "${message}"`);
          }
        }
      }
      for (const settings of [...accepts, ...unknowns]) {
        assert.deepEqual(await judge(policy, type, props(settings), config), [], JSON.stringify(settings));
      }
    });
  }
  it("leaves other resources alone", async () => {
    for (const [settings] of refuses) {
      for (const type of unrelated) assert.deepEqual(await judge(policy, type, settings, config), [], type);
      const generic = { ...network, ...settings };
      assert.deepEqual(await judge(policy, "azure-native:resources:Resource", generic, config), []);
    }
  });
}
