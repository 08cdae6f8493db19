// A small chart, and the part of the controllers that Helm waits for.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";
import type { Props } from "../../rehearsal/engine/provider";
import type { ApiServer } from "./apiServer";
import { eventually } from "./harness";

const configMap = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-settings
data:
  colour: {{ .Values.colour | quote }}
`;
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}, annotations: {colour: {{ .Values.colour | quote }}}}
    spec: {containers: [{name: main, image: none}]}
`;

/** Writes charts into folders that `remove` takes away. */
export class Charts {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "charts-test-"));
  private restore = () => {};

  /** One ConfigMap with the value `colour`. @param more further templates */
  plain(name: string, version = "1.2.3", more: Record<string, string> = {}): string {
    const place = path.join(this.folder, name);
    fs.mkdirSync(path.join(place, "templates"), { recursive: true });
    const write = (file: string, text: string) => fs.writeFileSync(path.join(place, file), text);
    write("Chart.yaml", `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: "9"\n`);
    write("values.yaml", "colour: red\nnested: {a: 1, b: 2}\n");
    const templates = { "settings.yaml": configMap, ...more };
    for (const [file, text] of Object.entries(templates)) write(path.join("templates", file), text);
    return place;
  }

  /** And a Deployment, so that there is something to wait for. */
  web(name: string, version?: string): string {
    return this.plain(name, version, { "deployment.yaml": deployment });
  }

  packed(name: string): string {
    const archive = path.join(this.folder, `${name}.tgz`);
    execFileSync("tar", ["-czf", archive, "-C", path.dirname(this.plain(name)), name]);
    return archive;
  }

  /** Has temporary files made here until {@link remove}, so that a test sees its own alone. */
  keepTemporaryFiles(): () => string[] {
    const place = fs.mkdtempSync(path.join(this.folder, "tmp-"));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = place;
    this.restore = () => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    };
    const ofHelm = () => fs.readdirSync(place).filter((name) => name.startsWith("helm-"));
    return () => ofHelm().map((name) => path.join(place, name));
  }

  remove(): void {
    this.restore();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the Deployment controller and a kubelet would do, once for the Deployment's present template. */
export async function rollOut(server: ApiServer, name: string, namespace = "default"): Promise<void> {
  const root = `/apis/apps/v1/namespaces/${namespace}`;
  const found = async () => server.request("GET", `${root}/deployments/${name}`).catch(() => undefined);
  await eventually(async () => (await found()) !== undefined, `Deployment ${name}`);
  const live = (await found()) as KubeObject;
  const { uid, generation } = live.metadata;
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true };
  const replicaSet = `${name}-${generation}`;
  await server.request("POST", `${root}/replicasets`, {
    metadata: { name: replicaSet, labels: live.spec.template.metadata.labels, ownerReferences: [owner] },
    spec: { replicas: 1, selector: live.spec.selector, template: live.spec.template },
  });
  const status: Props = { replicas: 1, readyReplicas: 1, availableReplicas: 1 };
  await server.request("PATCH", `${root}/replicasets/${replicaSet}/status`, {
    status: { ...status, observedGeneration: 1 },
  });
  await server.request("PATCH", `${root}/deployments/${name}/status`, {
    status: { ...status, updatedReplicas: 1, observedGeneration: generation },
  });
}
