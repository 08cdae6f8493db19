// How `bench` makes many Services: what it asks of the API server, and how long it waits for their endpoints.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { makeServices } from "../../cli/bench/deploy";
import { Measurements } from "../../cli/bench/measure";
import { Cluster } from "../../cli/cluster";
import { until } from "../../rehearsal/system/wait";
import { type Answer, ApiDouble } from "./apiDouble";
import { sample } from "./samples";

const address = (name: string) => `10.0.0.${name.split("-").at(-1)}`;

describe("bench: many Services", function () {
  this.timeout(60_000);
  let api: ApiDouble | undefined;
  afterEach(() => api?.end());

  /**
   * @param refusal of a Service, by its name; undefined = it is made
   * @param together nothing is answered before so many are asked for
   */
  async function asking(refusal: (name: string) => Answer | undefined = () => undefined, together = 1) {
    let [now, most] = [0, 0];
    api = await ApiDouble.start(async (_, request) => {
      most = Math.max(most, ++now);
      const service = JSON.parse(await text(request));
      await until(`${together} at once`, async () => most >= together || undefined, { seconds: 20 });
      await pause(100);
      now--;
      const { name } = service.metadata;
      return refusal(name) ?? { ...service, spec: { ...service.spec, clusterIP: address(name) } };
    });
    const cluster = await Cluster.open({ kubeconfig: api.kubeconfig });
    const { signal } = new AbortController();
    return { atMost: () => most, asking: { cluster, namespace: "many", signal } };
  }

  it("are made 16 at once, on as many connections, and each once", async () => {
    const { asking: with16, atMost } = await asking(undefined, 16);
    assert.equal(await makeServices(with16, 1, 65), "10.0.0.64");
    assert.deepEqual(api!.asked, Array(64).fill("/api/v1/namespaces/many/services"));
    assert.equal(atMost(), 16);
    assert.ok(api!.connections <= 16, `${api!.connections} connections`);
  });

  it("wait as long as the API server says where it has no room (429), and are made then", async () => {
    const refused = new Set<string>();
    const { asking: later } = await asking((name) => {
      if (refused.has(name) || refused.size === 20) return undefined;
      refused.add(name);
      return 429;
    });
    const begun = Date.now();
    assert.equal(await makeServices(later, 1, 41), "10.0.0.40");
    assert.ok(Date.now() - begun >= 1000, "at once");
    assert.equal(api!.asked.length, 60);
  });

  it("are given up after ten refusals, in the API server's words", async () => {
    const { asking: never } = await asking(() => 429);
    await assert.rejects(makeServices(never, 1, 2), /Service service-1 could not be made: .* says 429/);
    assert.equal(api!.asked.length, 10);
  });

  it("get longer for their endpoints the more there are", async () => {
    const { asking: made } = await asking();
    const waits: [string, number][] = [];
    const client: any = {
      asking: made,
      answers: async (...wait: [string, number]) => waits.push(wait),
      run: async ([program, ...args]: string[]) =>
        program === "iperf3"
          ? sample(args.includes("-u") ? "iperf3-udp.json" : "iperf3-tcp.json")
          : sample(args.includes("-keepalive=false") ? "fortio-connections.json" : "fortio-latency.json"),
    };
    const load: any = {
      measureIdle: () => undefined,
      around: async (_: number, work: () => Promise<string>) => [await work(), { cores: null }],
    };
    const plan = { seconds: 1, runs: 1, services: [1, 101, 151], patience: 180 };
    await new Measurements(client, load, plan).run({ pod: "p", service: "s" });
    assert.deepEqual(waits, [
      ["p", 180],
      ["s", 180],
      ["10.0.0.100", 190],
      ["10.0.0.150", 185],
    ]);
  });
});
