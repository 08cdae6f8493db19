// Every policy of the pack, in the order in which they are reported.
import { Policies } from "@pulumi/policy";
import { collector } from "../collector";
import * as access from "./aks/access";
import * as addOns from "./aks/addOns";
import * as encryption from "./aks/encryption";
import * as general from "./aks/general";
import * as logs from "./aks/logs";
import * as nodes from "./aks/nodes";
import { subnetSize } from "./aks/subnetSize";
import * as upgrades from "./aks/upgrades";
import { dataplane } from "./dataplane";
import * as hygiene from "./hygiene";
import * as pack from "./pack";

export const policies: Policies = [
  // First: it notes what the others judge by.
  collector,
  ...dataplane,
  ...[access, addOns, encryption, general, logs, nodes, { subnetSize }, upgrades, hygiene].flatMap((one) =>
    Object.values<Policies[0]>(one),
  ),
  // Last: it tells what the others could not judge.
  ...Object.values(pack),
];
