// What a provider says, as messages of the protocol.
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type Diff, InitializationError, type Props } from "./provider";
import { messageOf } from "../system/refusal";
import { at, toStruct } from "./values";

const { Kind } = rpc.PropertyDiff;
const { DiffChanges } = rpc.DiffResponse;

/** Each changed path with the kind of its change, which the CLI shows under `--diff`. */
export function detailedDiff(diff: Diff, olds: Props, news: Props): rpc.DiffResponse {
  const response = new rpc.DiffResponse()
    .setChanges(diff.changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE)
    // The CLI's line of a resource shows those of its changed properties that stand here.
    .setDiffsList([...new Set(diff.changed.map((path) => path.split(/[.[]/)[0]))])
    .setReplacesList(diff.replace)
    .setDeletebeforereplace(diff.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const path of diff.changed) {
    const kind =
      at(olds, path) === undefined ? Kind.ADD : at(news, path) === undefined ? Kind.DELETE : Kind.UPDATE;
    // The enumeration has each kind's replacing form right behind it.
    const replacing = diff.replace.includes(path) ? 1 : 0;
    const property = new rpc.PropertyDiff().setKind(kind + replacing).setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

/**
 * An error as the CLI shows it: its message alone. "Made, but not as wanted" bears the state as a detail, which gRPC for
 * Node.js leaves to its user (`grpcResponseFromError` in @pulumi/pulumi/provider/server.js).
 * @param secrets outputs of the state that are secret
 */
export function failure(error: unknown, secrets: readonly string[]): Partial<ServiceError> {
  const message = messageOf(error);
  const metadata = new Metadata();
  if (error instanceof InitializationError) {
    const detail = new rpc.ErrorResourceInitFailed()
      .setId(error.state.id)
      .setProperties(toStruct(error.state.outputs, secrets))
      .setReasonsList(error.reasons);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const details = new Status().setCode(status.UNKNOWN).setMessage(message).setDetailsList([packed]);
    metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  }
  return { code: status.UNKNOWN, details: message, metadata };
}
