// A stand-in for Calico's operator (tigera/operator v1.40.2, the one AKS ships with Kubernetes 1.35): the part of its
// behaviour that decides when a switch to eBPF is through. No packets, no policy, no certificates.
import { setTimeout as pause } from "node:timers/promises";
import { apiOf } from "../aks/calicoApi";
import type { CalicoApi } from "../controlPlane/cluster";
import { calicoCrds, installCrds } from "../aks/crds";
import { type Api, ApiError, type KubeObject } from "../controlPlane/api";
import { messageOf } from "../system/refusal";
import { Bell } from "../system/wait";
import { Degraded } from "./felix";
import { installationUrl, makePools } from "./ipPools";
import { reconcile } from "./reconcile";
import { bringsCrds, isNativeV3, releaseOf } from "./releases";
import type { Rendering } from "./render";
import { conditions, failingPod, progressing, removeTigeraStatuses } from "./status";
import { writeInstallationStatus, writeTigeraStatus } from "./status";

export interface OperatorOptions {
  /** AKS brings it, with the CRDs of `calicoVersion` and `calicoApi`; else its image tells the version, where it is known. */
  readonly byAks: boolean;
  readonly calicoVersion: string;
  /** Of those CRDs. */
  readonly calicoApi: CalicoApi;
  /**
   * How long after it did something the conditions follow. The real one's status manager writes them by a ticker of
   * 5 s (pkg/controller/status/status.go, Run), so there it is anything up to that.
   */
  readonly statusLagSeconds: number;
  /** As a fault: it calls itself Degraded for a pod of calico-node that cannot pull its image. */
  readonly degraded: boolean;
  readonly log: (line: string) => void;
}

/** AKS's manifest and the chart's bear the same name. */
const deploymentUrl = "/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator";

const watched = [
  "/apis/operator.tigera.io/v1/installations",
  "/apis/operator.tigera.io/v1/tigerastatuses",
  "/api/v1/namespaces/tigera-operator/configmaps",
  "/apis/apps/v1/namespaces/tigera-operator/deployments",
  "/apis/apps/v1/namespaces/calico-system/daemonsets",
  "/apis/apps/v1/namespaces/calico-system/deployments",
];
/** Several events of one change make one round. */
const gatherMs = 50;
/** Backstop for an event that was missed (core_controller.go has one of 5 minutes). */
const backstopMs = 10_000;
/** While it waits for pods to end, which it does not watch. */
const tearDownMs = 500;

/** Runs for ever; survives an API server that goes away and comes back. */
export async function runOperator(api: Api, options: OperatorOptions): Promise<never> {
  const operator = new Operator(api, options);
  for (const url of watched) void api.watch(url, operator.changed);
  for (;;) {
    await operator.turn();
    await pause(gatherMs);
  }
}

/** What the last round has found; the status manager speaks only after a first one (ReadyToMonitor). */
interface Found {
  readonly installation?: KubeObject;
  readonly core: Outcome;
  readonly pools: Outcome;
}

/** What a controller's round has come to: whether it wrote something other than a status, or why it is Degraded. */
interface Outcome {
  readonly wrote: boolean;
  readonly degraded?: Degraded;
}

class Operator {
  /** Undefined = no pod of the operator runs. */
  private memory: Rendering | undefined;
  private found: Found | undefined;
  private readonly bell = new Bell();
  private statusDue = Infinity;
  private readonly watched = new Set<CalicoApi>();

  constructor(
    private readonly api: Api,
    private readonly options: OperatorOptions,
  ) {}

  /** Conditions follow what they tell of by the lag, and are not written more often than that. */
  readonly changed = (): void => {
    this.statusDue = Math.min(this.statusDue, this.afterLag());
    this.bell.ring();
  };

  private afterLag(): number {
    return Date.now() + this.options.statusLagSeconds * 1000;
  }

  /** A wait for something to do, and a look at everything. */
  async turn(): Promise<void> {
    const quiet = this.found?.installation?.metadata.deletionTimestamp ? tearDownMs : backstopMs;
    await this.bell.heard(Math.max(0, Math.min(quiet, this.statusDue - Date.now())));
    try {
      await this.look();
      // What came in the midst of a round is acted on in the next one, and told of then.
      const putOff = this.memory && (await this.round(this.memory));
      if (putOff || Date.now() < this.statusDue) return;
      this.statusDue = Infinity;
      if (this.memory && this.found) await this.status(this.found);
    } catch (error) {
      // A conflict, or the API server is away: the next round begins from what is there then.
      if (!(error instanceof ApiError && error.code === 409))
        this.options.log(`operator: ${messageOf(error)}`);
      this.changed();
      await pause(300);
    }
  }

  /** Whether a pod of its Deployment is there to act. A new one knows nothing of what the one before has read. */
  private async look(): Promise<void> {
    const deployment = await this.api.get(deploymentUrl);
    if (!deployment || !(deployment.spec.replicas > 0 && deployment.status?.availableReplicas > 0)) {
      if (this.memory) this.options.log("operator: does not run any more");
      this.memory = undefined;
      return;
    }
    const { byAks, calicoVersion, log } = this.options;
    const release = (byAks ? undefined : releaseOf(deployment)) ?? calicoVersion;
    const told = apiOf(deployment) ?? this.memory?.api ?? (byAks ? this.options.calicoApi : undefined);
    const api = told ?? (await this.servedApi(release));
    if (api !== this.memory?.api) {
      log(`operator: runs, with ${api}`);
      // When it starts, as charts from 3.32 on have it do (`manageCRDs`; tigera/operator cmd/main.go).
      if (!byAks && bringsCrds(release)) await installCrds(this.api, await calicoCrds(log, release, api));
      this.watch(api);
    }
    this.memory = {
      endpoint: this.memory?.endpoint ?? { host: "10.0.0.1", port: "443" },
      release: `v${release}`,
      api,
      dnsPolicy: deployment.spec.template.spec.dnsPolicy,
    };
  }

  /**
   * pkg/apis/version.go, useV3CRDs, for an operator whose environment does not say it. Left out: that v3 needs
   * MutatingAdmissionPolicy, which Kubernetes serves by default from 1.36 on.
   */
  private async servedApi(release: string): Promise<CalicoApi> {
    const groups = ["crd.projectcalico.org", "projectcalico.org"];
    const [v1, v3] = await Promise.all(groups.map((group) => this.api.get(`/apis/${group}`)));
    return !v1 && (v3 || isNativeV3(release)) ? "projectcalico.org/v3" : "crd.projectcalico.org/v1";
  }

  private watch(api: CalicoApi): void {
    if (this.watched.has(api)) return;
    this.watched.add(api);
    for (const plural of ["felixconfigurations", "ippools"])
      void this.api.watch(`/apis/${api}/${plural}`, this.changed);
  }

  /** @returns true = the conditions are to follow later */
  private async round(memory: Rendering): Promise<boolean> {
    const before = this.found;
    const core = await outcome(reconcile(this.api, memory));
    const pools = await outcome(makePools(this.api, memory.api));
    const installation = await this.api.get(installationUrl);
    this.found = { installation, core, pools };
    const { generation, deletionTimestamp }: any = installation?.metadata ?? {};
    // A new deed puts the old conditions' end off: they must be seen for the whole lag.
    const news = core.wrote || pools.wrote || generation !== before?.installation?.metadata.generation;
    if (news) this.statusDue = this.afterLag();
    if (core.degraded?.message !== before?.core.degraded?.message)
      this.options.log(`operator: ${core.degraded?.message ?? "recovered"}`);
    if (installation && !deletionTimestamp && !core.degraded)
      await writeInstallationStatus(this.api, installation, memory.release);
    return news;
  }

  private async status({ installation, core, pools }: Found): Promise<void> {
    if (!installation) return removeTigeraStatuses(this.api);
    const { generation } = installation.metadata;
    const failing = this.options.degraded ? await failingPod(this.api) : undefined;
    const next = conditions(await progressing(this.api), core.degraded ?? failing, generation);
    await writeTigeraStatus(this.api, "calico", next);
    await writeTigeraStatus(this.api, "ippools", conditions(undefined, pools.degraded, generation));
  }
}

async function outcome(round: Promise<boolean>): Promise<Outcome> {
  try {
    return { wrote: await round };
  } catch (error) {
    if (error instanceof Degraded) return { wrote: false, degraded: error };
    throw error;
  }
}
