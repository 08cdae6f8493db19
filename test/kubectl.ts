// kubectl as a user has it: on PATH, with a cluster to speak to.
import path from "node:path";
import { controlPlane } from "../rehearsal/programs/catalogue";
import { findPrograms } from "../rehearsal/programs/find";

export async function kubectlEnv(kubeconfig: string): Promise<NodeJS.ProcessEnv> {
  const programs = await findPrograms(controlPlane, { progress: () => undefined });
  const PATH = [path.dirname(programs.path("kubectl")), process.env.PATH].join(path.delimiter);
  return { ...process.env, KUBECONFIG: kubeconfig, PATH };
}
