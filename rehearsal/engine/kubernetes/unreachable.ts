// A cluster that did not answer when the provider was configured: previews go on, changes fail with the reason
// (`clusterUnreachable` in provider.go).

import type { Operation, State } from "../provider";
import { type Config, NOT_KNOWN_YET } from "./config";

const REMOVE = 'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

export class Unreachable {
  constructor(
    private readonly config: Config,
    readonly reason: string,
  ) {}

  /** Whether updates are left out instead of failing. */
  skipsUpdates(op: Operation): boolean {
    if (this.config.skipUpdateUnreachable) {
      const message = "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...";
      op.log("warning", message);
    }
    return this.config.skipUpdateUnreachable;
  }

  read(op: Operation, recorded: State): State | undefined {
    this.warn(op);
    if (this.config.deleteUnreachable) {
      this.forget(op);
      return undefined;
    }
    if (this.config.skipUpdateUnreachable) {
      op.log(
        "info",
        "configured Kubernetes cluster is unreachable and the `skipUnreachable` option is enabled. " +
          "Returned data could not reflect the actual cluster configuration.",
      );
      return recorded;
    }
    throw new Error(
      "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this " +
        `resource from Pulumi state by rerunning the operation with the ${REMOVE}`,
    );
  }

  delete(op: Operation): void {
    this.warn(op);
    if (!this.config.deleteUnreachable) {
      throw new Error(
        "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from " +
          `Pulumi state by rerunning the operation with the ${REMOVE}`,
      );
    }
    this.forget(op);
  }

  /** What an interrupted create left: nothing where the cluster is said to be gone; else the question stays open. */
  recover(op: Operation): undefined {
    if (this.reason === NOT_KNOWN_YET) {
      return;
    }
    this.warn(op);
    if (!this.config.deleteUnreachable) {
      throw new Error(
        "cannot tell whether an interrupted run created this resource, since the cluster is unreachable. Run it again " +
          `when the cluster answers; if the cluster was deleted, rerun the operation with the ${REMOVE}`,
      );
    }
    this.forget(op);
  }

  private warn(op: Operation): void {
    op.log("warning", `configured Kubernetes cluster is unreachable: ${this.reason}`);
  }

  private forget(op: Operation): void {
    op.log(
      "info",
      "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. " +
        "Deleting the unreachable resource from Pulumi state",
    );
  }
}
