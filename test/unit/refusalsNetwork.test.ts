// Networks that AKS or Calico would refuse, or in which packets would be lost.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster } from "../../components";
import { record } from "./record";
import { type Case, checkCluster, titleOf } from "./refusalCases";

const subnetId =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes";
const own = (network: object, more: object = {}) => ({ ...more, network: { subnetId, ...network } });
const calicoCni = (network: object, more: object = {}) => ({ ...more, mode: "CalicoCni", network });

const words: Case[] = [
  [{ network: { outboundType: "none" } }, "network.outboundType", /managedCluster\.networkProfile\.NAME/],
  [{ network: { serviceCIDR: "10.0.0.0/16" } }, "network.serviceCIDR", /write: serviceCidr/],
  [{ network: { mode: "Overlays" } }, "network.mode", /write: "Overlay"/],
  [{ network: { mode: "Flat", podCidr: "10.1.0.0/16" } }, "network.podCidr", /mode: Overlay/],
  [{ network: { podCidr: "10.300.0.0/16" } }, "network.podCidr", /CIDR notation/],
  [{ network: { serviceCidr: "10.0.0.5/16" } }, "network.serviceCidr", /without bits set behind its prefix/],
  [
    { network: { podCidr: "10.0.128.0/17" } },
    "network.podCidr",
    /overlaps 10\.0\.0\.0\/16, the services' range/,
  ],
  [{ network: { podCidr: "10.244.0.0/25" } }, "network.podCidr", /\/22 or shorter/],
  [{ kubeProxy: "IPVS" }, "kubeProxy", /one of Disable, Keep, Absent/],
  [{ mode: "Calico" }, "mode", /AzureManaged, SelfManaged, CalicoCni/],
  [{ kubeProxy: "Absent" }, "kubeProxy", /mode: CalicoCni/],
  [{ mode: "SelfManaged", kubeProxy: "Absent" }, "kubeProxy", /networkPlugin none only/],
  [calicoCni({ mode: "Overlay", podCidr: "10.100.0.0/16" }), "network.mode", /leave it out/],
  [calicoCni({ mode: "Flat", podCidr: "10.100.0.0/16" }), "network.mode", /SelfManaged/],
];

const ranges: Case[] = [
  [{ mode: "CalicoCni" }, "network.podCidr", /is missing[\s\S]*10\.244\.0\.0\/16/],
  [
    {
      systemPool: { autoscaling: { min: 1, max: 100 } },
      nodePools: [{ name: "work", autoscaling: { min: 0, max: 200 } }],
    },
    "network.podCidr",
    /each node takes a \/24 of it, 302 in all[\s\S]*\/15 or shorter/,
  ],
  [calicoCni({ podCidr: "10.100.0.0/24" }), "network.podCidr", /8 in all[\s\S]*\/23 or shorter/],
  [
    calicoCni(
      { podCidr: "10.100.0.0/20" },
      { nodePools: [{ name: "work", count: 20, profile: { maxPods: 250 } }] },
    ),
    "network.podCidr",
    /92 in all[\s\S]*\/19 or shorter/,
  ],
  [
    { network: { podCidr: "10.224.0.0/14" } },
    "network.podCidr",
    /overlaps 10\.224\.0\.0\/12, addresses of the VNet/,
  ],
  [{ network: { serviceCidr: "10.239.0.0/16" } }, "network.serviceCidr", /overlaps 10\.224\.0\.0\/12/],
  [
    own({ vnetCidr: "10.240.0.0/12" }),
    "network.podCidr",
    /10\.244\.0\.0\/16 overlaps 10\.240\.0\.0\/12[\s\S]*outside the VNet/,
  ],
  [
    own({ vnetCidr: "10.0.0.0/12", podCidr: "10.244.0.0/16" }),
    "network.serviceCidr",
    /10\.0\.0\.0\/16 overlaps 10\.0\.0\.0\/12/,
  ],
  [
    { mode: "CalicoCni", network: { subnetId, vnetCidr: "10.96.0.0/12", podCidr: "10.100.0.0/16" } },
    "network.podCidr",
    /overlaps 10\.96\.0\.0\/12/,
  ],
  [own({ subnetCidr: "10.0.8.0/24" }), "network.serviceCidr", /overlaps 10\.0\.8\.0\/24/],
  [own({ vnetCidr: "10.1.0.0" }), "network.vnetCidr", /CIDR notation/],
  [own({ subnetCidr: "10.1.0.7/24" }), "network.subnetCidr", /without bits set behind its prefix/],
  [{ network: { vnetCidr: "10.1.0.0/16" } }, "network.vnetCidr", /subnetId beside it/],
  [{ network: { subnetCidr: "10.1.0.0/24" } }, "network.subnetCidr", /subnetId beside it/],
  [
    own({ mode: "Flat", subnetCidr: "10.1.0.0/24" }, { systemPool: { count: 10 } }),
    "network.subnetCidr",
    /346 in all[\s\S]*\/23 or shorter/,
  ],
  [
    own(
      { mode: "Flat", subnetCidr: "10.1.0.0/22" },
      { nodePools: [{ name: "work", autoscaling: { min: 1, max: 12 }, profile: { maxPods: 100 } }] },
    ),
    "network.subnetCidr",
    /1442 in all[\s\S]*\/21 or shorter/,
  ],
  [own({ subnetCidr: "10.1.0.0/29" }), "network.subnetCidr", /9 in all[\s\S]*\/28 or shorter/],
  [
    { network: { mode: "Flat" }, systemPool: { count: 300, profile: { maxPods: 250 } } },
    "network.subnetCidr",
    /10\.224\.0\.0\/16 is too small[\s\S]*75556 in all[\s\S]*\/15 or shorter/,
  ],
];

describe("networks that are refused", () => {
  checkCluster(words);
  checkCluster(ranges);

  it("pools in subnets of their own take nothing of the network's", async () => {
    const elsewhere = { name: "work", profile: { vnetSubnetID: `${subnetId}2` }, count: 900 };
    await record(
      () =>
        new AksCluster("dev", {
          network: { mode: "Flat", subnetId, subnetCidr: "10.1.0.0/24" },
          nodePools: [elsewhere],
        }),
    );
  });

  it("what just fits is taken", async () => {
    const fitting: object[] = [
      own({ mode: "Flat", subnetCidr: "10.1.0.0/24" }, { systemPool: { count: 7 } }),
      own({ vnetCidr: "10.1.0.0/16", subnetCidr: "10.1.255.240/28" }),
      calicoCni({ podCidr: "10.100.0.0/24" }, { systemPool: { profile: { maxPods: 64 } } }),
      { network: { podCidr: "10.244.0.0/22" } },
      { network: { podCidr: "10.240.0.0/16", serviceCidr: "10.208.0.0/12" } },
    ];
    for (const args of fitting) await record(() => new AksCluster("dev", args));
  });

  it("numbers and ranges that are known later are checked then, before the cluster", async () => {
    const later = pulumi.output;
    const cases: [object, RegExp][] = [
      [calicoCni({ podCidr: "10.100.0.0/24" }, { systemPool: { count: later(4) } }), /10 in all/],
      [calicoCni({ podCidr: later("10.224.0.0/16") }), /overlaps 10\.224\.0\.0\/12/],
      [own({ vnetCidr: later("10.240.0.0/12") }), /podCidr: 10\.244\.0\.0\/16 overlaps 10\.240\.0\.0\/12/],
      [own({ vnetCidr: later("10.1.0.0") }), /network\.vnetCidr: is "10\.1\.0\.0"[^]*CIDR notation/],
      [own({ subnetCidr: later("10.1.0.0/29") }), /9 in all/],
      [
        { network: { mode: "Flat" }, systemPool: { count: later(300), profile: { maxPods: later(250) } } },
        /network\.subnetCidr: 10\.224\.0\.0\/16 is too small/,
      ],
    ];
    for (const [args, says] of cases) {
      await assert.rejects(
        record(() => new AksCluster("dev", args)),
        says,
        titleOf(args),
      );
    }
  });
});
