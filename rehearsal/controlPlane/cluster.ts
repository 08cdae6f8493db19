// What a managed cluster of a rehearsal is, and how the host that runs it can be set (rehearsal/clusters).
import type { Progress } from "../system/progress";
import type { NodePool } from "./nodes";

/** What a managed cluster is made of, as far as a control plane on this machine can show it. */
export interface ClusterSpec {
  /** Azure's name of the cluster; also the name of its folder. */
  readonly name: string;
  /** What the program asks for. The control plane is the pinned version whatever stands here; a status says so. */
  readonly kubernetesVersion?: string;
  /** Host name of the API server in Azure; the certificate is valid for it, but nothing resolves it. */
  readonly fqdn: string;
  /** True = `networkPolicy: calico`: AKS brings Calico and its operator. */
  readonly calico: boolean;
  /** False = AKS brings no kube-proxy (`networkProfile.kubeProxyConfig.enabled: false`). Default true. */
  readonly kubeProxy?: boolean;
  /** `none` = AKS brings no CNI: a node is not ready until somebody's runs there. Default `azure`. */
  readonly networkPlugin?: "azure" | "none";
  readonly pools: readonly NodePool[];
}

/** The API of Calico's own resources; native CRDs of v3 there are since Calico 3.32 (tigera/docs, operations/native-v3-crds). */
export type CalicoApi = "crd.projectcalico.org/v1" | "projectcalico.org/v3";

export interface LocalClustersOptions {
  readonly workDir: string;
  /** Time that each calico-node pod takes to get ready when it is rolled. Default 0: at once. */
  readonly rolloutSeconds?: number;
  /** How far the operator's conditions lag behind what it did. Default 1 (the real one: 0 to 5, its ticker's period). */
  readonly statusLagSeconds?: number;
  /** The Calico that AKS brings: which fields its CRDs have, and what the operator installs. Default 3.31.2. */
  readonly calicoVersion?: string;
  /** Of its own resources; that of its CRDs. Default `crd.projectcalico.org/v1`. */
  readonly calicoApi?: CalicoApi;
  /** False = no stand-in for the operator, so that a real one can be run. Default true. */
  readonly operator?: boolean;
  /** Number of nodes of all pools together, whatever the program asks for. */
  readonly nodes?: number;
  /** How long after a cluster is ready Calico's CRDs come. Default: before it returns. */
  readonly crdsLateSeconds?: number;
  readonly progress: Progress;
}
