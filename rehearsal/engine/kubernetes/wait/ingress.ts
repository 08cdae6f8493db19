// Ingresses: until they have an address and a service for each path (await/ingress.go).

import { nameOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { cancelled, neighbours, objectSource, timedOut, type Awaiter, type Wait } from "./awaiter";

const SETTLE_MS = 10_000;
/** Where no endpoint at all exists, none is waited for after this. */
const GRACE_MS = 60_000;

const noAddress =
  "Ingress .status.loadBalancer field was not updated with a hostname/IP address. " +
  "\n    for more information about this error, see https://pulumi.io/xdv72s";

export async function ingressAwaiter(wait: Wait): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
  let settlesAt = performance.now() + GRACE_MS;
  const external = new Set<string>();
  const endpoints = new Set<string>();
  const addressed = () => (seen.status?.loadBalancer?.ingress ?? []).length > 0;
  const settled = () => performance.now() >= settlesAt;
  const unmatched = () =>
    pathsOf(seen).filter(({ service }) => !external.has(service) && !endpoints.has(service));
  const matched = () => settled() || unmatched().length === 0;
  const reasons = () => [
    ...(matched() ? [] : ["Ingress has at least one rule with an unavailable target endpoint."]),
    ...(addressed() ? [] : [noAddress]),
  ];
  wait.say("[1/3] Finding a matching service for each Ingress path");
  return {
    sources: [
      await objectSource(wait, wait.object),
      neighbours("endpoints", wait.object),
      neighbours("services", wait.object),
    ],
    get object() {
      return seen;
    },
    get wakeAt() {
      return settled() ? undefined : settlesAt;
    },
    handle({ key, type, object }: WatchEvent) {
      if (type === "LISTED") {
        return;
      }
      const gone = type === "DELETED";
      if (key === "object") {
        seen = gone ? { ...seen, status: {} } : object;
      } else if (key === "services") {
        put(external, nameOf(object), !gone && object.spec?.type === "ExternalName");
      } else {
        put(endpoints, nameOf(object), !gone);
        settlesAt = performance.now() + SETTLE_MS;
      }
    },
    done() {
      const missing = unmatched();
      if (missing.length > 0 && !settled()) {
        return false;
      }
      for (const { shown, service } of missing) {
        wait.say(`No matching service found for ingress rule: ${shown} -> "${service}"`);
      }
      wait.say(
        addressed()
          ? "Ingress initialization complete"
          : "[2/3] Waiting for update of .status.loadBalancer with hostname/IP",
      );
      return addressed();
    },
    failure(why) {
      return addressed() && matched()
        ? undefined
        : (why === "timeout" ? timedOut : cancelled)(seen, reasons());
    },
  };
}

function pathsOf(ingress: KubeObject): { service: string; shown: string }[] {
  const rules: KubeObject[] = ingress.spec?.rules ?? [];
  return rules.flatMap((rule) =>
    ((rule.http?.paths ?? []) as KubeObject[])
      .filter((path) => path.backend?.service?.name)
      .map((path) => {
        const where = `${rule.host ?? ""}${path.path ?? ""}`;
        const shown = where === "" ? '"" (default path)' : `"${where}"`;
        return { service: path.backend.service.name as string, shown };
      }),
  );
}

function put(set: Set<string>, value: string, there: boolean): void {
  if (there) {
    set.add(value);
  } else {
    set.delete(value);
  }
}
