// Pods until they are ready, Jobs until they have succeeded (await/pod.go, await/job.go).

import { WaitError } from "../errors";
import { isOwnedBy, nameOf, shownName, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { cancelled, objectSource, timedOut, type Awaiter, type Wait } from "./awaiter";
import { podReport } from "./podReport";
import { workloadAwaiter } from "./workload";

export async function podAwaiter(wait: Wait): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
  let report = podReport(seen);
  return {
    sources: [await objectSource(wait, wait.object)],
    get object() {
      return seen;
    },
    handle({ type, object }: WatchEvent) {
      if (type !== "LISTED") {
        seen = object;
        report = podReport(object);
        report.steps.forEach(wait.say);
      }
    },
    done: () => report.ready,
    failure: (why) => (why === "timeout" ? timedOut : cancelled)(seen, report.warnings),
  };
}

export function jobAwaiter(wait: Wait): Promise<Awaiter> {
  const warnings = new Set<string>();
  return workloadAwaiter(wait, {
    object: wait.object,
    changed(job) {
      const failed = failureOf(job);
      if (failed) {
        const message = `Resource '${nameOf(job)}' was created but failed to initialize`;
        throw new WaitError(message, job, [...warnings, failed]);
      }
      this.object = job;
      sayProgress(wait, job);
    },
    podChanged(pod) {
      for (const warning of isOwnedBy(pod, this.object) ? podReport(pod).warnings : []) {
        warnings.add(warning);
        // Containers that are not ready are the rule in a job, and only noise.
        if (!warning.includes("containers with unready status")) {
          wait.say(warning);
        }
      }
    },
    done() {
      return isJobComplete(this.object);
    },
    failure(why) {
      return (why === "timeout" ? timedOut : cancelled)(this.object, [...warnings]);
    },
  });
}

/** Whether a job has started and succeeded (checker/job/check.go). */
export function isJobComplete(job: KubeObject): boolean {
  return job.status?.startTime !== undefined && conditionOf(job, "Complete") !== undefined;
}

function sayProgress(wait: Wait, job: KubeObject): void {
  const { active = 0, succeeded = 0, failed = 0, startTime } = job.status ?? {};
  wait.say(`Waiting for Job "${shownName(job)}" to start`);
  if (startTime !== undefined) {
    const counts = `(Active: ${active} | Succeeded: ${succeeded} | Failed: ${failed})`;
    wait.say(`Waiting for Job "${shownName(job)}" to succeed ${counts}`);
  }
}

function failureOf(job: KubeObject): string | undefined {
  const failed = job.status?.startTime === undefined ? undefined : conditionOf(job, "Failed");
  const final = ["BackoffLimitExceeded", "DeadlineExceeded"].includes(failed?.reason);
  return failed && final ? `[${failed.reason}] ${failed.message}` : undefined;
}

function conditionOf(job: KubeObject, type: string): KubeObject | undefined {
  const conditions: KubeObject[] = job.status?.conditions ?? [];
  return conditions.find((c) => c.type === type && c.status === "True");
}
