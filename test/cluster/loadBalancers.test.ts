import assert from "node:assert/strict";
import { Bench, spec } from "./support";

describe("cluster: Services of type LoadBalancer", function () {
  this.timeout(180_000);
  const cluster = new Bench(spec("balanced", 1), {});
  const { becomes, gone, get, patch } = cluster;
  const services = "/api/v1/namespaces/default/services";
  const finalizer = "service.kubernetes.io/load-balancer-cleanup";

  const make = (name: string, more: object = {}, finalizers: string[] = []) =>
    cluster.api.create(services, {
      metadata: { name, finalizers },
      spec: { type: "LoadBalancer", ports: [{ port: 80 }], ...more },
    });
  const addressOf = ({ status }: any) => status.loadBalancer.ingress?.[0].ip;

  it("each gets an address of its own, and is held until its load balancer is gone", async () => {
    await make("one");
    await make("other", {}, ["example.com/theirs"]);
    const [one, other] = [
      await becomes(`${services}/one`, addressOf),
      await becomes(`${services}/other`, addressOf),
    ];
    assert.match(addressOf(one), /^127\./);
    assert.match(addressOf(other), /^127\./);
    assert.notEqual(addressOf(one), addressOf(other));
    assert.deepEqual(one.metadata.finalizers, [finalizer]);
    assert.deepEqual(other.metadata.finalizers, ["example.com/theirs", finalizer]);
  });

  it("one that is deleted goes, and its address is free; other finalizers are left alone", async () => {
    const address = addressOf(await get(`${services}/one`));
    await cluster.api.delete(`${services}/one`);
    await gone(`${services}/one`, 10);
    await make("next");
    assert.equal(addressOf(await becomes(`${services}/next`, addressOf)), address);
    await cluster.api.delete(`${services}/other`);
    await becomes(`${services}/other`, ({ metadata }) => metadata.finalizers.length === 1);
    await patch(`${services}/other`, { metadata: { finalizers: null } });
    await gone(`${services}/other`, 10);
  });

  it("another controller's (loadBalancerClass) is left alone, and one that changes its type lets go", async () => {
    await make("theirs", { loadBalancerClass: "example.com/theirs" });
    await patch(`${services}/next`, { spec: { type: "ClusterIP" } });
    const changed = await becomes(`${services}/next`, ({ metadata }) => !metadata.finalizers);
    await becomes(`${services}/next`, (service) => addressOf(service) === undefined);
    assert.equal(changed.spec.type, "ClusterIP");
    const { metadata, status } = await get(`${services}/theirs`);
    assert.equal(metadata.finalizers, undefined);
    assert.deepEqual(status.loadBalancer, {});
  });
});
