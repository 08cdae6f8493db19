// examples/rollback as its README tells it: an application that two switches leave alone, the preview that is shown, and
// who serves Services meanwhile, as the example's own script sees it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { kubectlEnv } from "../kubectl";
import { readPage } from "../unit/pages";
import { CommandLine } from "./commandLine";
import { eventually, ok, root, startTimeoutMs, written } from "./harness";

const yes = ["--yes", "--skip-preview"];
const example = "examples/rollback";
/** A line of a preview that names a change. */
const changes = (text: string) => text.match(/^ [~+-] {2}\S+ \S+ \w+.*?(?= *$)/gm)!.sort();
const shown = (screen: RegExp) => screen.exec(readPage(`${example}/README.md`))![1];

/** What a line of watch.sh says; the lines in the README are read, too. */
function seen(line: string) {
  const [, bpf, kubeProxy, answering] =
    /^\d\d:\d\d:\d\d bpfEnabled (\w+), kube-proxy ready on (\d+) nodes, eBPF answers on (\d+)$/.exec(line)!;
  return { bpf: bpf === "true", answering: Number(answering), kubeProxy: Number(kubeProxy) };
}

/** The lines of a switch or two, on 3 nodes: none says that a node was without kube-proxy and eBPF. */
function assertServed(lines: string[]): void {
  let proven = true;
  for (const line of lines) {
    const { bpf, answering, kubeProxy } = seen(line);
    // Until every node has answered, `bpfEnabled` says what is wanted and not what runs.
    proven = bpf && (proven || answering === 3);
    assert.ok(proven || kubeProxy === 3, `${line}, of\n${lines.join("\n")}`);
  }
}

describe("examples/rollback", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  const kubeconfig = path.join(line.stateRoot, "rollback", "kubeconfig");
  const rehearse = (...args: string[]) => line.run(["-C", example, "--stack", "rollback", ...args]);
  const states = ["true/0", "false/3", "true/3", "true/0"];
  const watched: string[] = [];
  let watch: ReturnType<typeof spawn>;
  after(async () => {
    watch?.kill();
    await line.end();
  });

  /** Deployment, Service and pods, as far as anybody but their controllers writes them. */
  async function application(): Promise<string[]> {
    const config = new k8s.KubeConfig();
    config.loadFromFile(kubeconfig);
    const [apps, core] = [config.makeApiClient(k8s.AppsV1Api), config.makeApiClient(k8s.CoreV1Api)];
    const web = { name: "web", namespace: "default" };
    const pods = await core.listNamespacedPod({ namespace: "default", labelSelector: "app=web" });
    assert.equal(pods.items.length, 2);
    return [
      written(await apps.readNamespacedDeployment(web)),
      written(await core.readNamespacedService(web)),
      ...pods.items.map(({ metadata }) => metadata!.uid!).sort(),
    ];
  }
  let before: string[];

  it("up: eBPF, and then the application", async () => {
    ok(await rehearse("--rollout-seconds", "2", "up", ...yes));
    const output = await rehearse("pulumi", "stack", "output", "kubeconfig", "--show-secrets");
    fs.writeFileSync(kubeconfig, output.stdout);
    before = await application();

    const env = await kubectlEnv(kubeconfig);
    watch = spawn("sh", ["watch.sh"], { cwd: path.join(root, example), env });
    watch.stdout!.on("data", (text) => watched.push(...String(text).trim().split("\n")));
    await eventually(async () => (watched.length === 0 ? "nothing is watched" : undefined));
  });

  it("to iptables: the preview is the README's, and the application is left alone", async () => {
    const preview = await rehearse("preview", "-c", "dataplane=Iptables");
    ok(preview);
    assert.deepEqual(changes(preview.text), changes(shown(/## To iptables\n.*?```console\n(.*?)```/s)));
    const back = await rehearse("up", ...yes);
    ok(back);
    assert.match(back.text, /~ linuxDataplane: "BPF" +=> "Iptables"/);
    assert.deepEqual(await application(), before);
  });

  it("to eBPF again: the application is left alone", async () => {
    const forth = await rehearse("up", ...yes, "-c", "dataplane=Ebpf");
    ok(forth);
    assert.match(forth.text, /~ linuxDataplane: "Iptables" +=> "BPF"/);
    assert.deepEqual(await application(), before);
    // The script looks once a second, and may not have seen the end yet.
    await eventually(async () => (seen(watched.at(-1)!).kubeProxy === 0 ? undefined : watched.at(-1)));
  });

  it("at no moment was a node without Services, nor is one in the README's screen", async () => {
    const screen = shown(/watch\.sh\n```\n\n```console\n(.*?)\n```/s).split("\n");
    for (const lines of [watched, screen]) {
      assertServed(lines);
      const met = lines.map(seen).map(({ bpf, kubeProxy }) => `${bpf}/${kubeProxy}`);
      let next = 0;
      for (const state of met) if (state === states[next]) next++;
      assert.equal(next, states.length, lines.join("\n"));
    }
  });

  it("destroy takes all of it away", async () => {
    watch.kill();
    ok(await rehearse("destroy", ...yes));
    assert.deepEqual(await line.names("rollback"), []);
  });
});
