// Leads the API server's exec into pods to programs of this machine.
import fs from "node:fs";
import path from "node:path";
import { dump, loadAll } from "js-yaml";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { onPath } from "../../rehearsal/programs/find";
import type { Bench } from "../cluster/support";

/** The cluster whose pods they are. */
export type Led = Pick<Bench, "workDir" | "kill" | "start"> & {
  host: Pick<Bench["host"], "status">;
  first: { name: string };
};

/**
 * A command in one of these pods, found by its name, runs in `folder`, whose programs are taken first. kwok reads that
 * when it starts (kwok.sigs.k8s.io/docs/user/exec-configuration).
 * @param pods by their names, with what of the environment is theirs
 */
export async function leadExec(
  cluster: Led,
  folder: string,
  pods: Record<string, { name: string; value: string }[]>,
): Promise<void> {
  const { kwokConfig } = layout(cluster.host.status(cluster.first.name)!.folder);
  const [made, ...others] = loadAll(fs.readFileSync(kwokConfig, "utf8")) as any[];
  const PATH = [folder, process.env.PATH].join(path.delimiter);
  made.components.find(({ name }: any) => name === "kwok-controller").envs = [{ name: "PATH", value: PATH }];
  const execs = Object.entries(pods).map(([name, envs]) => ({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "ClusterExec",
    metadata: { name },
    spec: { selector: { matchNames: [name] }, execs: [{ local: { workDir: folder, envs } }] },
  }));
  await cluster.kill("kwok-controller");
  const documents = [made, ...others, ...execs].filter(Boolean);
  fs.writeFileSync(kwokConfig, documents.map((one) => dump(one, { lineWidth: -1 })).join("---\n"));
  await cluster.start("kwok-controller");
}

/** A program of this machine to which exec is led. @throws Error that says how to get it */
export function installed(program: "curl" | "iperf3"): string {
  const found = onPath(program, process.env);
  if (found === undefined)
    throw new Error(
      `this test runs ${program}: \`apt-get install ${program}\` or \`brew install ${program}\``,
    );
  return found;
}
