// `verify`: the table of `aks-calico-ebpf status` for each cluster of a stack.
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../cli/cluster";
import { type Report, statusOf } from "../cli/status";
import type { Dataplane } from "../cli/status/check";
import { expectedBy } from "../cli/status/drift";
import type { LocalClusters } from "./clusters";
import { layout, serverOf } from "./controlPlane/kwok";
import type { StackFolder } from "./stack";

/** What the stack's own state says that its clusters should run; also after an update that failed half way. */
function expectedOf({ folder, name }: StackFolder): Dataplane | undefined {
  const stacks = path.join(folder, "state/.pulumi/stacks");
  const projects = fs.existsSync(stacks) ? fs.readdirSync(stacks) : [];
  const files = projects.map((project) => path.join(stacks, project, `${name}.json`)).filter(fs.existsSync);
  return expectedBy(
    files.flatMap((file) => JSON.parse(fs.readFileSync(file, "utf8")).checkpoint?.latest?.resources ?? []),
  );
}

export function verifyStack(stack: StackFolder, clusters: LocalClusters): Promise<Report[]> {
  const expected = expectedOf(stack);
  const reports = clusters.names().map(async (name) => {
    const where = layout(clusters.status(name)!.folder);
    const [ca, cert, key] = ["ca.crt", "admin.crt", "admin.key"].map((file) =>
      fs.readFileSync(where.pki(file)),
    );
    return statusOf(Cluster.at(name, serverOf(where), { ca, cert, key }), { expected, probe: true });
  });
  return Promise.all(reports);
}
