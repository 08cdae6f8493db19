import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { findBinaries } from "../../rehearsal/controlPlane/binaries";
import { calicoSource } from "../../rehearsal/aks/calicoModule";
import { failure, programs } from "../../rehearsal/controlPlane/goBuild";
import { withLock } from "../../rehearsal/system/lock";
import { step } from "../../rehearsal/system/progress";
import { until } from "../../rehearsal/system/wait";
import { quiet, temporaryFolder } from "./support";

const names = programs.map(({ name }) => name);

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

describe("cluster: finding the control plane's programs", () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const program = (dir: string, name: string, text = "#!/bin/sh\n", mode = 0o755) => {
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, name), text, { mode });
  };
  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: `${path.join(folder, "path")}:/usr/bin:/bin`.replace(
      "/usr/bin:",
      fs.existsSync("/usr/bin/go") ? "" : "/usr/bin:",
    ),
    XDG_CACHE_HOME: path.join(folder, "cache"),
    FAKE_GO_LOG: path.join(folder, "go.log"),
    ...more,
  });
  const built = () => fs.readFileSync(path.join(folder, "go.log"), "utf8").trim().split("\n");

  it("takes the folder that the environment names, if all are in it", async () => {
    for (const name of names) program(path.join(folder, "bin"), name);
    const env = environment({ AKS_CALICO_EBPF_BIN: path.join(folder, "bin") });
    const found = await findBinaries({ progress: quiet, env });
    assert.equal(found.origin, "environment");
    assert.equal(found.path("etcd"), path.join(folder, "bin", "etcd"));
  });

  it("names what that folder lacks, and what is not executable", async () => {
    for (const name of names.slice(2)) program(path.join(folder, "bin"), name);
    program(path.join(folder, "bin"), names[0], "", 0o644);
    const env = environment({ AKS_CALICO_EBPF_BIN: path.join(folder, "bin") });
    await assert.rejects(findBinaries({ progress: quiet, env }), (error: Error) => {
      assert.equal(error.name, "Refusal");
      assert.match(error.message, new RegExp(`lacks ${names[0]}, ${names[1]}\\n`));
      assert.match(error.message, /do: {2}put them there, or unset AKS_CALICO_EBPF_BIN/);
      return true;
    });
  });

  it("says what to do on a machine with no Go, no cache and no kwokctl", async () => {
    await assert.rejects(findBinaries({ progress: quiet, env: environment() }), (error: Error) => {
      assert.match(error.message, /install Go 1\.\d+\.\d+ or newer/);
      assert.match(error.message, /set AKS_CALICO_EBPF_BIN to a folder with etcd, kwokctl/);
      return true;
    });
    await assert.rejects(calicoSource(quiet, environment()), /Calico's CRDs are not there[^]*no Go on PATH/);
  });

  it("leaves it to kwokctl where there is no Go, and says that this is untried", async () => {
    program(path.join(folder, "path"), "kwokctl");
    const lines: string[] = [];
    const found = await findBinaries({ progress: (line) => lines.push(line), env: environment() });
    assert.equal(found.origin, "kwokctl");
    assert.equal(found.find("etcd"), undefined);
    assert.match(lines.join(), /has not been tested/);
  });

  it("refuses a Go that is too old", async () => {
    program(path.join(folder, "path"), "go", fakeGo);
    const env = environment({ FAKE_GO_VERSION: "1.21.3" });
    await assert.rejects(
      findBinaries({ progress: quiet, env }),
      /asks for Go 1\.\d+[^]*1\.21\.3[^]*install Go/,
    );
  });

  it("builds all, tells of each, finds them the next time", async () => {
    program(path.join(folder, "path"), "go", fakeGo);
    const lines: string[] = [];
    const first = await findBinaries({ progress: (line) => lines.push(line), env: environment() });
    assert.equal(first.origin, "built");
    assert.deepEqual(built(), names);
    assert.match(lines[0], /^building etcd \(1 of 7\) \.\.\.$/);
    assert.match(lines[1], /^building etcd \(1 of 7\): done in \d+ s$/);
    const second = await findBinaries({ progress: quiet, env: environment() });
    assert.equal(second.origin, "cache");
    assert.equal(built().length, names.length);
  });

  it("says that the disk is full, keeps what is built, and goes on from there", async () => {
    program(path.join(folder, "path"), "go", fakeGo);
    const env = environment({ FAIL_ON: names[3] });
    await assert.rejects(findBinaries({ progress: quiet, env }), /the disk is full[^]*free 6 GB/);
    const [cache] = fs.readdirSync(path.join(folder, "cache", "aks-calico-ebpf"));
    const whole = fs.readdirSync(path.join(folder, "cache", "aks-calico-ebpf", cache)).sort();
    assert.deepEqual(whole, names.slice(0, 3).sort(), "nothing half-built is left");
    await findBinaries({ progress: quiet, env: environment() });
    assert.deepEqual(built(), [...names.slice(0, 4), ...names.slice(3)]);
  });

  it("shares one build between two that ask at the same time", async () => {
    program(path.join(folder, "path"), "go", fakeGo);
    const lines: string[] = [];
    const env = environment({ SLOW: "1" });
    const both = await Promise.all(
      [0, 1].map(() => findBinaries({ progress: (line) => lines.push(line), env })),
    );
    assert.deepEqual(both[0].folder, both[1].folder);
    assert.equal(built().length, names.length);
    assert.ok(lines.some((line) => line.startsWith("waiting for another run")));
  });

  it("breaks a lock whose owner was killed, and waits for one that lives", async () => {
    const lock = path.join(folder, "lock");
    const held = path.join(folder, "held");
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
      async () => {
        got = true;
      },
    );
    await until("us to wait", async () => waited || undefined, { seconds: 5 });
    assert.equal(got, false);
    owner.kill("SIGKILL");
    await mine;
    assert.equal(got, true);
    assert.equal(waited, 1);
    assert.equal(fs.existsSync(lock), false);
  });

  it("explains a failed build by its cause", () => {
    const why = (output: string) => failure(programs[0], output, 1).message;
    assert.match(why("compile: signal: killed"), /ran out of memory[^]*GOFLAGS=-p=1/);
    assert.match(why("Get https://example.com: dial tcp: i/o timeout"), /could not be downloaded[^]*GOPROXY/);
    assert.match(why("x.go:1: undefined: y"), /undefined: y[^]*report this output/);
  });

  it("shows that a long step still lasts", async () => {
    const lines: string[] = [];
    await step(
      (line) => lines.push(line),
      "long",
      () => new Promise((done) => setTimeout(done, 120)),
      0.05,
    );
    assert.match(lines[1], /^long: still at it after 0 s$/);
  });
});
