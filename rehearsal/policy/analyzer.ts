// A policy pack started and asked as Pulumi's engine does it (pulumi/pulumi sdk/go/common/resource/plugin/
// analyzer_plugin.go): one process a pack, the analyzer gRPC service, every resource before it is made, the whole
// stack at the end.
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { Json } from "../engine/provider";
import {
  type AnalyzedResource,
  type Diagnostic,
  type PackInfo,
  type Remediation,
  type StackResource,
  configureRequest,
  diagnosticsOf,
  infoOf,
  remediationsOf,
  resourceRequest,
  stackConfiguration,
  stackRequest,
} from "./messages";
import { type PackConfiguration, reconcile } from "./configuration";
import { Refusal } from "../refusal";
import { type Output, startPackProcess } from "./process";

export type {
  AnalyzedResource,
  Diagnostic,
  PackInfo,
  PolicyInfo,
  Remediation,
  StackResource,
} from "./messages";
export type { PackConfiguration } from "./configuration";

/** The stack that the pack judges; the engine tells it before the first resource. */
export interface StackIdentity {
  /** Default `organization`, as for a stack in a file backend. */
  readonly organization?: string;
  readonly project: string;
  readonly stack: string;
  readonly preview?: boolean;
  /** Stack tags, which policies read as `stackTags`. */
  readonly tags?: Record<string, string>;
  /** Stack configuration, `project:key`; secret values in plain text, as the engine passes them. */
  readonly config?: Record<string, string>;
}

export interface PolicyPackOptions {
  /** Arguments of node itself, before the program: `--cpu-prof`, for example. Default none. */
  readonly nodeArgs?: readonly string[];
  /** Ends the process when it fires, also in mid-start. */
  readonly signal?: AbortSignal;
  /** Default: none is told, as for `pulumi policy publish`. */
  readonly stack?: StackIdentity;
  /** Address of an engine service that gets the pack's log; default: one of our own that hands it to `output`. */
  readonly engineAddress?: string;
  /** What the pack prints and logs. Default: nothing is done with it. */
  readonly output?: Output;
  /** How long the pack may take to serve, type check included. Default 120 s. */
  readonly startSeconds?: number;
}

/** A running policy pack. */
export interface PolicyPackProcess {
  readonly info: PackInfo;
  readonly pid: number;
  /** What the resource policies say of one resource: its inputs, before it is made. */
  analyze(resource: AnalyzedResource): Promise<Diagnostic[]>;
  /** What the policies at level `remediate` make of one resource's inputs, in their order. */
  remediate(resource: AnalyzedResource): Promise<Remediation[]>;
  /** What the stack policies say of all resources: their outputs, at the end. */
  analyzeStack(resources: readonly StackResource[]): Promise<Diagnostic[]>;
  /**
   * Sets levels and knobs, in the form of a `--policy-pack-config` file: policy -> level or
   * `{ enforcementLevel?, ...knobs }`, `all` for every policy. Replaces what was configured before.
   * @returns what the pack was told, its own defaults included
   * @throws Refusal for a policy, level or knob that the pack does not have, and for a missing required knob
   */
  configure(config: Record<string, Json>): Promise<PackConfiguration>;
  /** Ends the process and waits for its end. Safe to call twice. */
  stop(): Promise<void>;
}

/** The engine allows 400 MB a message (sdk/go/common/util/rpcutil); whole stacks exceed gRPC's own 4 MB. */
const messageSize = 400 * 1024 * 1024;

/**
 * Starts the pack in `folder` (with `PulumiPolicy.yaml`, `package.json` and its dependencies installed).
 * @throws Refusal where it does not come up: what is missing, or what the pack itself printed
 */
export async function startPolicyPack(
  folder: string,
  options: PolicyPackOptions = {},
): Promise<PolicyPackProcess> {
  const pack = path.resolve(folder);
  const running = await startPackProcess(pack, options);
  const client = new AnalyzerClient(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": messageSize,
    "grpc.max_send_message_length": messageSize,
  });
  const stop = async () => {
    client.close();
    await running.stop();
  };

  /** One unary call; a pack that died says so in its own words and not as "connection refused". */
  const call = async <Response>(
    start: (done: (error: grpc.ServiceError | null, response: Response) => void) => grpc.ClientUnaryCall,
  ): Promise<Response> => {
    try {
      return await new Promise((resolve, reject) => {
        start((error, response) => (error ? reject(error) : resolve(response)));
      });
    } catch (error) {
      const failure = error as grpc.ServiceError;
      // The connection breaks a moment before the process's end is known.
      const isGone = failure.code === undefined || failure.code === grpc.status.UNAVAILABLE;
      const why = (isGone && (await running.endedWithin(2_000))) || failure.details || failure.message;
      throw new Refusal(
        `the policy pack in ${pack} failed: ${why}`,
        "what it would have said of this run is not known, so the run ends as if it had forbidden it",
        "correct the policy, or take its level to `disabled` in the file of --policy-pack-config",
      );
    }
  };

  try {
    if (options.stack) {
      const request = stackConfiguration(options.stack);
      await call((done) => client.configureStack(request, done));
    }
    const info = infoOf(await call((done) => client.getAnalyzerInfo(new Empty(), done)));
    return {
      info,
      pid: running.pid,
      stop,
      analyze: async (resource) =>
        diagnosticsOf(await call((done) => client.analyze(resourceRequest(resource), done)), resource.urn),
      remediate: async (resource) =>
        remediationsOf(await call((done) => client.remediate(resourceRequest(resource), done))),
      analyzeStack: async (resources) =>
        diagnosticsOf(await call((done) => client.analyzeStack(stackRequest(resources), done))),
      configure: async (config) => {
        const whole = reconcile(info, config);
        await call((done) => client.configure(configureRequest(whole), done));
        return whole;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
