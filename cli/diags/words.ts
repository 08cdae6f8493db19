// What the archive and the screen say of the archive.
import path from "node:path";
import { version } from "../../package.json";
import type { Cluster, KubeObject } from "../cluster";
import { few } from "../status/check";
import type { Archive } from "./archive";
import type { Gaps } from "./collect";
import type { Chosen } from "./logs";

/** What is in the archive. */
export interface Taken {
  objects: number;
  logs: number;
  /** Whose logs were asked for, of so many calico-node pods. */
  pods: Chosen[];
  allPods: number;
}

const paragraph = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? "" : `${title}:\n${lines.map((line) => `  ${line}\n`).join("")}\n`;

export function unread({ unread, absent }: Gaps): string {
  const gaps = [...unread].map(([what, why]) => `${what}: ${why}`).sort();
  return (
    (paragraph("could not be read", gaps) || "everything that is there was read\n\n") +
    paragraph("is not in the cluster", absent.toSorted())
  );
}

const whys = ["not ready", "restarted", "sample"] as const;

/** `20 of 100 nodes (2 not ready, 18 sample)` */
function ofNodes({ pods, allPods }: Taken): string {
  const count = (why: Chosen["why"]) => pods.filter((one) => one.why === why).length;
  const reasons = whys.filter(count).map((why) => `${count(why)} ${why}`);
  return `${pods.length} of ${allPods} nodes${reasons.length > 0 ? ` (${reasons.join(", ")})` : ""}`;
}

export function contents({ context, server }: Cluster, at: Date, taken: Taken): string {
  const head = `aks-calico-ebpf ${version} diags of ${context} (${server}), ${at.toISOString()}\n\n`;
  const pods = taken.pods.map(
    ({ pod, why }) => `${pod.spec.nodeName ?? "on no node"}: ${pod.metadata.name} (${why})`,
  );
  return head + paragraph(`calico-node's logs of ${ofNodes(taken)}`, pods);
}

/** How often each is there. */
function tally(all: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of [...all].sort()) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

export function versions(nodes: readonly KubeObject[], pods: readonly KubeObject[]): object {
  const info = (field: string) => tally(nodes.map(({ status }) => String(status?.nodeInfo?.[field])));
  const images = pods.flatMap(({ spec }) => spec.containers.map(({ image }: any) => String(image)));
  return {
    kubelets: info("kubeletVersion"),
    kernels: info("kernelVersion"),
    osImages: info("osImage"),
    containerRuntimes: info("containerRuntimeVersion"),
    images: tally(images),
  };
}

export function screen({ file, removed }: Archive, size: number, taken: Taken, gaps: Gaps): string {
  const unread = [...gaps.unread.keys()].sort();
  const logs =
    taken.logs === 0 ? "no logs" : `${taken.logs} logs: the operator's, calico-node's on ${ofNodes(taken)}`;
  return [
    `${path.resolve(file)} (${Math.ceil(size / 1024)} KiB)`,
    `  status, versions, objects and events (${taken.objects} files); ${logs}`,
    `  removed: ${removed} secret values; no Secret was read. Still look through it before you send it`,
    ...(unread.length > 0 ? [`  not read (unread.txt says why): ${few(unread, 2)}`] : []),
    ...(gaps.rightsMissing ? ["  rights that are needed: `aks-calico-ebpf diags --role`"] : []),
    "",
  ].join("\n");
}
