// Pulumi's provider protocol (proto/pulumi/provider.proto of pulumi/pulumi) in front of a Provider. The SDK's own server
// (@pulumi/pulumi/provider) knows no preview, configuration, detailed diff or import, and prints stack traces.
import { setMaxListeners } from "node:events";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { detailedDiff, failure } from "./answers";
import { Engine } from "./engine";
import { endWithEngine } from "./lifeline";
import type { ConfiguredProvider, Operation, Props, Provider } from "./provider";
import { previewOutputs, type Schema } from "./preview";
import { messageOf } from "../system/refusal";
import { fromStruct, toStruct } from "./values";

export interface PluginOptions {
  /** That of the npm package whose programs it serves. */
  readonly version: string;
  /** The package's schema as JSON text, made when it is asked for. */
  readonly schema: () => Promise<string>;
}

/** Serves until the CLI ends this process or is gone. The port is the only line on stdout. */
export async function servePlugin(provider: Provider, options: PluginOptions): Promise<void> {
  // The last argument of every plugin.
  const address = process.argv.at(-1)!;
  endWithEngine(address);
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  const methods = methodsOf(provider, options, new Engine(address)) as grpc.UntypedServiceImplementation;
  server.addService(ResourceProviderService, methods);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  process.stdout.write(`${port}\n`);
}

const typeOf = (urn: string) => urn.split("::")[2].split("$").at(-1)!;

/**
 * What is missing the library answers with "unimplemented", for which the engine has defaults. Secrets, output values and
 * references to resources are not accepted: the engine unwraps them for such a plugin, and marks what comes back path by
 * path (`annotateSecrets` in sdk/go/common/resource/plugin/provider_plugin.go); so it does for azure-native.
 */
function methodsOf(
  provider: Provider,
  options: PluginOptions,
  engine: Engine,
): Partial<IResourceProviderServer> {
  // The engine asks for nothing but the schema before it has configured the plugin.
  let configured: ConfiguredProvider;
  let schema: Schema | undefined;
  const running = new AbortController();
  // One for all that runs: Node warns of more than ten listeners.
  setMaxListeners(0, running.signal);

  const waiting = new Set<(error: unknown) => void>();
  // An error in the background fails what runs, or the CLI would wait for ever.
  process.on("uncaughtException", (error) => {
    if (waiting.size === 0) process.stderr.write(`${messageOf(error)}\n`);
    for (const fail of waiting) fail(error);
  });

  function unary<Q, A>(
    answer: (request: Q) => A | Promise<A>,
    secrets: (request: Q) => readonly string[] = () => [],
  ): grpc.handleUnaryCall<Q, A> {
    return async ({ request }, callback) => {
      let fail!: (error: unknown) => void;
      const failed = new Promise<never>((_, reject) => waiting.add((fail = reject)));
      try {
        callback(null, await Promise.race([answer(request), failed]));
      } catch (error) {
        callback(failure(error, secrets(request)));
      } finally {
        waiting.delete(fail);
      }
    };
  }

  const secretsOf = (urn: string) => provider.secretOutputs(typeOf(urn));
  const outputsOf = ({ urn }: Operation, outputs: Props) => toStruct(outputs, secretsOf(urn));

  function about<Q extends { getUrn(): string; getTimeout?(): number }, A>(
    answer: (op: Operation, request: Q) => Promise<A>,
  ) {
    const inFull = async (request: Q) => {
      const urn = request.getUrn();
      const told: Promise<void>[] = [];
      const op: Operation = {
        urn,
        type: typeOf(urn),
        name: urn.split("::").slice(3).join("::"),
        timeoutSeconds: request.getTimeout?.() || undefined,
        signal: running.signal,
        status: (message) => void told.push(engine.log(urn, "info", message, true)),
        log: (severity, message) => void told.push(engine.log(urn, severity, message, false)),
      };
      // A message that comes after the answer would be shown nowhere.
      return answer(op, request).finally(() => Promise.all(told));
    };
    return unary(inFull, (request) => secretsOf(request.getUrn()));
  }

  async function preview(op: Operation, news: Props, old: Props = {}): Promise<Struct> {
    schema ??= JSON.parse(await options.schema()) as Schema;
    const outputs = previewOutputs(schema, op.type, news);
    for (const name of provider.stableOutputs ?? []) if (name in old) outputs[name] = old[name];
    return outputsOf(op, outputs);
  }

  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(options.version)),
    getSchema: unary(async () => new rpc.GetSchemaResponse().setSchema(await options.schema())),
    configure: unary(async (request) => {
      configured = await provider.configure(fromStruct(request.getArgs()));
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary(async (request) => {
      const args = fromStruct(request.getArgs());
      const result = await configured.invoke(request.getTok(), args, running.signal);
      return new rpc.InvokeResponse().setReturn(toStruct(result));
    }),
    check: about(async (op, request) => {
      const olds = fromStruct(request.getOlds());
      const known = Object.keys(olds).length > 0 ? olds : undefined;
      const { inputs, failures } = await configured.check(op, known, fromStruct(request.getNews()));
      const failed = failures.map(({ property, reason }) =>
        new rpc.CheckFailure().setProperty(property).setReason(reason),
      );
      return new rpc.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failed);
    }),
    diff: about(async (op, request) => {
      const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const outputs = fromStruct(request.getOlds());
      return detailedDiff(await configured.diff(op, request.getId(), olds, outputs, news), olds, news);
    }),
    create: about(async (op, request) => {
      const news = fromStruct(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(await preview(op, news));
      const { id, outputs } = await configured.create(op, news);
      return new rpc.CreateResponse().setId(id).setProperties(outputsOf(op, outputs));
    }),
    update: about(async (op, request) => {
      const [news, old] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
      if (request.getPreview()) return new rpc.UpdateResponse().setProperties(await preview(op, news, old));
      const olds = fromStruct(request.getOldInputs());
      const { outputs } = await configured.update(op, request.getId(), olds, old, news);
      return new rpc.UpdateResponse().setProperties(outputsOf(op, outputs));
    }),
    read: about(async (op, request) => {
      const inputs = fromStruct(request.getInputs());
      const found = await configured.read(op, request.getId(), inputs, fromStruct(request.getProperties()));
      const answer = new rpc.ReadResponse();
      if (!found) return answer;
      answer.setId(found.id).setProperties(outputsOf(op, found.outputs));
      return answer.setInputs(toStruct(found.inputs ?? inputs));
    }),
    delete: about(async (op, request) => {
      const [inputs, outputs] = [fromStruct(request.getOldInputs()), fromStruct(request.getProperties())];
      await configured.delete(op, request.getId(), inputs, outputs);
      return new Empty();
    }),
    cancel: unary(() => {
      running.abort();
      return new Empty();
    }),
  };
}
