// The command line as a process, and kubeconfigs of people who may not see everything.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { dump, load, loadAll } from "js-yaml";
import type { Api } from "../../rehearsal/controlPlane/api";

const root = path.resolve(__dirname, "../..");

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** What Node.js is started with. */
export const cliArguments = ["--import", "tsx", path.join(root, "cli/main.ts")];

export const cli = (kubeconfig: string, ...args: string[]): Promise<Ran> =>
  cliWith(process.env, "--kubeconfig", kubeconfig, ...args);

/** Without a flag that names the kubeconfig. */
export function cliWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran> {
  const options = { cwd: root, env, maxBuffer: 1 << 26 };
  return new Promise((resolve) =>
    execFile(process.execPath, [...cliArguments, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code as unknown as number), stdout, stderr }),
    ),
  );
}

/** A kubeconfig with something else in it. */
export function changed(kubeconfig: string, name: string, change: (config: any) => void): string {
  const config = load(fs.readFileSync(kubeconfig, "utf8"));
  change(config);
  const file = path.join(path.dirname(kubeconfig), name);
  fs.writeFileSync(file, dump(config));
  return file;
}

/** Their names. */
export async function namespacesWith(api: Api, prefix: string): Promise<string[]> {
  const all = await api.list("/api/v1/namespaces");
  return all.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(prefix));
}

/**
 * The kubeconfig of a service account that has these rights and no others. @param roles as YAML of Roles and
 * ClusterRoles
 */
export async function accountWith(kubeconfig: string, name: string, roles: string): Promise<string> {
  const config = new k8s.KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(k8s.CoreV1Api);
  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const namespace = "default";
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  for (const role of (loadAll(roles) as k8s.KubernetesObject[]).filter(Boolean)) {
    const unique = { ...role, metadata: { ...role.metadata, name } };
    await objects.create(unique);
    await objects.create({
      apiVersion: role.apiVersion,
      kind: `${role.kind}Binding`,
      metadata: unique.metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: role.kind, name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    } as k8s.KubernetesObject);
  }
  const { status } = await core.createNamespacedServiceAccountToken({
    name,
    namespace,
    body: { spec: { audiences: [], expirationSeconds: 3600 } } as any,
  });
  return changed(kubeconfig, `${name}.yaml`, ({ users }) => (users[0].user = { token: status!.token }));
}
