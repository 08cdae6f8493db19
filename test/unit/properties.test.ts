import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addressAt,
  contains,
  formatAddress,
  normalizeCidr,
  overlaps,
  parseAddress,
  parseCidr,
} from "../../components/cidr";
import { KubeloginMode } from "../../components/enums";
import { withLogin } from "../../components/aks/kubeconfig";
import { nearest } from "../../components/validate/findings";
import {
  clusterName,
  componentName,
  dnsPrefixOf,
  longestName,
  nodeResourceGroupOf,
  poolName,
} from "../../components/validate/names";
import { readAksClusterArgs } from "../../components/validate/aksCluster";
import { entraKubeconfig } from "./record";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const range = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([a, prefix]) => {
  const size = 2 ** (32 - prefix);
  return { text: `${formatAddress(a - (a % size))}/${prefix}`, first: a - (a % size), size, prefix };
});
const read = (args: object) => readAksClusterArgs("test", "dev", args);

describe("IPv4 ranges", () => {
  it("addresses are read as they are written", () => {
    fc.assert(fc.property(address, (a) => assert.equal(parseAddress(formatAddress(a)), a)));
  });

  it("a range holds exactly its addresses", () => {
    fc.assert(
      fc.property(range, address, ({ text, first, size }, a) => {
        const parsed = parseCidr(text)!;
        assert.equal(contains(parsed, a), first <= a && a < first + size);
        assert.equal(addressAt(parsed, 0), text.split("/")[0]);
      }),
    );
  });

  it("two ranges overlap if and only if one holds the other's first address", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [one, other] = [parseCidr(a.text)!, parseCidr(b.text)!];
        assert.equal(overlaps(one, other), contains(one, other.first) || contains(other, one.first));
        assert.equal(overlaps(one, other), overlaps(other, one));
      }),
    );
  });

  it("bits behind the prefix are refused, and cleared in what is proposed instead", () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 0, max: 32 }), (a, prefix) => {
        const text = `${formatAddress(a)}/${prefix}`;
        const meant = normalizeCidr(text)!;
        assert.ok(parseCidr(meant) !== undefined);
        assert.equal(parseCidr(text) !== undefined, text === meant);
      }),
    );
  });

  it("any other text is no range", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseCidr(text);
        if (parsed !== undefined) assert.equal(`${formatAddress(parsed.first)}/${parsed.prefix}`, text);
      }),
    );
    for (const text of [
      "10.0.0.0",
      "10.0.0.0/33",
      "010.0.0.0/8",
      "10.0.0/8",
      " 10.0.0.0/8",
      "::/0",
      "1.2.3.4/08",
    ]) {
      assert.equal(parseCidr(text), undefined, text);
    }
  });

  it("whatever services' range is taken, DNS lies in it, and the pods' range does not touch it", () => {
    fc.assert(
      fc.property(range, range, (services, pods) => {
        let plan;
        try {
          plan = read({ network: { serviceCidr: services.text, podCidr: pods.text } });
        } catch {
          // Three nodes and one while they are upgraded, a /24 each; AKS's own VNet is 10.224.0.0/12.
          const fits = services.prefix >= 13 && services.prefix <= 29 && pods.prefix <= 22;
          const ranges = [services.text, pods.text, "10.224.0.0/12"].map((text) => parseCidr(text)!);
          const meet = ranges.some((one, i) => ranges.slice(i + 1).some((other) => overlaps(one, other)));
          assert.ok(!fits || meet);
          return;
        }
        const taken = parseCidr(services.text)!;
        const dns = parseAddress(plan.network.dnsServiceIp as string)!;
        assert.ok(dns > taken.first + 1 && dns < taken.last);
        assert.ok(!overlaps(taken, parseCidr(pods.text)!));
        assert.ok(!overlaps(taken, parseCidr("10.224.0.0/12")!));
      }),
      { numRuns: 500 },
    );
  });
});

describe("names", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_."];
  const word = fc.string({ unit: fc.constantFrom(...letters), maxLength: 70 });

  it("a component's name that is taken makes names that Azure takes", () => {
    fc.assert(
      fc.property(word, (name) => {
        if (componentName(name) !== undefined) return;
        const cluster = `${name}-x7k2p9`;
        assert.equal(clusterName(cluster), undefined);
        assert.match(dnsPrefixOf(cluster), /^[A-Za-z0-9][A-Za-z0-9-]{0,52}[A-Za-z0-9]$/);
        assert.equal(dnsPrefixOf(cluster), cluster, "a cut name would lose its suffix");
        assert.ok(nodeResourceGroupOf(cluster).length <= 80);
      }),
      { numRuns: 2000 },
    );
    assert.equal(componentName("x".repeat(longestName)), undefined);
    assert.notEqual(componentName("x".repeat(longestName + 1)), undefined);
  });

  it("a cluster's name that is taken makes a DNS prefix and a node group that Azure takes", () => {
    fc.assert(
      fc.property(word, (name) => {
        if (clusterName(name) !== undefined) return;
        assert.match(dnsPrefixOf(name), /^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/);
        assert.ok(nodeResourceGroupOf(name).length <= 80);
      }),
      { numRuns: 2000 },
    );
  });

  it("a pool's name is taken if and only if it is 1 to 12 lower-case letters and digits, a letter first", () => {
    const short = fc.string({ unit: fc.constantFrom(...letters), maxLength: 14 });
    fc.assert(
      fc.property(short, (name) => {
        const fits =
          name.length >= 1 &&
          name.length <= 12 &&
          [...name].every((c) => (c >= "a" && c <= "z") || (c >= "0" && c <= "9")) &&
          name[0] >= "a";
        assert.equal(poolName(name) === undefined, fits);
      }),
      { numRuns: 2000 },
    );
  });

  it("a word with one letter wrong is recognized", () => {
    const known = ["bpfExternalServiceMode", "bpfMapSizeConntrack", "bpfLogLevel"];
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.nat(),
        fc.constantFrom("x", "Q", ""),
        (name, place, letter) => {
          const at = place % name.length;
          assert.equal(nearest(name.slice(0, at) + letter + name.slice(at + 1), known), name);
        },
      ),
    );
    assert.equal(nearest("somethingElse", known), undefined);
  });
});

describe("pools", () => {
  it("bounds and count are taken if and only if AKS takes them", () => {
    const number = fc.integer({ min: -2, max: 1003 });
    fc.assert(
      fc.property(
        number,
        number,
        fc.option(number, { nil: undefined }),
        fc.boolean(),
        (min, max, count, system) => {
          const fewest = system ? 1 : 0;
          const fits =
            min >= fewest &&
            max >= Math.max(min, 1) &&
            max <= 1000 &&
            (count === undefined || (count >= min && count <= max));
          const pool = { autoscaling: { min, max }, count };
          // Room for the pods of 1,000 nodes.
          const network = { podCidr: "10.0.0.0/9", serviceCidr: "172.16.0.0/16" };
          const pools = system ? { systemPool: pool } : { userPools: [{ name: "work", ...pool }] };
          const args = { ...pools, network };
          if (!fits) {
            assert.throws(() => read(args), /refused/);
            return;
          }
          const plan = system ? read(args).systemPool : read(args).userPools[0];
          assert.equal(plan.count, count ?? min);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("any number of pools with names of their own is taken, one twice is not", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 20 }), (names) => {
        fc.pre(!names.includes("system"));
        const userPools = names.map((n) => ({ name: n }));
        assert.deepEqual(
          read({ userPools }).userPools.map((p) => p.name),
          names,
        );
        if (names.length > 0)
          assert.throws(() => read({ userPools: [...userPools, userPools[0]] }), /also the name of/);
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
