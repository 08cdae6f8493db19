// Layer 4: the settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { type Calico, type FelixSpec, supportedFields } from "../calicoVersion";
import type { FelixPlan } from "../validate/dataplaneFelix";
import { declaredApi, inApi } from "./calicoApi";
import type { KubeProxySeen } from "./kubeProxy";
import {
  layerOptions,
  type Dependency,
  type LayerContext,
  skipAwaitAnnotation,
  ownerAnnotations,
  forceAnnotation,
  waitForAnnotations,
  timeoutAnnotation,
} from "./layer";

const felixConfiguration = { apiVersion: declaredApi, kind: "FelixConfiguration" };

/**
 * Patches `FelixConfiguration/default` and waits until the operator has set `bpfEnabled`. Only the operator may: it
 * goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go). By force, because it
 * may have defaulted the health port before us.
 */
export function felix(
  context: LayerContext,
  calico: Calico,
  settings: FelixSpec,
  bpfEnabled: boolean,
  before: Dependency,
): CustomResourcePatch {
  const spec = supportedFields(settings, calico.version);
  // A mark that is another one whenever a setting is.
  const digest = pulumi
    .jsonStringify({ spec, bpfEnabled })
    .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 12));
  return new CustomResourcePatch(
    `${context.name}-felix`,
    {
      ...felixConfiguration,
      metadata: {
        name: "default",
        annotations: {
          ...ownerAnnotations,
          ...waitForAnnotations("felix", digest, `jsonpath={.spec.bpfEnabled}=${bpfEnabled}`),
          ...timeoutAnnotation(context),
        },
      },
      spec,
    },
    inApi(calico.apiVersion, layerOptions(context, before)),
  );
}

/**
 * Says whether Felix leaves kube-proxy's iptables rules and health port alone, or takes both over. Felix follows within
 * seconds, without a roll-out (felix/daemon/daemon.go), and does not report when.
 */
export function felixAndKubeProxy(
  context: LayerContext,
  calico: Calico,
  settings: FelixSpec,
  before: Dependency,
): CustomResourcePatch {
  return aboutKubeProxy(context, "felix-and-kube-proxy", calico, settings, layerOptions(context, before));
}

/**
 * The same at the first switch to eBPF, while kube-proxy still runs. {@link felixAndKubeProxy} overwrites it at the end, and
 * that difference is none to put right. Where kube-proxy is off already, as when the layers' state was lost, Felix keeps what
 * it has taken over.
 */
export function felixBesideKubeProxy(
  context: LayerContext,
  calico: Calico,
  { besideKubeProxy, withoutKubeProxy }: Pick<FelixPlan, "besideKubeProxy" | "withoutKubeProxy">,
  { layer, runs }: KubeProxySeen,
): CustomResourcePatch {
  const options = { ...layerOptions(context, layer), ignoreChanges: ["spec"] };
  const value = (field: string) =>
    runs.apply((yes) => (yes ? besideKubeProxy : withoutKubeProxy).values[field]);
  const values = Object.fromEntries(
    Object.keys(besideKubeProxy.values).map((field) => [field, value(field)]),
  );
  return aboutKubeProxy(context, "felix-beside-kube-proxy", calico, { ...besideKubeProxy, values }, options);
}

/** By force: the operator writes a default of the port, from 1.43 on. */
function aboutKubeProxy(
  context: LayerContext,
  suffix: string,
  calico: Calico,
  settings: FelixSpec,
  options: pulumi.CustomResourceOptions,
): CustomResourcePatch {
  const spec = supportedFields(settings, calico.version);
  const metadata = { name: "default", annotations: { ...forceAnnotation, ...skipAwaitAnnotation } };
  return new CustomResourcePatch(
    `${context.name}-${suffix}`,
    { ...felixConfiguration, metadata, spec },
    inApi(calico.apiVersion, options),
  );
}
