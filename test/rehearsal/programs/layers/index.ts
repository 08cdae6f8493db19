import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfDataplane, type CalicoEbpfDataplaneArgs, type Dataplane } from "../../../../components";

const config = new pulumi.Config();
const throwAt = config.get("throwAt");
const blindGate = config.getBoolean("blindGate");

/** The gate as one would write it who does not know that old conditions stay for a while. */
const meddle: pulumi.ResourceTransformation = ({ name, props, opts }) => {
  if (name === throwAt) throw new Error(`the program fails at ${name}, as it was told to`);
  if (!blindGate || name !== "layers-ebpf-rolled-out") return undefined;
  const key = "pulumi.com/waitFor";
  const annotations = pulumi.output(props.metadata.annotations).apply((all: Record<string, string>) => ({
    ...all,
    [key]: JSON.stringify(
      (JSON.parse(all[key]) as string[]).filter((one) => !one.includes("observedGeneration")),
    ),
  }));
  return { props: { ...props, metadata: { ...props.metadata, annotations } }, opts };
};

const clusterIdentifier = config.get("identifier");
const provider = new Provider("cluster", { kubeconfig: config.require("kubeconfig"), clusterIdentifier });
const was = config.get("was");
const layers = new CalicoEbpfDataplane(
  config.get("name") ?? "layers",
  {
    apiServerHost: config.require("host"),
    ...config.requireObject<Partial<CalicoEbpfDataplaneArgs>>("args"),
    dataplane: config.require<Dataplane>("dataplane"),
  },
  { provider, transformations: [meddle], aliases: was === undefined ? [] : [{ name: was }] },
);

export const { linuxDataplane, bpfEnabled } = layers;
