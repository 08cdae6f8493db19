// The two gRPC services that a program speaks to: pulumirpc.ResourceMonitor (its resources) and pulumirpc.Engine
// (its log). Both on one port of the loopback interface, for the life of one run.
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as engineMessages from "@pulumi/pulumi/proto/engine_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { type Context, Failed } from "./context";
import type { Deployment } from "./deployment";
import type { Severity } from "./events";
import { readGoal } from "./goal";
import { invoke } from "./invoke";
import { UNKNOWN } from "./provider";
import { messageOf, Refusal } from "../refusal";
import { fromProgram, fromStruct, toStruct } from "./values";
import { satisfies } from "./versionRange";

const monitorService = require("@pulumi/pulumi/proto/resource_grpc_pb").ResourceMonitorService;
const engineService = require("@pulumi/pulumi/proto/engine_grpc_pb").EngineService;
const feature = (messages as any).ResourceMonitorFeature;

/** As large as the SDK's own limit (runtime/settings.ts). */
const MAX_MESSAGE = 400 * 1024 * 1024;

/** What the engine can do, by the names of SupportsFeature and of GetDeploymentInfo. Everything else it cannot. */
const features: Record<string, number> = {
  secrets: feature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  outputValues: feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  aliasSpecs: feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
};

const severities: Severity[] = ["debug", "info", "warning", "error"];
const elsewhere = "leave it out of the rehearsed program, or run it with the real Pulumi CLI";

export interface MonitorOptions {
  context: Context;
  deployment: Deployment;
  stack: string;
  project: string;
  parallel: number;
  config: { values: Record<string, string>; secretKeys: string[] };
  /** Version of @pulumi/pulumi in the program, which stands for that of the CLI. */
  version: string;
}

export class Monitor {
  /** The SDK has said that the program came to its end by itself. */
  finished = false;
  private readonly server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
  });
  private root = "";

  constructor(private readonly options: MonitorOptions) {
    this.server.addService(monitorService, this.monitor());
    this.server.addService(engineService, this.engine());
  }

  /** @returns the address to give to the program. */
  async start(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return `127.0.0.1:${port}`;
  }

  /** Closes the port and what is still connected to it. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    this.server.forceShutdown();
    await closed;
  }

  /**
   * After a failure the program hears at once that there is nothing to wait for, as from the real engine; what is
   * under way is finished without it.
   */
  private unlessStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.options.context.stop;
    return new Promise((resolve, reject) => {
      const stopped = () => reject(new Failed());
      signal.addEventListener("abort", stopped, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stopped));
    });
  }

  private monitor(): grpc.UntypedServiceImplementation {
    const { context, deployment } = this.options;
    const refused = (what: string, why: string, todo = elsewhere) =>
      answer(() => {
        throw new Refusal(`${what} is not supported by the rehearsal`, why, todo);
      });
    return {
      getDeploymentInfo: answer(() => this.deploymentInfo()),
      supportsFeature: answer((request: any) => {
        const response = new messages.SupportsFeatureResponse();
        response.setHassupport(request.getId() in features);
        return response;
      }),
      registerResource: answer(async (request: any) => {
        let goal;
        try {
          goal = readGoal(request);
        } catch (error) {
          throw context.fail(messageOf(error));
        }
        const resource = await this.unlessStopped(deployment.register(goal));
        const response = new messages.RegisterResourceResponse();
        response.setUrn(resource.urn);
        // In a preview a new resource has no id yet; the SDK takes the absence for "unknown".
        response.setId(resource.id === UNKNOWN ? "" : (resource.id ?? ""));
        response.setObject(toStruct(resource.outputs));
        return response;
      }),
      registerResourceOutputs: answer(async (request: any) => {
        const outputs = fromProgram(fromStruct(request.getOutputs()), `outputs of ${request.getUrn()}`);
        await deployment.registerOutputs(request.getUrn(), outputs as any);
        return new Empty();
      }),
      invoke: answer((request: any) => this.unlessStopped(invoke(deployment, request))),
      signalAndWaitForShutdown: answer(() => {
        this.finished = true;
        return new Empty();
      }),
      readResource: answer((request: any) => {
        const [type, name] = [request.getType(), request.getName()];
        const isReference = type === "pulumi:pulumi:StackReference";
        throw context.fail(
          new Refusal(
            `${isReference ? `StackReference '${name}'` : `reading '${name}' [${type}] (${type.split(":").at(-1)}.get)`} is not supported by the rehearsal`,
            isReference ? "it knows one stack only" : "what is not made by this program does not exist here",
            isReference ? "take the value from the configuration when rehearsing" : elsewhere,
          ).message,
        );
      }),
      existsResource: refused("existsResource", "what is not made by this program does not exist here"),
      call: refused("a resource method (call)", "no stand-in offers methods"),
      registerStackTransform: refused("a stack transform", "its callbacks are not served"),
      registerStackInvokeTransform: refused("an invoke transform", "its callbacks are not served"),
      registerResourceHook: refused("a resource hook", "its callbacks are not served"),
      registerErrorHook: refused("an error hook", "its callbacks are not served"),
      registerPackage: refused("a parameterized package", "no stand-in takes parameters"),
    };
  }

  private deploymentInfo(): messages.DeploymentInfo {
    const { stack, project, parallel, config, context } = this.options;
    const info = new messages.DeploymentInfo();
    info.setProject(project);
    info.setStack(stack);
    info.setOrganization("organization");
    Object.entries(config.values).forEach(([key, value]) => info.getConfigMap().set(key, value));
    info.setConfigsecretkeysList(config.secretKeys);
    info.setDryrun(context.dryRun);
    info.setParallel(parallel);
    info.setSupportedfeaturesList(Object.values(features) as any);
    return info;
  }

  private engine(): grpc.UntypedServiceImplementation {
    const { context, version } = this.options;
    return {
      log: answer((request: any) => {
        const told = severities[request.getSeverity()] ?? "info";
        // What a program says after the run has failed is about being cut off.
        const severity = told === "error" && context.stopping ? "debug" : told;
        const message: string = request.getMessage();
        const urn = request.getUrn() || undefined;
        context.emit({ kind: "diagnostic", severity, message, urn, ephemeral: request.getEphemeral() });
        if (severity === "error") context.told(message, urn);
        // The SDK's own text, which would send the reader to update a CLI that has no part in this.
        if (severity === "error" && message.includes("The Pulumi CLI does not support")) {
          context.diagnostic("info", `"The Pulumi CLI" is the rehearsal's engine here: ${elsewhere}.`);
        }
        return new Empty();
      }),
      getRootResource: answer(() => {
        const response = new engineMessages.GetRootResourceResponse();
        response.setUrn(this.root);
        return response;
      }),
      setRootResource: answer((request: any) => {
        this.root = request.getUrn();
        return new engineMessages.SetRootResourceResponse();
      }),
      startDebugging: answer(() => {
        throw new Refusal(
          "attaching a debugger is not supported by the rehearsal",
          "nobody waits for it",
          elsewhere,
        );
      }),
      requirePulumiVersion: answer((request: any) => {
        const range: string = request.getPulumiVersionRange();
        if (!satisfies(version, range)) {
          throw new Error(`Pulumi CLI version ${version} does not satisfy the version range "${range}"`);
        }
        return new engineMessages.RequirePulumiVersionResponse();
      }),
    };
  }
}

/**
 * A handler of one call. A failure that has been told ends the program the way the real engine does: the SDK takes
 * UNAVAILABLE for "the monitor is shutting down" and ends without a word of its own.
 */
function answer<T>(work: (request: T) => unknown): grpc.handleUnaryCall<T, unknown> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => callback(null, response),
        (error) =>
          callback({
            code: error instanceof Failed ? grpc.status.UNAVAILABLE : grpc.status.UNKNOWN,
            details: messageOf(error),
          }),
      );
  };
}
