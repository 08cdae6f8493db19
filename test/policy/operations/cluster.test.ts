import assert from "node:assert/strict";
import { allowedRegions } from "../../../policy/policies/operations/allowedRegions";
import { allowedVmSizes } from "../../../policy/policies/operations/allowedVmSizes";
import { noHttpAppRouting } from "../../../policy/policies/operations/noHttpAppRouting";
import { paidTier } from "../../../policy/policies/operations/paidTier";
import { standardLoadBalancer } from "../../../policy/policies/operations/standardLoadBalancer";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters, ofPools, repairs } from "./cases";

describe("policy aks-paid-tier", () => {
  ofClusters(paidTier, {
    accepts: [{ sku: { tier: "Standard" } }, { sku: { tier: "Premium" } }, { sku: { tier: "standard" } }],
    refuses: [
      [{}, "The tier is left out, which means Free", 'Write `sku: { name: "Base", tier: "Standard" }`'],
      [
        { sku: { name: "Base", tier: "Free" } },
        "The tier is Free: nobody answers for the API server's uptime",
      ],
    ],
    unknowns: [{ sku: unknown }, { sku: { tier: unknown } }],
  });
});

describe("policy aks-standard-load-balancer", () => {
  const sku = (loadBalancerSku: unknown) => ({ networkProfile: { networkPlugin: "azure", loadBalancerSku } });
  ofClusters(standardLoadBalancer, {
    accepts: [sku("standard"), sku("Standard"), sku(undefined), {}],
    refuses: [
      [sku("basic"), "loadBalancerSku is basic", 'Write `@networkProfile.loadBalancerSku@: "standard"`'],
      [sku("Basic"), "which Azure has retired"],
    ],
    unknowns: [sku(unknown), { networkProfile: unknown }],
  });
  repairs(
    standardLoadBalancer,
    [{ from: sku("basic"), to: sku("standard") }],
    [sku("standard"), sku(unknown), {}],
  );
});

describe("policy aks-no-http-app-routing", () => {
  const addOn = (enabled: unknown, name = "httpApplicationRouting") => ({
    addonProfiles: { azurepolicy: { enabled: true }, [name]: { enabled } },
  });
  ofClusters(noHttpAppRouting, {
    accepts: [addOn(false), addOn(true, "omsagent"), {}],
    refuses: [
      [
        addOn(true),
        "The add-on HTTP application routing is on",
        "Write `@addonProfiles.httpApplicationRouting.enabled@: false`",
      ],
      [addOn(true, "httpapplicationrouting"), "@addonProfiles.httpapplicationrouting.enabled@: false"],
    ],
    unknowns: [
      addOn(unknown),
      { addonProfiles: unknown },
      { addonProfiles: { httpApplicationRouting: unknown } },
    ],
  });
  repairs(noHttpAppRouting, [{ from: addOn(true), to: addOn(false) }], [addOn(false), addOn(unknown), {}]);
});

describe("policy aks-allowed-regions", () => {
  const regions = ["westeurope", "North Europe"];
  ofClusters(allowedRegions, {
    accepts: [{ location: "West Europe" }, { location: "northeurope" }, {}],
    refuses: [
      [
        { location: "eastus" },
        "The cluster stands in eastus, which is not among the regions that this team allows: westeurope, North Europe.",
        "Write one of them as `location`",
      ],
    ],
    unknowns: [{ location: unknown }],
    config: { regions },
  });
  it("allows every region where no list is set", async () => {
    for (const { type, props } of clusterSpellings) {
      assert.deepEqual(await judge(allowedRegions, type, props({ location: "eastus" })), []);
      assert.deepEqual(await judge(allowedRegions, type, props({ location: "eastus" }), { regions: [] }), []);
    }
  });
});

describe("policy aks-allowed-vm-sizes", () => {
  ofPools(allowedVmSizes, {
    accepts: [{ vmSize: "standard_d4ds_v5" }, { vmSize: "Standard_E64ds_v5" }, {}],
    refuses: [
      [
        { vmSize: "Standard_D4ds_v4" },
        'Pool "work" has nodes of size Standard_D4ds_v4, which is not among those that this team allows: ' +
          "Standard_D4ds_v5, Standard_E*.",
        "Write one of them as `@vmSize@`",
      ],
      [{ vmSize: "Standard_D4ds_v5_extra" }, "is not among those"],
    ],
    unknowns: [{ vmSize: unknown }],
    config: { sizes: ["Standard_D4ds_v5", "Standard_E*"] },
  });
  it("allows every size where no list is set", async () => {
    const { type, props } = clusterSpellings[0];
    assert.deepEqual(
      await judge(allowedVmSizes, type, props({ agentPoolProfiles: [{ vmSize: "Standard_B2s" }] })),
      [],
    );
  });
});
