// Runs the program as `pulumi up` does: Pulumi's own language runner in a process of its own, talking gRPC to a
// monitor and an engine. Both are served here, by the SDK's mocks.
import * as grpc from "@grpc/grpc-js";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { mocks } from "./record";

const monitorRpc = require("@pulumi/pulumi/proto/resource_grpc_pb");
const engineRpc = require("@pulumi/pulumi/proto/engine_grpc_pb");
const messages = require("@pulumi/pulumi/proto/resource_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const root = path.dirname(path.dirname(__dirname));

export interface Run {
  code: number | null;
  /** What the program logged through the engine, as the CLI shows it under "Diagnostics". */
  errors: string[];
  output: string;
  resources: { type: string; name: string }[];
  milliseconds: number;
}

export interface RunOptions {
  /** Keys of the project, without its name. */
  config?: Record<string, string>;
  program?: string;
  nodeArgs?: string[];
  env?: Record<string, string>;
}

export async function runProgram(options: RunOptions = {}): Promise<Run> {
  const resources: Run["resources"] = [];
  const errors: string[] = [];
  const monitor = new MockMonitor(mocks({}, []));
  const server = new grpc.Server();
  const answer = (method: string) => (call: any, callback: any) => {
    if (method === "registerResource") {
      resources.push({ type: call.request.getType(), name: call.request.getName() });
    }
    (monitor as any)[method](call.request, callback);
  };
  server.addService(monitorRpc.ResourceMonitorService, {
    ...Object.fromEntries(
      ["invoke", "registerResource", "registerResourceOutputs", "getDeploymentInfo", "registerPackage"].map(
        (m) => [
          m,
          m === "registerResourceOutputs"
            ? (call: any, callback: any) =>
                (monitor as any)[m](call.request, (e: any) => callback(e, new Empty()))
            : answer(m),
        ],
      ),
    ),
    supportsFeature: (_call: any, callback: any) => {
      const response = new messages.SupportsFeatureResponse();
      response.setHassupport(true);
      callback(null, response);
    },
    signalAndWaitForShutdown: (_call: any, callback: any) => callback(null, new Empty()),
  });
  const log = { 0: "debug", 1: "info", 2: "warning", 3: "error" } as Record<number, string>;
  let rootUrn = "";
  server.addService(engineRpc.EngineService, {
    log: (call: any, callback: any) => {
      if (log[call.request.getSeverity()] === "error") errors.push(call.request.getMessage());
      callback(null, new Empty());
    },
    getRootResource: (_call: any, callback: any) => {
      const response = new (require("@pulumi/pulumi/proto/engine_pb").GetRootResourceResponse)();
      response.setUrn(rootUrn);
      callback(null, response);
    },
    setRootResource: (call: any, callback: any) => {
      rootUrn = call.request.getUrn();
      callback(null, new (require("@pulumi/pulumi/proto/engine_pb").SetRootResourceResponse)());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  try {
    return { ...(await runLanguageRunner(`127.0.0.1:${port}`, options)), errors, resources };
  } finally {
    server.forceShutdown();
  }
}

function runLanguageRunner(address: string, options: RunOptions) {
  const config = Object.fromEntries(
    Object.entries(options.config ?? {}).map(([key, value]) => [`aks-calico-ebpf:${key}`, value]),
  );
  const runner = require.resolve("@pulumi/pulumi/cmd/run");
  const args = [
    ...(options.nodeArgs ?? []),
    runner,
    ...["--monitor", address, "--engine", address, "--sync", "", "--parallel", "16", "--dry-run", "false"],
    ...["--project", "aks-calico-ebpf", "--stack", "test", "--pwd", root, "--root-directory", root],
    options.program ?? path.join(root, "index.ts"),
  ];
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream.on("data", (data) => (output += decoder.write(data)));
  }
  return new Promise<{ code: number | null; output: string; milliseconds: number }>((resolve) =>
    child.on("close", (code) => {
      resolve({ code, output, milliseconds: Number(process.hrtime.bigint() - started) / 1e6 });
    }),
  );
}
