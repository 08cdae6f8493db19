// Deployments: until the new ReplicaSet is available (await/deployment.go).

import { generationOf, isOwnedBy, nameOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import {
  cancelled,
  neighbours,
  objectSource,
  selectorQuery,
  timedOut,
  type Awaiter,
  type Wait,
} from "./awaiter";
import { podReport } from "./podReport";

const REVISION = "deployment.kubernetes.io/revision";
const revisionOf = (object: KubeObject | undefined): string => object?.metadata.annotations?.[REVISION] ?? "";

export async function deploymentAwaiter(wait: Wait): Promise<Awaiter> {
  const claims = claimNames(wait.object);
  const query = selectorQuery(wait.object);
  const sources = [
    await objectSource(wait, wait.object),
    neighbours("replicasets", wait.object, query),
    neighbours("pods", wait.object, query),
  ];
  if (claims.length > 0) {
    sources.push(neighbours("persistentvolumeclaims", wait.object));
  }
  return new DeploymentAwaiter(wait, sources, claims);
}

class DeploymentAwaiter implements Awaiter {
  object: KubeObject;
  private reconciled = false;
  private readonly early: WatchEvent[] = [];
  private available = false;
  private progressed = false;
  private replicasReady = false;
  private revision = "0";
  private readonly problems = new Map<string, string>();
  private readonly replicaSets = new Map<string, KubeObject>();
  private readonly pods = new Map<string, KubeObject>();
  private readonly volumeClaims = new Map<string, KubeObject>();

  constructor(
    private readonly wait: Wait,
    readonly sources: Awaiter["sources"],
    private readonly claims: string[],
  ) {
    this.object = wait.object;
  }

  handle(event: WatchEvent): void {
    if (event.type === "LISTED") {
      return;
    }
    if (!this.reconciled) {
      // What is ready now belongs to the old generation until the controller has seen the new one.
      const status = event.object.status ?? {};
      if (event.key !== "object" || status.observedGeneration !== generationOf(event.object)) {
        this.early.push(event);
        return;
      }
      this.reconciled = true;
      this.early.filter((e) => e.key !== "object").forEach((e) => this.take(e));
    }
    this.take(event);
  }

  done(): boolean {
    const rolled = this.revision === "1" || this.progressed;
    if (!(this.available && rolled && this.replicasReady && this.unbound().length === 0)) {
      return false;
    }
    this.wait.say("Deployment initialization complete");
    return true;
  }

  tick(): void {
    this.podWarnings().forEach(this.wait.say);
  }

  failure(why: "timeout" | "cancelled") {
    return (why === "timeout" ? timedOut : cancelled)(this.object, this.reasons());
  }

  private take({ key, type, object }: WatchEvent): void {
    const gone = type === "DELETED";
    if (key === "object") {
      this.takeDeployment(object, gone);
    } else if (key === "replicasets" && isOwnedBy(object, this.wait.object)) {
      set(this.replicaSets, revisionOf(object), object, gone);
    } else if (key === "pods") {
      set(this.pods, nameOf(object), object, gone);
    } else if (key === "persistentvolumeclaims" && this.claims.includes(nameOf(object))) {
      set(this.volumeClaims, nameOf(object), object, gone);
      this.sayUnbound();
    }
    this.checkReplicaSet();
  }

  private takeDeployment(object: KubeObject, gone: boolean): void {
    this.problems.clear();
    if (gone || generationOf(object) < generationOf(this.wait.object)) {
      return;
    }
    this.object = object;
    this.revision = revisionOf(object);
    if (this.revision === "") {
      return;
    }
    for (const condition of (object.status?.conditions ?? []) as KubeObject[]) {
      const good = condition.status === "True";
      if (condition.type === "Progressing") {
        this.progressed = good && condition.reason === "NewReplicaSetAvailable";
      } else if (condition.type === "Available") {
        this.available = good;
      } else {
        continue;
      }
      if (!good && condition.reason && condition.message) {
        const problem = `[${condition.reason}] ${condition.message}`;
        this.problems.set(condition.reason, problem);
        this.wait.say(problem);
      }
    }
  }

  private checkReplicaSet(): void {
    const replicaSet = this.replicaSets.get(this.revision);
    if (!replicaSet) {
      return;
    }
    const wanted: number = replicaSet.spec?.replicas ?? 1;
    const ready: number = replicaSet.status?.readyReplicas ?? 0;
    this.replicasReady = ready >= wanted;
    if (!this.replicasReady) {
      this.wait.say(`Waiting for app ReplicaSet to be available (${ready}/${wanted} Pods available)`);
    } else if (wanted === 0) {
      this.wait.say(`Replicas scaled to 0 for Deployment "${nameOf(this.object)}"`);
    }
  }

  private unbound(): KubeObject[] {
    return [...this.volumeClaims.values()].filter((c) => c.status?.phase !== "Bound");
  }

  private sayUnbound(): void {
    for (const claim of this.unbound()) {
      const phase = claim.status?.phase;
      this.wait.say(
        `PersistentVolumeClaim: [${nameOf(claim)}] is not ready. status.phase currently at: ${phase}`,
      );
    }
  }

  private podWarnings(): string[] {
    const replicaSet = this.replicaSets.get(this.revision);
    return [...this.pods.values()]
      .filter((pod) => isOwnedBy(pod, replicaSet))
      .flatMap((pod) => podReport(pod).warnings);
  }

  private reasons(): string[] {
    const reasons = [...this.problems.values()];
    const unbound = this.unbound().map(nameOf);
    if (unbound.length > 0) {
      reasons.push(`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`);
    }
    const first = this.revision === "1";
    if (!this.available) {
      reasons.push("Minimum number of live Pods was not attained");
    } else if (first ? !this.replicasReady : !this.progressed) {
      reasons.push("Minimum number of Pods to consider the application live was not attained");
    } else if (!this.replicasReady) {
      reasons.push(
        "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live",
      );
    }
    return [...reasons, ...this.podWarnings()];
  }
}

function set(map: Map<string, KubeObject>, key: string, object: KubeObject, gone: boolean): void {
  if (gone) {
    map.delete(key);
  } else {
    map.set(key, object);
  }
}

function claimNames(deployment: KubeObject): string[] {
  const volumes: KubeObject[] = deployment.spec?.template?.spec?.volumes ?? [];
  return volumes.flatMap((v) => (v.persistentVolumeClaim ? [v.persistentVolumeClaim.claimName] : []));
}
