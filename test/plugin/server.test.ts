// The provider protocol as the engine speaks it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Props, UNKNOWN } from "../../rehearsal/plugin/provider";

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
  const ask = <Q, A>(
    method: (request: Q, callback: (error: grpc.ServiceError | null, answer: A) => void) => unknown,
    request: Q,
  ) =>
    new Promise<A>((resolve, reject) =>
      method.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
  const create = (inputs: unknown, preview = false) =>
    ask<rpc.CreateRequest, rpc.CreateResponse>(
      client.create,
      new rpc.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setPreview(preview).setTimeout(60),
    );

  before(async () => {
    engine.addService(EngineService, {
      log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, callback: grpc.sendUnaryData<Empty>) => {
        told.push(call.request.toObject());
        callback(null, new Empty());
      },
    } as unknown as grpc.UntypedServiceImplementation);
    const port = await new Promise<number>((resolve) =>
      engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
    );
    const [command, ...args] = plugin;
    let own: number;
    [child, own] = await start(command, ...args, `127.0.0.1:${port}`);
    client = new ResourceProviderClient(`127.0.0.1:${own}`, grpc.credentials.createInsecure());
    const settings = { region: secret("west"), many: [1, { a: secret(true) }] };
    await ask(client.configure, new rpc.ConfigureRequest().setArgs(struct(settings)));
  });
  after(() => {
    client.close();
    child.kill();
    engine.forceShutdown();
  });

  it("accepts no secrets in requests, and has them unwrapped in its configuration, where they come all the same", async () => {
    const configured = await ask<rpc.ConfigureRequest, rpc.ConfigureResponse>(
      client.configure,
      new rpc.ConfigureRequest().setArgs(struct({ region: secret("west"), many: [{ a: secret(true) }] })),
    );
    assert.deepEqual(
      [configured.getAcceptsecrets(), configured.getAcceptresources(), configured.getSupportspreview()],
      [false, false, true],
    );
    const request = new rpc.InvokeRequest().setTok("fake:index:f").setArgs(struct({ x: 1 }));
    const answer = await ask<rpc.InvokeRequest, rpc.InvokeResponse>(client.invoke, request);
    assert.deepEqual(plain(answer.getReturn()), {
      token: "fake:index:f",
      args: { x: 1 },
      settings: { region: "west", many: [{ a: true }] },
    });
  });

  it("marks the provider's secret outputs, and hands on the operation's timeout", async () => {
    const made = await create({ a: "b" });
    assert.equal(made.getId(), "id-1");
    assert.deepEqual(plain(made.getProperties()), { a: "b", key: secret("k"), timeout: 60 });
  });

  it("knows type and name of a child, no olds from olds, and what is unknown", async () => {
    const check = (olds: Props) =>
      ask<rpc.CheckRequest, rpc.CheckResponse>(
        client.check,
        new rpc.CheckRequest()
          .setUrn(urn)
          .setOlds(struct(olds))
          .setNews(struct({ text: UNKNOWN })),
      );
    const first = await check({});
    assert.deepEqual(plain(first.getInputs()), {
      text: UNKNOWN,
      name: "one::two",
      type: "fake:index:Thing",
    });
    assert.deepEqual(first.getFailuresList(), []);
    assert.deepEqual((await check({ a: 1 })).toObject().failuresList, [{ property: "a", reason: "changed" }]);
  });

  it("says what a preview knows, of an update with what is recorded", async () => {
    const planned = { a: 1, planned: UNKNOWN };
    assert.deepEqual(plain((await create({ a: 1 }, true)).getProperties()), { ...planned, before: null });
    const request = new rpc.UpdateRequest().setUrn(urn).setId("id-1").setPreview(true);
    request.setNews(struct({ a: 1 })).setOlds(struct({ before: "x" }));
    const updated = await ask<rpc.UpdateRequest, rpc.UpdateResponse>(client.update, request);
    assert.deepEqual(plain(updated.getProperties()), { ...planned, before: "x" });
  });

  it("gives each changed path its kind", async () => {
    const { Kind } = rpc.PropertyDiff;
    const olds = { tags: { "a.b/c": "1" }, list: [{ x: 1 }], gone: 1 };
    const news = {
      tags: { "a.b/c": "2" },
      list: [{ x: 2 }, { x: 3 }],
      changed: ['tags["a.b/c"]', "list[0].x", "list[1]", "gone"],
      replace: ["list[0].x", "gone"],
    };
    const request = new rpc.DiffRequest().setUrn(urn).setId("id-1");
    request.setOldInputs(struct(olds)).setNews(struct(news));
    const diff = await ask<rpc.DiffRequest, rpc.DiffResponse>(client.diff, request);
    const kinds: unknown[] = [];
    diff.getDetaileddiffMap().forEach((one, name) => kinds.push([name, one.getKind(), one.getInputdiff()]));
    assert.deepEqual(kinds, [
      ["gone", Kind.DELETE_REPLACE, true],
      ["list[0].x", Kind.UPDATE_REPLACE, true],
      ["list[1]", Kind.ADD, true],
      ['tags["a.b/c"]', Kind.UPDATE, true],
    ]);
    assert.deepEqual(diff.getDiffsList(), ["tags", "list", "gone"]);
    assert.deepEqual(diff.getReplacesList(), ["list[0].x", "gone"]);
    assert.equal(diff.getChanges(), rpc.DiffResponse.DiffChanges.DIFF_SOME);
    assert.ok(diff.getDeletebeforereplace());
    request.setNews(struct({ changed: [], replace: [] }));
    const none = await ask<rpc.DiffRequest, rpc.DiffResponse>(client.diff, request);
    assert.equal(none.getChanges(), rpc.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("reads for a refresh and for an import, and says what is gone", async () => {
    const read = async (id: string, inputs: Props, state: Props) => {
      const request = new rpc.ReadRequest().setUrn(urn).setId(id);
      request.setInputs(struct(inputs)).setProperties(struct(state));
      const answer = await ask<rpc.ReadRequest, rpc.ReadResponse>(client.read, request);
      return [answer.getId(), plain(answer.getInputs()), plain(answer.getProperties())];
    };
    assert.deepEqual(await read("i", { a: 1 }, { key: "k" }), ["i", { a: 1 }, { key: secret("k") }]);
    assert.deepEqual(await read("i", {}, {}), ["i", { from: "i" }, { live: 1 }]);
    assert.deepEqual(await read("gone", {}, {}), ["", undefined, undefined]);
  });

  it("shows status lines and messages beside the resource, before it answers", async () => {
    told.length = 0;
    await create({});
    const shown = told.map((one) => [one.urn === urn, one.severity, one.message, one.ephemeral]);
    assert.deepEqual(shown, [
      [true, 1, "waiting for the cloud", true],
      [true, 2, "slow today", false],
    ]);
  });

  it("hands over the state of what was made and does not work", async () => {
    const error = await create({ does: "half" }).then(
      () => assert.fail(),
      (one: grpc.ServiceError) => one,
    );
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
    ] as const)
      await assert.rejects(create(inputs), { code: grpc.status.UNKNOWN, details });
    await assert.rejects(create({ does: "crash" }), { details: "something broke in the background" });
    assert.equal((await create({})).getId(), "id-1");
  });

  it("stops what runs when it is cancelled", async () => {
    const running = [create({ does: "wait" }), create({ does: "wait" })].map((one) =>
      assert.rejects(one, { details: "stopped" }),
    );
    await sleep(200);
    await ask(client.cancel, new Empty());
    await Promise.all(running);
  });

  it("tells its version and schema, and leaves the rest to the engine's defaults", async () => {
    const schema = await ask<rpc.GetSchemaRequest, rpc.GetSchemaResponse>(
      client.getSchema,
      new rpc.GetSchemaRequest(),
    );
    assert.equal(schema.getSchema(), '{"name":"fake"}');
    await assert.rejects(ask(client.checkConfig, new rpc.CheckRequest()), {
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  it("ends at once when the CLI that started it is gone already", async () => {
    const [command, ...args] = plugin;
    // Nobody listens on the port "discard".
    assert.deepEqual(await once(spawn(command, [...args, "127.0.0.1:9"]), "exit"), [0, null]);
  });

  it("ends when its parent was killed", async () => {
    const [parent, port] = await start("sh", "-c", '"$@" & wait', "sh", ...plugin);
    parent.kill("SIGKILL");
    const until = Date.now() + 5_000;
    const listens = () =>
      new Promise<boolean>((resolve) => {
        const socket = net.connect(port, "127.0.0.1", () => resolve(true) ?? socket.destroy());
        socket.on("error", () => resolve(false));
      });
    while (await listens()) {
      assert.ok(Date.now() < until, "the plugin outlives its parent");
      await sleep(100);
    }
  });
});
