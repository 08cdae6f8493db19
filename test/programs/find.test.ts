// Where a group of programs comes from: each source in its turn, with fakes in place of Go and of the makers' sites.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { calicoSource } from "../../rehearsal/aks/calicoModule";
import { controlPlane, type Group, kubernetesPlugin, pulumi } from "../../rehearsal/programs/catalogue";
import { findPrograms } from "../../rehearsal/programs/find";
import { failure } from "../../rehearsal/programs/goBuild";
import { findEngine } from "../../rehearsal/pulumi/engine";
import { withLock } from "../../rehearsal/system/lock";
import { until } from "../../rehearsal/system/wait";

const names = controlPlane.programs.map(({ name }) => name);
const quiet = () => undefined;

/** A `go` that notes what it is asked to build and "builds" it; `FAIL_ON` names a program it fails on. */
const fakeGo = `#!/bin/sh
if [ "$1" = env ]; then echo "go\${FAKE_GO_VERSION:-1.99.0}"; exit 0; fi
while [ "$1" != -o ]; do shift; done
name=$(basename "$2" | cut -d. -f2)
echo "$name" >> "$FAKE_GO_LOG"
[ "$name" = "$FAIL_ON" ] && { echo "half" > "$2"; echo "write: no space left on device" >&2; exit 1; }
[ -n "$SLOW" ] && sleep 0.2
printf '#!/bin/sh\\n' > "$2"; chmod +x "$2"
`;

describe("finding programs", function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "programs-test-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const program = (dir: string, name: string, text = "#!/bin/sh\n", mode = 0o755) => {
    fs.mkdirSync(path.join(folder, dir), { recursive: true });
    fs.writeFileSync(path.join(folder, dir, name), text, { mode });
  };
  /** Nothing of this machine's own; no download is tried unless a test serves one. */
  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: `${path.join(folder, "path")}:/bin`,
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, "cache"),
    FAKE_GO_LOG: path.join(folder, "go.log"),
    AKS_CALICO_EBPF_DOWNLOADS: "",
    ...more,
  });
  const find = (
    env: NodeJS.ProcessEnv,
    group: Group = controlPlane,
    progress: (line: string) => void = quiet,
  ) => findPrograms(group, { progress, env });
  const built = () => fs.readFileSync(path.join(folder, "go.log"), "utf8").trim().split("\n");

  it("the folder that the environment names, where a group is whole in it", async () => {
    for (const name of names) program("bin", name);
    const env = environment({ AKS_CALICO_EBPF_BIN: path.join(folder, "bin") });
    const found = await find(env);
    assert.equal(found.origin, "setting");
    assert.equal(found.path("etcd"), path.join(folder, "bin", "etcd"));
    fs.chmodSync(path.join(folder, "bin", names[0]), 0o644);
    await assert.rejects(find(env), new RegExp(`lacks ${names[0]}\\n[^]*do: {2}put them there`));
  });

  it("what is installed: the control plane on PATH, a CLI that is new enough with its language host, its plugin", async () => {
    for (const name of names) program("path", name);
    assert.equal((await find(environment())).origin, "installed");
    program("path", "pulumi", "#!/bin/sh\necho v3.999.0\n");
    program("path", "pulumi-language-nodejs");
    program("pulumi/plugins/resource-kubernetes-v4.34.2", "pulumi-resource-kubernetes");
    const env = environment({ PULUMI_HOME: path.join(folder, "pulumi") });
    const engine = await findEngine(__dirname, false, { progress: quiet, env });
    assert.deepEqual(engine.told, [
      "Pulumi CLI v3.999.0 (installed here)",
      "Kubernetes provider v4.34.2 (installed here)",
    ]);
    program("path", "pulumi", "#!/bin/sh\necho v3.100.0\n");
    await assert.rejects(findEngine(__dirname, false, { progress: quiet, env }), /Pulumi CLI.*not there/);
  });

  it("an official download, where the site answers at once; what does not come whole is built", async () => {
    program("release/pulumi", "pulumi");
    program("release/pulumi", "pulumi-language-nodejs");
    execFileSync("tar", ["-czf", "release.tar.gz", "-C", "release", "pulumi"], { cwd: folder });
    const archive = fs.readFileSync(path.join(folder, "release.tar.gz"));
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(request.url!.includes("/sdk/") ? archive : "no archive");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as { port: number };
      const env = environment({ AKS_CALICO_EBPF_DOWNLOADS: `http://127.0.0.1:${port}` });
      // `tar` must be there.
      env.PATH += ":/usr/bin";
      const found = await find(env, pulumi);
      assert.equal(found.origin, "downloaded");
      assert.ok(fs.existsSync(found.path("pulumi-language-nodejs")));
      assert.match(asked[0], /^HEAD \/releases\/sdk\/pulumi-v3\.\d+\.\d+-\w+-\w+\.tar\.gz$/);
      const before = asked.length;
      assert.equal((await find(env, pulumi)).origin, "downloaded");
      assert.equal(asked.length, before, "found in the cache the second time");
      program("path", "go", fakeGo);
      const plugin = kubernetesPlugin("4.34.2");
      const lines: string[] = [];
      const more = await find(
        env,
        { ...plugin, programs: plugin.programs.map((one) => ({ ...one, beside: undefined })) },
        (line) => lines.push(line),
      );
      assert.equal(more.origin, "built");
      assert.match(lines.join("\n"), /the Kubernetes provider could not be downloaded: /);
    } finally {
      server.close();
    }
  });

  it("no site, no Go: says what to do; nor is a Go taken that is too old", async () => {
    await assert.rejects(
      find(environment()),
      /not there, and cannot be built[^]*install Go 1\.\d+(\.\d+)? or newer/,
    );
    await assert.rejects(calicoSource(quiet, environment()), /Calico's CRDs are not there[^]*no Go on PATH/);
    program("path", "go", fakeGo);
    const old = environment({ FAKE_GO_VERSION: "1.21.3" });
    await assert.rejects(find(old), /asks for Go 1\.\d+[^]*1\.21\.3[^]*install Go/);
  });

  it("builds all, tells of each, finds them the next time", async () => {
    program("path", "go", fakeGo);
    const lines: string[] = [];
    assert.equal((await find(environment(), controlPlane, (line) => lines.push(line))).origin, "built");
    assert.deepEqual(built(), names);
    assert.match(lines[0], /^building etcd \.\.\.$/);
    assert.match(lines[1], /^building etcd: done in \d+ s$/);
    await find(environment());
    assert.equal(built().length, names.length);
  });

  it("says that the disk is full, keeps what is built, and goes on from there", async () => {
    program("path", "go", fakeGo);
    await assert.rejects(find(environment({ FAIL_ON: names[3] })), /the disk is full[^]*free 14 GB/);
    const cache = path.join(folder, "cache", "aks-calico-ebpf");
    const whole = fs.readdirSync(path.join(cache, fs.readdirSync(cache)[0])).sort();
    assert.deepEqual(whole, names.slice(0, 3).sort(), "nothing half-built is left");
    await find(environment());
    assert.deepEqual(built(), [...names.slice(0, 4), ...names.slice(3)]);
  });

  it("shares one build between two that ask at the same time", async () => {
    program("path", "go", fakeGo);
    const lines: string[] = [];
    const env = environment({ SLOW: "1" });
    const [one, other] = await Promise.all(
      [0, 1].map(() => find(env, controlPlane, (line) => lines.push(line))),
    );
    assert.equal(one.path("etcd"), other.path("etcd"));
    assert.equal(built().length, names.length);
    assert.ok(lines.some((line) => line.startsWith("waiting for another run")));
  });

  it("breaks a lock whose owner was killed, and waits for one that lives", async () => {
    const [lock, held] = [path.join(folder, "lock"), path.join(folder, "held")];
    const script = `
      require(${JSON.stringify(require.resolve("../../rehearsal/system/lock"))}).withLock(
        ${JSON.stringify(lock)}, () => {}, async () => {
          require("node:fs").writeFileSync(${JSON.stringify(held)}, "");
          await new Promise((resolve) => setTimeout(resolve, 60000));
        });`;
    const owner = spawn(process.execPath, ["--import", "tsx", "-e", script], {
      cwd: __dirname,
      stdio: "inherit",
    });
    await until("the lock to be taken", async () => fs.existsSync(held) || undefined, { seconds: 20 });
    let waited = 0;
    let got = false;
    const mine = withLock(
      lock,
      () => waited++,
      async () => void (got = true),
    );
    await until("us to wait", async () => waited || undefined, { seconds: 5 });
    assert.equal(got, false);
    owner.kill("SIGKILL");
    await mine;
    assert.equal(got, true);
    assert.ok(!fs.readdirSync(folder).includes("lock"));
  });

  it("explains a failed build by its cause", () => {
    const why = (output: string) => failure(controlPlane.programs[0], output, 1).message;
    assert.match(why("compile: signal: killed"), /ran out of memory[^]*GOFLAGS=-p=1/);
    assert.match(why("Get https://example.com: dial tcp: i/o timeout"), /could not be downloaded[^]*GOPROXY/);
    assert.match(why("x.go:1: undefined: y"), /undefined: y[^]*report this output/);
  });
});
