// The way back to the CLI: what it shows beside a resource while a plugin works.
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING };

export class Engine {
  readonly #client: EngineClient;

  constructor(address: string) {
    this.#client = new EngineClient(address, credentials.createInsecure());
  }

  /** Ends when the CLI has the message, or cannot be told: that is no reason to fail what runs. */
  log(urn: string, severity: keyof typeof severities, message: string, ephemeral: boolean): Promise<void> {
    const request = new LogRequest().setUrn(urn).setSeverity(severities[severity]);
    request.setMessage(message).setEphemeral(ephemeral);
    return new Promise((resolve) => this.#client.log(request, () => resolve()));
  }
}
