import assert from "node:assert/strict";
import { removeFolders, world } from "./fixtures";
import { refused } from "./refused";

describe("azure: what stands around a cluster", () => {
  after(removeFolders);

  describe("maintenance windows", () => {
    const names = { resourceGroupName: "rg", resourceName: "aks" };
    const window = {
      schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } },
      durationHours: 4,
      startTime: "02:00",
    };
    const type = "containerservice:MaintenanceConfiguration";
    it("accepts one", async () => {
      const inputs = { ...names, configName: "aksManagedAutoUpgradeSchedule", maintenanceWindow: window };
      assert.deepEqual(await (await world()).failures(type, inputs), []);
    });
    it("refuses an unknown name", () =>
      refused(
        type,
        { ...names, configName: "sundays", maintenanceWindow: window },
        "configName",
        /aksManagedNodeOSUpgradeSchedule/,
      ));
    it("refuses two schedules", () => {
      const schedule = { ...window.schedule, daily: { intervalDays: 1 } };
      const inputs = {
        ...names,
        configName: "aksManagedAutoUpgradeSchedule",
        maintenanceWindow: { ...window, schedule },
      };
      return refused(type, inputs, "properties.maintenanceWindow.schedule", /one schedule, 2 given/);
    });
    it("refuses a short window", () => {
      const inputs = {
        ...names,
        configName: "aksManagedAutoUpgradeSchedule",
        maintenanceWindow: { ...window, durationHours: 1 },
      };
      return refused(type, inputs, "properties.maintenanceWindow.durationHours", /from 4 to 24/);
    });
  });

  describe("networks and roles", () => {
    const names = { resourceGroupName: "rg", virtualNetworkName: "net" };
    it("a subnet outside its network", () => {
      const space = { addressPrefixes: ["10.1.0.0/16"] };
      const inputs = {
        ...names,
        addressSpace: space,
        subnets: [{ name: "a", addressPrefix: "10.2.0.0/24" }],
      };
      return refused(
        "network:VirtualNetwork",
        inputs,
        "properties.subnets[0].properties.addressPrefix",
        /not in the network/,
      );
    });
    it("a prefix that is none", () =>
      refused(
        "network:Subnet",
        { ...names, subnetName: "a", addressPrefix: "10.1.0.0/30" },
        "properties.addressPrefix",
        /InvalidCIDRNotation/,
      ));
    it("an unknown member", () =>
      refused(
        "network:Subnet",
        { ...names, subnetName: "a", addressPrefix: "10.1.0.0/24", cidr: "x" },
        "properties.cidr",
        /member 'cidr'/,
      ));
    it("a role by name", () => {
      const inputs = { scope: "/subscriptions/s", principalId: "p", roleDefinitionId: "Network Contributor" };
      return refused(
        "authorization:RoleAssignment",
        inputs,
        "properties.roleDefinitionId",
        /roleDefinitions\/<UUID>/,
      );
    });
  });
});
