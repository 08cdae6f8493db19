// The least of an engine: what Pulumi's runner asks before it loads a program, and the stack's own registration. A
// measured program ends before its first resource would arrive.
import * as grpc from "@grpc/grpc-js";

const monitorRpc = require("@pulumi/pulumi/proto/resource_grpc_pb");
const engineRpc = require("@pulumi/pulumi/proto/engine_grpc_pb");
const monitor = require("@pulumi/pulumi/proto/resource_pb");
const engine = require("@pulumi/pulumi/proto/engine_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

export interface Monitor {
  readonly address: string;
  /** What the program logged as an error. */
  readonly errors: string[];
  close(): void;
}

export async function startMonitor(): Promise<Monitor> {
  const server = new grpc.Server();
  const errors: string[] = [];
  const answer = (response: unknown) => (_call: unknown, done: (error: null, value: unknown) => void) =>
    done(null, response);
  // All features, as the real engine has them: stack traces and source positions cost the program time.
  const info = new monitor.DeploymentInfo();
  info.setSupportedfeaturesList(Object.values(monitor.ResourceMonitorFeature));
  const stack = new monitor.RegisterResourceResponse();
  stack.setUrn("urn:pulumi:dev::bench::pulumi:pulumi:Stack::bench-dev");
  server.addService(monitorRpc.ResourceMonitorService, {
    getDeploymentInfo: answer(info),
    registerResource: answer(stack),
    registerResourceOutputs: answer(new Empty()),
  });
  server.addService(engineRpc.EngineService, {
    getRootResource: answer(new engine.GetRootResourceResponse()),
    setRootResource: answer(new engine.SetRootResourceResponse()),
    log: (call: any, done: (error: null, value: unknown) => void) => {
      if (call.request.getSeverity() === engine.LogSeverity.ERROR) errors.push(call.request.getMessage());
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, errors, close: () => server.forceShutdown() };
}
