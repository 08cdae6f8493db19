// The way back to the CLI: what it shows beside a resource while a plugin works.
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING, error: LogSeverity.ERROR };

export class Engine {
  #client?: EngineClient;

  connect(address: string): void {
    this.#client ??= new EngineClient(address, credentials.createInsecure());
  }

  /** Ends when the CLI has the message, or cannot be told: that is no reason to fail what runs. */
  async log(
    urn: string,
    severity: keyof typeof severities,
    message: string,
    ephemeral: boolean,
  ): Promise<void> {
    const request = new LogRequest()
      .setUrn(urn)
      .setSeverity(severities[severity])
      .setMessage(message)
      .setEphemeral(ephemeral);
    await new Promise<void>((resolve) =>
      this.#client ? this.#client.log(request, () => resolve()) : resolve(),
    );
  }
}
