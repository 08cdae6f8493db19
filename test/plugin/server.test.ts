// The provider protocol as the engine speaks it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Props, UNKNOWN } from "../../rehearsal/plugin/provider";
import { until } from "../../rehearsal/system/wait";

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const urn = "urn:pulumi:dev::project::my:index:Parent$fake:index:Thing::one::two";
const struct = (value: unknown) => Struct.fromJavaScript(value as Record<string, never>);
const plain = (value: Struct | undefined) => value?.toJavaScript() as Props;

/** @returns the plugin's process and what it printed, its port */
async function start(command: string, ...args: string[]): Promise<[ChildProcess, number]> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  assert.match(String(line), /^\d+\n$/);
  return [child, Number(line)];
}

const plugin = [process.execPath, "--import", "tsx", path.join(__dirname, "fakePlugin.ts")];

describe("plugin: provider protocol", function () {
  this.timeout(30_000);
  const told: LogRequest.AsObject[] = [];
  const engine = new grpc.Server();
  let child: ChildProcess;
  let client: ResourceProviderClient;

  /** Asks the plugin as the engine does. */
  const ask = (method: keyof ResourceProviderClient, request: unknown) =>
    new Promise<any>((resolve, reject) =>
      (client[method] as any)(request, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  const create = (inputs: unknown, preview = false) =>
    ask(
      "create",
      new rpc.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setPreview(preview).setTimeout(60),
    );

  before(async () => {
    const log: grpc.handleUnaryCall<LogRequest, Empty> = (call, callback) => {
      told.push(call.request.toObject());
      callback(null, new Empty());
    };
    engine.addService(EngineService as unknown as grpc.ServiceDefinition, { log });
    const bind = promisify(engine.bindAsync.bind(engine));
    const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
    const [command, ...args] = plugin;
    let own: number;
    [child, own] = await start(command, ...args, `127.0.0.1:${port}`);
    client = new ResourceProviderClient(`127.0.0.1:${own}`, grpc.credentials.createInsecure());
    const settings = struct({ region: secret("west"), many: [1, { a: secret(true) }] });
    const configured = await ask("configure", new rpc.ConfigureRequest().setArgs(settings));
    assert.deepEqual([configured.getAcceptsecrets(), configured.getSupportspreview()], [false, true]);
  });
  after(() => {
    client.close();
    child.kill();
    engine.forceShutdown();
  });

  it("unwraps secrets in its configuration, where they come even to a plugin that accepts none", async () => {
    const request = new rpc.InvokeRequest().setTok("fake:index:f").setArgs(struct({ x: 1 }));
    assert.deepEqual(plain((await ask("invoke", request)).getReturn()), {
      token: "fake:index:f",
      args: { x: 1 },
      settings: { region: "west", many: [1, { a: true }] },
    });
  });

  it("marks the provider's secret outputs, and hands on the operation's timeout", async () => {
    const made = await create({ a: "b" });
    assert.equal(made.getId(), "id-1");
    assert.deepEqual(plain(made.getProperties()), { a: "b", key: secret("k"), timeout: 60 });
  });

  it("knows type and name of a child, and no olds from olds", async () => {
    const check = (olds: Props) =>
      ask(
        "check",
        new rpc.CheckRequest()
          .setUrn(urn)
          .setOlds(struct(olds))
          .setNews(struct({ a: UNKNOWN })),
      );
    const first = await check({});
    const inputs = { a: UNKNOWN, name: "one::two", type: "fake:index:Thing" };
    assert.deepEqual([plain(first.getInputs()), first.getFailuresList()], [inputs, []]);
    assert.deepEqual((await check({ a: 1 })).toObject().failuresList, [{ property: "a", reason: "changed" }]);
  });

  it("says what a preview knows, in the shape of the outputs, of an update with what stays", async () => {
    const known = { number: 1, map: { x: "y" }, any: { a: [1] } };
    const inputs = { ...known, nested: { given: "g" }, list: [{}], other: { no: "text" }, onlyInput: 1 };
    const shown = {
      ...known,
      nested: { given: "g", added: UNKNOWN },
      list: [{ given: UNKNOWN, added: UNKNOWN }],
      other: UNKNOWN,
      key: secret(UNKNOWN),
    };
    assert.deepEqual(plain((await create(inputs, true)).getProperties()), { ...shown, before: UNKNOWN });
    const request = new rpc.UpdateRequest().setUrn(urn).setPreview(true);
    const updated = await ask("update", request.setNews(struct(inputs)).setOlds(struct({ before: "x" })));
    assert.deepEqual(plain(updated.getProperties()), { ...shown, before: "x" });
  });

  it("gives each changed path its kind", async () => {
    const { Kind } = rpc.PropertyDiff;
    const olds = { tags: { "a.b/c": "1" }, list: [{ x: 1 }], gone: 1 };
    const news = { tags: { "a.b/c": "2" }, list: [{ x: 2 }, { x: 3 }] };
    const changed = ['tags["a.b/c"]', "list[0].x", "list[1]", "gone"];
    const replace = ["list[0].x", "gone"];
    const request = new rpc.DiffRequest().setUrn(urn).setOldInputs(struct(olds));
    const diff: rpc.DiffResponse = await ask("diff", request.setNews(struct({ ...news, changed, replace })));
    const kinds: Record<string, number> = {};
    diff.getDetaileddiffMap().forEach((one, name) => (kinds[name] = one.getInputdiff() ? one.getKind() : -1));
    const expected = [Kind.UPDATE, Kind.UPDATE_REPLACE, Kind.ADD, Kind.DELETE_REPLACE];
    assert.deepEqual(kinds, Object.fromEntries(changed.map((name, index) => [name, expected[index]])));
    assert.deepEqual(diff.getDiffsList(), ["tags", "list", "gone"]);
    assert.deepEqual([diff.getReplacesList(), diff.getDeletebeforereplace()], [replace, true]);
    const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
    assert.equal(diff.getChanges(), DIFF_SOME);
    const none = await ask("diff", request.setNews(struct({ changed: [], replace: [] })));
    assert.equal(none.getChanges(), DIFF_NONE);
  });

  it("reads for a refresh and for an import, and says what is gone", async () => {
    const read = async (id: string, inputs: Props, state: Props) => {
      const request = new rpc.ReadRequest().setUrn(urn).setId(id).setInputs(struct(inputs));
      const answer = await ask("read", request.setProperties(struct(state)));
      return [answer.getId(), plain(answer.getInputs()), plain(answer.getProperties())];
    };
    assert.deepEqual(await read("i", { a: 1 }, { key: "k" }), ["i", { a: 1 }, { key: secret("k") }]);
    assert.deepEqual(await read("i", {}, {}), ["i", { from: "i" }, { live: 1 }]);
    assert.deepEqual(await read("gone", {}, {}), ["", undefined, undefined]);
  });

  it("shows status lines and messages beside the resource, before it answers", async () => {
    told.length = 0;
    await create({});
    assert.deepEqual(
      told.map((one) => [one.urn, one.severity, one.message, one.ephemeral]),
      [
        [urn, 1, "waiting for the cloud", true],
        [urn, 2, "slow today", false],
      ],
    );
  });

  it("hands over the state of what was made and does not work", async () => {
    const error: grpc.ServiceError = await create({ does: "half" }).catch((one) => one);
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const [detail] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
    assert.equal(detail.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
    const failed = rpc.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    assert.equal(failed.getId(), "id-1");
    assert.deepEqual(plain(failed.getProperties()), { does: "half", key: secret("k"), timeout: 60 });
    assert.deepEqual(failed.getReasonsList(), ["it does not start", "nor does it stop"]);
  });

  it("fails with a sentence, also for an error in the background, and goes on", async () => {
    const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    for (const [inputs, details] of [
      [{ does: "fail" }, /^The cloud says no\.$/],
      [{ files: [asset] }, /^files\[0\] is an asset or an archive, which the rehearsal does not support\n/],
      [{ does: "crash" }, /^something broke in the background$/],
    ] as const)
      await assert.rejects(create(inputs), { code: grpc.status.UNKNOWN, details });
    assert.equal((await create({})).getId(), "id-1");
  });

  it("stops what runs when it is cancelled", async () => {
    told.length = 0;
    const stopped = [1, 2].map(() => assert.rejects(create({ does: "wait" }), { details: "stopped" }));
    const bothRun = async () =>
      told.filter(({ message }) => message === "slow today").length === 2 || undefined;
    await until("both to run", bothRun, { seconds: 20 });
    await ask("cancel", new Empty());
    await Promise.all(stopped);
  });

  it("tells its schema, and leaves what it does not answer to the engine's defaults", async () => {
    const { resources } = JSON.parse((await ask("getSchema", new rpc.GetSchemaRequest())).getSchema());
    assert.deepEqual(Object.keys(resources), ["fake:index:Thing"]);
    await assert.rejects(ask("diffConfig", new rpc.DiffRequest()), { code: grpc.status.UNIMPLEMENTED });
  });

  it("ends at once when the CLI that started it is gone already, and within seconds when it goes", async () => {
    const [command, ...args] = plugin;
    // Nobody listens on the port "discard".
    assert.deepEqual(await once(spawn(command, [...args, "127.0.0.1:9"]), "exit"), [0, null]);

    const cli = net.createServer().listen(0, "127.0.0.1");
    await once(cli, "listening");
    const [served] = await start(command, ...args, `127.0.0.1:${(cli.address() as net.AddressInfo).port}`);
    cli.close();
    const late = AbortSignal.timeout(15_000);
    assert.deepEqual(await once(served, "exit", { signal: late }), [0, null]);
  });
});
