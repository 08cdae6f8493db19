// A configured Kubernetes provider: objects of any kind, and Helm releases, of one cluster.

import type { Helm } from "../../helm";
import type { ConfiguredProvider, Operation } from "../provider";
import { ApiClient } from "./client";
import type { Config } from "./config";
import { messageOf } from "./errors";
import { KubernetesObjects } from "./provider";
import { RELEASE, Releases } from "./release";
import { Unreachable } from "./unreachable";

/** A provider for the cluster in `config`; whether that answers is found out once, as the real provider does. */
export async function connect(config: Config, helm: Helm): Promise<ConfiguredProvider> {
  const serve = (api: ApiClient | undefined, unreachable: Unreachable | undefined) =>
    byType(new KubernetesObjects(config, api, unreachable), new Releases(config, api, unreachable, helm));
  if (!config.kubeConfig) {
    return serve(undefined, new Unreachable(config, config.unreachable ?? ""));
  }
  const api = new ApiClient(config.kubeConfig, config.client);
  try {
    await api.request("GET", "/openapi/v3");
    return serve(api, undefined);
  } catch (error) {
    const reason = `unable to load schema information from the API server: ${messageOf(error)}`;
    return serve(undefined, new Unreachable(config, reason));
  }
}

function byType(objects: KubernetesObjects, releases: Releases): ConfiguredProvider {
  const of = ({ type }: Operation) => (type === RELEASE ? releases : objects);
  return {
    check: (op, ...rest) => of(op).check(op, ...rest),
    diff: (op, ...rest) => of(op).diff(op, ...rest),
    create: (op, ...rest) => of(op).create(op, ...rest),
    update: (op, ...rest) => of(op).update(op, ...rest),
    read: (op, ...rest) => of(op).read(op, ...rest),
    delete: (op, ...rest) => of(op).delete(op, ...rest),
    recover: (op, ...rest) => of(op).recover(op, ...rest),
    invoke: (token) => objects.invoke(token),
  };
}
