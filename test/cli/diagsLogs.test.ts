// Whose logs `diags` takes, and what it says where there are none, against an API server of the test's own.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { chosen } from "../../cli/diags/logs";
import { eventually } from "../rehearsal/harness";
import { type Answer, ApiDouble } from "./apiDouble";
import { cli } from "./command";
import { unpack } from "./unpack";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJUMHBTM2NyM3QifQ.c2lnbmF0dXJl";

interface Given {
  ready?: boolean;
  restarts?: number;
  waiting?: boolean;
}

function calicoNode(index: number, { ready = true, restarts = 0, waiting = false }: Given = {}): any {
  const state = waiting ? { waiting: { reason: "PodInitializing" } } : { running: {} };
  return {
    metadata: {
      name: `calico-node-${index}`,
      namespace: "calico-system",
      labels: { "k8s-app": "calico-node" },
    },
    spec: {
      nodeName: `aks-${index < 10 ? "one" : "two"}-vmss${index}`,
      containers: [{ name: "calico-node", image: "calico/node:v3.31.2" }],
    },
    status: {
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      initContainerStatuses: [{ name: "ebpf-bootstrap", state: { terminated: {} }, restartCount: 0 }],
      containerStatuses: [{ name: "calico-node", state, restartCount: restarts }],
    },
  };
}

describe("the pods whose logs diags takes", () => {
  const names = (most: number, pods: any[]) =>
    chosen(pods, most).map(({ pod, why }) => `${pod.metadata.name.split("-").at(-1)} ${why}`);
  const twenty = Array.from({ length: 20 }, (_, index) => calicoNode(index));

  it("are all where they are few", () => assert.equal(names(20, twenty).length, 20));
  it("are none where none are wanted", () => assert.deepEqual(names(0, twenty), []));
  it("are from all pools", () =>
    assert.deepEqual(names(4, twenty), ["0 sample", "5 sample", "10 sample", "15 sample"]));
  it("are first those that are not ready, then those that have restarted", () => {
    const pods = twenty.with(7, calicoNode(7, { restarts: 2 })).with(12, calicoNode(12, { ready: false }));
    assert.deepEqual(names(3, pods), ["12 not ready", "7 restarted", "0 sample"]);
    assert.deepEqual(names(1, pods), ["12 not ready"]);
  });
});

describe("aks-calico-ebpf diags and the logs", function () {
  this.timeout(120_000);
  let api: ApiDouble;
  const log = ({ pathname, searchParams }: URL): Answer => {
    const [, pod] = /pods\/(.+)\/log$/.exec(pathname)!;
    const container = searchParams.get("container");
    if (pod === "calico-node-3") return "hangs";
    if (pod === "calico-node-4") return 403;
    const which = `${searchParams.get("previous") ? "previous" : "present"} ${container} of ${pod}`;
    return `{"msg":"${which}, last ${searchParams.get("tailLines")}"}\nAuthorization: Bearer ${jwt}\n`;
  };
  const answer = (url: URL): Answer => {
    const pods = [
      calicoNode(1),
      calicoNode(2, { ready: false, restarts: 3 }),
      calicoNode(3),
      calicoNode(4),
      calicoNode(5, { ready: false, waiting: true }),
    ];
    const operator = {
      ...calicoNode(6),
      metadata: { name: "tigera-operator-x", namespace: "tigera-operator" },
    };
    if (url.pathname === "/version") return { gitVersion: "v1.35.4" };
    if (url.pathname.endsWith("/log")) return log(url);
    if (url.pathname === "/api/v1/namespaces/calico-system/pods") return { kind: "PodList", items: pods };
    if (url.pathname === "/api/v1/namespaces/tigera-operator/pods")
      return { kind: "PodList", items: [operator] };
    return 404;
  };
  before(async () => {
    api = await ApiDouble.start(answer);
  });
  after(() => api?.end());

  const logFile = "logs.tar.gz";
  const run = (...args: string[]) => cli(api.kubeconfig, "diags", ...args);

  it("takes the present and the previous ones, and does not wait for ever for a node that hangs", async () => {
    const file = path.join(api.folder, logFile);
    const { code, stdout, stderr } = await run("-o", file, "--log-lines", "7");
    assert.equal(code, 0, stderr);
    const entries = await unpack(file);
    const logs = [...entries].filter(([name]) => name.endsWith(".log")).map(([name, text]) => [name, text]);
    const of = (pod: number, container: string, which = "present") => [
      `calico-system/logs/calico-node-${pod}/${container}${which === "previous" ? ".previous" : ""}.log`,
      `{"msg":"${which} ${container} of calico-node-${pod}, last 7"}\nAuthorization: <redacted>\n`,
    ];
    assert.deepEqual(
      logs.filter(([name]) => name.startsWith("calico-system")),
      [
        of(1, "calico-node"),
        of(1, "ebpf-bootstrap"),
        of(2, "calico-node"),
        of(2, "calico-node", "previous"),
        of(2, "ebpf-bootstrap"),
        of(5, "ebpf-bootstrap"),
      ],
    );
    assert.equal(
      logs.filter(([name]) => name.startsWith("tigera-operator/logs/tigera-operator-x/")).length,
      2,
    );
    assert.deepEqual(entries.get("unread.txt")!.split("\n\n")[0].split("\n"), [
      "could not be read:",
      "  calico-system/logs/calico-node-3/calico-node.log (on aks-one-vmss3): no answer in time",
      "  calico-system/logs/calico-node-3/ebpf-bootstrap.log (on aks-one-vmss3): no answer in time",
      "  calico-system/logs/calico-node-4/calico-node.log (on aks-one-vmss4): the API server says 403",
      "  calico-system/logs/calico-node-4/ebpf-bootstrap.log (on aks-one-vmss4): the API server says 403",
    ]);
    assert.match(entries.get("unread.txt")!, /\n\nis not in the cluster:\n {2}/);
    assert.match(entries.get("contents.txt")!, /aks-one-vmss2: calico-node-2 \(not ready\)/);
    assert.match(
      stdout,
      /not read \(unread.txt says why\): .*\/calico-node-3\/calico-node.log .* and 2 more\n/,
    );
    assert.match(stdout, /rights that are needed: `aks-calico-ebpf diags --role`\n/);
    for (const text of entries.values()) assert.ok(!text.includes("eyJ"), text);
  });

  it("takes them of fewer pods", async () => {
    api.asked.length = 0;
    const { code, stdout } = await run("-o", path.join(api.folder, "fewer.tar.gz"), "--pods", "1");
    assert.equal(code, 0);
    assert.match(stdout, /calico-node's on 1 of 5 nodes \(1 not ready\)\n/);
    const asked = api.asked.filter((url) => url.includes("/log?") && url.includes("calico-system"));
    assert.deepEqual(new Set(asked.map((url) => url.split("/")[6])), new Set(["calico-node-2"]));
  });

  it("refuses what it could not write, before it asks anybody", async () => {
    api.asked.length = 0;
    const there = path.join(api.folder, "there.tar.gz");
    fs.writeFileSync(there, "mine");
    const refused = await run("-o", there);
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(
      refused.stderr,
      /^error: .*there.tar.gz exists already\n  do: give another one with -o FILE\n$/,
    );
    assert.equal(fs.readFileSync(there, "utf8"), "mine");
    const nowhere = await run("-o", path.join(api.folder, "no", "such.tar.gz"));
    assert.equal(nowhere.code, 2, nowhere.stderr);
    assert.match(nowhere.stderr, /^error: nothing can be written to .*no: ENOENT/);
    assert.equal((await run("--pods", "many")).code, 2);
    assert.deepEqual(api.asked, []);
  });

  /** In a folder of its own, where its file has the name that it gives it. */
  function runHere(...args: string[]): { folder: string; child: ChildProcess; ended: Promise<unknown> } {
    const folder = fs.mkdtempSync(path.join(api.folder, "here-"));
    const main = path.resolve(__dirname, "../../cli/main.ts");
    const command = [
      "--import",
      require.resolve("tsx"),
      main,
      "--kubeconfig",
      api.kubeconfig,
      "diags",
      ...args,
    ];
    const child = spawn(process.execPath, command, { cwd: folder, stdio: "ignore" });
    return { folder, child, ended: once(child, "exit") };
  }

  it("names the file by the context, in a way that every file system takes, for its owner only", async () => {
    const { folder, ended } = runHere("--pods", "0");
    assert.deepEqual(await ended, [0, null]);
    const [file, ...others] = fs.readdirSync(folder);
    assert.deepEqual(others, []);
    assert.match(file, /^calico-ebpf-diags-a-b-c-d-20\d{6}-\d{6}\.tar\.gz$/);
    if (process.platform !== "win32") assert.equal(fs.statSync(path.join(folder, file)).mode & 0o777, 0o600);
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    api.asked.length = 0;
    const { folder, child, ended } = runHere();
    await eventually(async () =>
      api.asked.some((url) => url.includes("calico-node-3/log")) ? undefined : "early",
    );
    child.kill("SIGINT");
    assert.deepEqual(await ended, [null, "SIGINT"]);
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});
