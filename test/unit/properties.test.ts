import assert from "node:assert/strict";
import fc from "fast-check";
import { Address4 } from "ip-address";
import * as v from "valibot";
import { type Cidr, overlaps, parseCidr } from "../../components/cidr";
import { KubeloginMode } from "../../components/enums";
import { withLogin } from "../../components/aks/kubeconfig";
import {
  componentName,
  dnsPrefixOf,
  insightsRuleOf,
  longestName,
  nodeResourceGroupOf,
} from "../../components/validate/names";
import { readAksClusterArgs } from "../../components/validate/aksCluster";
import { dnsServiceIp } from "../../components/validate/network";
import { entraKubeconfig } from "./record";

const range = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) =>
    new Address4(`${Address4.fromBigInt(BigInt(address)).correctForm()}/${prefix}`).networkForm(),
  );
const within = (part: Cidr, whole: Cidr) => whole.first <= part.first && part.last <= whole.last;
const read = (args: object) => readAksClusterArgs("test", "dev", args);

describe("IPv4 ranges", () => {
  it("overlap if and only if one holds the other", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [one, other] = [parseCidr(a)!, parseCidr(b)!];
        assert.equal(overlaps(one, other), within(one, other) || within(other, one));
      }),
    );
  });

  it("any other text is none, nor one with bits set behind its prefix", () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(parseCidr(text), undefined)));
    const wrong = ["10.0.0.0", "10.0.0.0/33", "010.0.0.0/8", "10.0.0/8", " 10.0.0.0/8", "::/0", "1.2.3.4/08"];
    for (const text of [...wrong, "10.0.0.5/16"]) assert.equal(parseCidr(text), undefined, text);
  });

  it("whatever services' range is taken, DNS lies in it, and the pods' range does not touch it", () => {
    fc.assert(
      fc.property(range, range, (services, pods) => {
        const ranges = [services, pods, "10.224.0.0/12"].map((text) => parseCidr(text)!);
        const meet = ranges.some((one, i) => ranges.slice(i + 1).some((other) => overlaps(one, other)));
        // Three nodes and one while they are upgraded, a /24 each; AKS's own VNet is 10.224.0.0/12.
        const fits = !meet && ranges[1].prefix <= 22;
        const args = { network: { serviceCidr: services, podCidr: pods } };
        if (!fits) {
          assert.throws(() => read(args), /refused/);
          return;
        }
        read(args);
        const dns = dnsServiceIp(services)!;
        assert.ok(ranges[0].prefix > 30 || within(parseCidr(`${dns}/32`)!, ranges[0]), dns);
      }),
      { numRuns: 500, examples: [["0.0.0.0/32", "0.1.0.0/16"]] },
    );
  });
});

describe("names", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_."];
  const word = fc.string({ unit: fc.constantFrom(...letters), maxLength: 70 });

  it("a component's name that is taken makes names that Azure takes", () => {
    fc.assert(
      fc.property(word, (name) => {
        if (!v.is(componentName, name)) return;
        const cluster = `${name}-x7k2p9`;
        assert.match(dnsPrefixOf(cluster), /^[A-Za-z0-9][A-Za-z0-9-]{0,52}[A-Za-z0-9]$/);
        assert.equal(dnsPrefixOf(cluster), cluster, "a cut name would lose its suffix");
        assert.ok(nodeResourceGroupOf(cluster).length <= 80);
        assert.match(insightsRuleOf(cluster), /^[A-Za-z0-9-]{1,64}$/);
      }),
      { numRuns: 2000 },
    );
    assert.ok(v.is(componentName, "x".repeat(longestName)));
    assert.ok(!v.is(componentName, "x".repeat(longestName + 1)));
  });
});

describe("pools", () => {
  it("any number of pools with names of their own is taken, one twice is not", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 20 }), (names) => {
        fc.pre(!names.includes("system"));
        const nodePools = names.map((n) => ({ name: n }));
        const plan = read({ nodePools });
        assert.deepEqual(
          plan.pools.map((p) => p.name),
          ["system", ...names],
        );
        if (names.length > 0)
          assert.throws(() => read({ nodePools: [...nodePools, nodePools[0]] }), /as another pool's/);
      }),
    );
  });
});

describe("kubelogin's section of the kubeconfig", () => {
  for (const mode of Object.values(KubeloginMode)) {
    it(`takes the mode ${mode}, with what that mode needs and nothing else`, () => {
      const args = [...withLogin(entraKubeconfig, mode).matchAll(/^ {6}- (.*)$/gm)].map((match) => match[1]);
      const client = [
        "--environment",
        "AzurePublicCloud",
        "--server-id",
        "6dae42f8-4368-4678-94ff-3960e28e3630",
      ];
      const own = [
        "--client-id",
        "80faf920-1908-4b52-b5ef-a8e7bedfc67a",
        "--tenant-id",
        "11111111-1111-1111-1111-111111111111",
      ];
      const expected = ["devicecode", "interactive", "spn"].includes(mode)
        ? ["get-token", ...client, ...own, "--login", mode]
        : ["get-token", ...client.slice(2), "--login", mode];
      assert.deepEqual(args, expected);
    });
  }

  it("changes nothing else, and nothing twice", () => {
    const once = withLogin(entraKubeconfig, "azurecli");
    assert.equal(withLogin(once, "azurecli"), once);
    assert.ok(
      once.startsWith("apiVersion: v1\nusers:\n") &&
        once.endsWith("      command: kubelogin\n      env: null\n"),
    );
  });
});
