// The engine's side of a pack that runs without an engine: the address that every plugin is given leads to its log.
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

const rpc = require("@pulumi/pulumi/proto/engine_grpc_pb");

/** Serves `pulumirpc.Engine/Log` on a free port of 127.0.0.1; every other call is answered with "unimplemented". */
export async function startEngineLog(
  log: (line: string) => void,
): Promise<{ readonly address: string; stop(): void }> {
  const server = new grpc.Server();
  server.addService(rpc.EngineService, {
    log(call: grpc.ServerUnaryCall<LogRequest, Empty>, done: grpc.sendUnaryData<Empty>) {
      log(call.request.getMessage());
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
