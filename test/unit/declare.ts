// A data plane on a cluster that is there, recorded.
import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfDataplane, type CalicoEbpfDataplaneArgs } from "../../components";
import { record, type Recording, type RecordOptions } from "./record";

export const host = "aks.example.net";

/** What AKS puts on its own Installation. */
export const byAks = { "addonmanager.kubernetes.io/mode": "Reconcile" };

export function newDataplane(name: string, args: object, opts?: pulumi.ComponentResourceOptions) {
  const provider = new Provider("cluster", { kubeconfig: "{}" });
  return new CalicoEbpfDataplane(name, { apiServerHost: host, ...args } as CalicoEbpfDataplaneArgs, {
    provider,
    ...opts,
  });
}

export function declare(args: Partial<CalicoEbpfDataplaneArgs>, options?: RecordOptions): Promise<Recording> {
  return record(() => newDataplane("net", args), options);
}

export const layersOf = (recording: Recording): string[] =>
  recording.resources.filter((r) => r.type.startsWith("kubernetes:")).map((r) => r.name.replace(/^net-/, ""));

/** What it comes after, but for the id of the roll-out, which every mark bears. */
export const chainOf = ({ dependsOn }: { dependsOn: string[] }): string[] =>
  dependsOn.filter((name) => name !== "net-rollout-id");

/** Every live object as the provider returns it: with these labels, and each layer with what is `more` of it. */
export function live(labels: object = byAks, more: Record<string, object> = {}): RecordOptions["state"] {
  return (type, name, inputs) => {
    const { metadata, ...rest } = (more[name] ?? {}) as any;
    return {
      ...inputs,
      ...(type.endsWith(":RandomString") ? { result: "x7k2p9" } : {}),
      ...(type.endsWith(":InstallationPatch") ? { status: { calicoVersion: "v3.31.2" } } : {}),
      ...rest,
      metadata: { ...inputs.metadata, generation: 7, labels, ...metadata },
    };
  };
}

/** A workload's spec with one container. */
export const podSpec = (container: object) => ({ spec: { template: { spec: { containers: [container] } } } });
