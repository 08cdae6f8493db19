// Fields that cannot be changed in place (pulumi-kubernetes provider/diff.go, forceNewProperties).

import type { Config } from "./config";
import type { KubeObject } from "./objects";

const selector = ["spec.selector"];
const roleRef = ["roleRef"];

const podSpec =
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID " +
  "hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates " +
  "restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName " +
  "shareProcessNamespace subdomain terminationGracePeriodSeconds volumes";

const container =
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin " +
  "stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";

const volumeSources =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath " +
  "iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";

const under = (prefix: string, names: string) => names.split(" ").map((name) => `${prefix}.${name}`);

const byKind: Record<string, string[]> = {
  "apps/v1/DaemonSet": selector,
  "apps/v1/Deployment": selector,
  "apps/v1/StatefulSet": under(
    "spec",
    "podManagementPolicy revisionHistoryLimit selector serviceName volumeClaimTemplates",
  ),
  "batch/v1/Job": under("spec", "completions parallelism selector template"),
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": roleRef,
  "rbac.authorization.k8s.io/v1/RoleBinding": roleRef,
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": under("spec", volumeSources),
  "v1/PersistentVolumeClaim": under("spec", "accessModes selector storageClassName volumeName"),
  "v1/Pod": [
    ...under("spec", podSpec),
    ...under("spec.containers.*", container),
    ...under("spec.initContainers.*", container),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

/** Paths (`*` = any element of a list) whose change replaces the object; name and namespace always do. */
export function forceNewPaths(object: KubeObject, patch: boolean, config: Config): string[] {
  const identity = ["metadata.name", "metadata.namespace"];
  if (patch) {
    return identity;
  }
  const kind = `${object.apiVersion}/${object.kind}`;
  const immutable = object.immutable === true;
  if (kind === "v1/Secret" && (immutable || !config.enableSecretMutable)) {
    return [...identity, "type", "stringData", "data"];
  }
  if (kind === "v1/ConfigMap" && (immutable || !config.enableConfigMapMutable)) {
    return [...identity, "binaryData", "data"];
  }
  return [...identity, ...(byKind[kind] ?? [])];
}

/** Whether a change of `value` at `path` touches `pattern`: at it, below it, or with a value that reaches down to it. */
export function touches(pattern: string, path: (string | number)[], value: unknown): boolean {
  const wanted = pattern.split(".");
  for (const [i, step] of wanted.entries()) {
    if (i >= path.length) {
      return reaches(wanted.slice(i), value);
    }
    if (step === "*" ? typeof path[i] !== "number" : step !== path[i]) {
      return false;
    }
  }
  return true;
}

function reaches(wanted: string[], value: unknown): boolean {
  if (wanted.length === 0) {
    return true;
  }
  const [step, ...rest] = wanted;
  if (step === "*") {
    return Array.isArray(value) && value.some((item) => reaches(rest, item));
  }
  return typeof value === "object" && value !== null && step in value && reaches(rest, (value as any)[step]);
}
