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
import { detailedDiff, failure, failuresOf } from "./answers";
import { Engine } from "./engine";
import { endWithEngine } from "./lifeline";
import { type ConfiguredProvider, InitializationError, type Operation } from "./provider";
import { previewOutputs, type Schema } from "./preview";
import type { Props, Provider } from "./provider";
import { messageOf } from "../system/refusal";
import { fromStruct, toStruct, withSecretKeys } from "./values";

export interface PluginOptions {
  /** That of the npm package whose programs it serves. */
  readonly version: string;
  /** The package's schema as JSON text, made when it is asked for. */
  readonly schema: () => Promise<string>;
}

/** Serves until the CLI ends this process or is gone. The port is the only line on stdout. */
export async function servePlugin(provider: Provider, options: PluginOptions): Promise<void> {
  const engine = process.argv.at(-1)!;
  endWithEngine(engine);
  const plugin = new Plugin(provider, options, new Engine(engine));
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  server.addService(ResourceProviderService, plugin.methods() as grpc.UntypedServiceImplementation);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  process.stdout.write(`${port}\n`);
}

/** What the requests about one resource have in common. */
interface ResourceRequest {
  getUrn(): string;
  getTimeout?(): number;
}

class Plugin {
  /** The engine asks for nothing but the schema before it has configured the plugin. */
  #configured!: ConfiguredProvider;
  #schema?: Schema;
  #running = new AbortController();
  readonly #waiting = new Set<(error: unknown) => void>();

  constructor(
    private readonly provider: Provider,
    private readonly options: PluginOptions,
    private readonly engine: Engine,
  ) {
    // An error in the background fails what runs, or the CLI would wait for ever.
    process.on("uncaughtException", (error) => {
      if (this.#waiting.size === 0) process.stderr.write(`${messageOf(error)}\n`);
      for (const fail of this.#waiting) fail(error);
    });
  }

  /**
   * What is missing the library answers with "unimplemented", for which the engine has defaults. Secrets, output values and
   * references to resources are not accepted: the engine unwraps them for such a plugin, and marks what comes back path by
   * path (`annotateSecrets` in sdk/go/common/resource/plugin/provider_plugin.go); so it does for azure-native.
   */
  methods(): Partial<IResourceProviderServer> {
    return {
      getPluginInfo: this.#unary(() => new PluginInfo().setVersion(this.options.version)),
      getSchema: this.#unary(async () => new rpc.GetSchemaResponse().setSchema(await this.options.schema())),
      configure: this.#unary(async (request) => {
        this.#configured = await this.provider.configure(fromStruct(request.getArgs()));
        return new rpc.ConfigureResponse().setSupportspreview(true);
      }),
      invoke: this.#unary(async (request) => {
        const args = fromStruct(request.getArgs());
        const result = await this.#configured.invoke(request.getTok(), args, this.#signal());
        return new rpc.InvokeResponse().setReturn(toStruct(result));
      }),
      check: this.#about(async (op, request) => {
        const olds = fromStruct(request.getOlds());
        const known = Object.keys(olds).length > 0 ? olds : undefined;
        const { inputs, failures } = await this.#configured.check(op, known, fromStruct(request.getNews()));
        return new rpc.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failuresOf(failures));
      }),
      diff: this.#about(async (op, request) => {
        const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
        const outputs = fromStruct(request.getOlds());
        return detailedDiff(
          await this.#configured.diff(op, request.getId(), olds, outputs, news),
          olds,
          news,
        );
      }),
      create: this.#about(async (op, request) => {
        const news = fromStruct(request.getProperties());
        if (request.getPreview())
          return new rpc.CreateResponse().setProperties(await this.#preview(op, news));
        const { id, outputs } = await this.#configured.create(op, news);
        return new rpc.CreateResponse().setId(id).setProperties(toStruct(this.#marked(op, outputs)));
      }),
      update: this.#about(async (op, request) => {
        const news = fromStruct(request.getNews());
        const outputs = fromStruct(request.getOlds());
        if (request.getPreview())
          return new rpc.UpdateResponse().setProperties(await this.#preview(op, news, outputs));
        const olds = fromStruct(request.getOldInputs());
        const state = await this.#configured.update(op, request.getId(), olds, outputs, news);
        return new rpc.UpdateResponse().setProperties(toStruct(this.#marked(op, state.outputs)));
      }),
      read: this.#about(async (op, request) => {
        const inputs = fromStruct(request.getInputs());
        const state = fromStruct(request.getProperties());
        const found = await this.#configured.read(op, request.getId(), inputs, state);
        if (!found) return new rpc.ReadResponse();
        return new rpc.ReadResponse()
          .setId(found.id)
          .setProperties(toStruct(this.#marked(op, found.outputs)))
          .setInputs(toStruct(found.inputs ?? inputs));
      }),
      delete: this.#about(async (op, request) => {
        const [inputs, outputs] = [fromStruct(request.getOldInputs()), fromStruct(request.getProperties())];
        await this.#configured.delete(op, request.getId(), inputs, outputs);
        return new Empty();
      }),
      cancel: this.#unary(() => {
        this.#running.abort();
        this.#running = new AbortController();
        return new Empty();
      }),
    };
  }

  #signal(): AbortSignal {
    // One for all that runs: Node warns of more than ten listeners.
    setMaxListeners(0, this.#running.signal);
    return this.#running.signal;
  }

  #marked(op: Operation, outputs: Props): Props {
    return withSecretKeys(outputs, this.provider.secretOutputs(op.type));
  }

  async #preview(op: Operation, news: Props, old: Props = {}): Promise<Struct> {
    this.#schema ??= JSON.parse(await this.options.schema()) as Schema;
    const outputs = previewOutputs(this.#schema, op.type, news);
    for (const name of this.provider.stableOutputs ?? []) if (name in old) outputs[name] = old[name];
    return toStruct(this.#marked(op, outputs));
  }

  #unary<Q, A>(answer: (request: Q) => A | Promise<A>): grpc.handleUnaryCall<Q, A> {
    return (call, callback) => {
      let fail!: (error: unknown) => void;
      new Promise<A>((resolve, reject) => {
        this.#waiting.add((fail = reject));
        (async () => answer(call.request))().then(resolve, reject);
      })
        .finally(() => this.#waiting.delete(fail))
        .then(
          (response) => callback(null, response),
          (error) => callback(failure(error)),
        );
    };
  }

  #about<Q extends ResourceRequest, A>(
    answer: (op: Operation, request: Q) => Promise<A>,
  ): grpc.handleUnaryCall<Q, A> {
    return this.#unary(async (request) => {
      const urn = request.getUrn();
      const [, , types, ...names] = urn.split("::");
      const told: Promise<void>[] = [];
      const op: Operation = {
        urn,
        type: types.split("$").at(-1)!,
        name: names.join("::"),
        timeoutSeconds: request.getTimeout?.() || undefined,
        signal: this.#signal(),
        status: (message) => void told.push(this.engine.log(urn, "info", message, true)),
        log: (severity, message) => void told.push(this.engine.log(urn, severity, message, false)),
      };
      try {
        return await answer(op, request);
      } catch (error) {
        if (!(error instanceof InitializationError)) throw error;
        throw new InitializationError(
          { ...error.state, outputs: this.#marked(op, error.state.outputs) },
          error.reasons,
        );
      } finally {
        // A message that comes after the answer would be shown nowhere.
        await Promise.all(told);
      }
    });
  }
}
