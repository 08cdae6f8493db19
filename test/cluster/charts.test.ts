import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { promisify } from "node:util";
import { load, loadAll } from "js-yaml";
import { certificateFor } from "../../rehearsal/charts/certificate";
import { pluginScript } from "../../rehearsal/charts/main";
import { startChartProxy } from "../../rehearsal/charts/proxy";
import { processesWith } from "../../rehearsal/system/processes";
import { until } from "../../rehearsal/system/wait";
import { firstBuildMs, temporaryFolder } from "./support";

describe("cluster: Calico's chart repository", function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const closing: { close(): unknown }[] = [];
  const lines: string[] = [];
  after(() => {
    for (const one of closing) one.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const start = async (env: NodeJS.ProcessEnv = {}) => {
    const proxy = await startChartProxy(folder, (line) => lines.push(line), env);
    closing.push(proxy);
    return proxy.env;
  };
  const serve = async (server: net.Server) => {
    closing.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return (server.address() as net.AddressInfo).port;
  };
  /** As an HTTP client does with HTTPS_PROXY. */
  const connect = async (proxy: string, target: string) => {
    const request = http.request(proxy, { method: "CONNECT", path: target }).end();
    const [response, socket] = (await once(request, "connect")) as [http.IncomingMessage, net.Socket];
    return { status: response.statusCode, socket };
  };
  const get = async (env: Record<string, string>, url: string) => {
    const { host, pathname } = new URL(url);
    const { socket } = await connect(env.HTTPS_PROXY, `${host}:443`);
    const ca = fs.readFileSync(env.SSL_CERT_FILE);
    const secure = tls.connect({ socket, servername: host, ca });
    const request = http.get({ createConnection: () => secure, headers: { host }, path: pathname });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    const body = Buffer.concat(await response.toArray());
    return { status: response.statusCode, body };
  };

  it("lists the versions, and has the one that was asked for, with its CRDs", async function () {
    this.timeout(firstBuildMs);
    const env = await start();
    const repository = "https://docs.tigera.io/calico/charts";
    const index = load((await get(env, `${repository}/index.yaml`)).body.toString()) as any;
    const { urls } = index.entries["tigera-operator"].find(({ version }: any) => version === "v3.32.2");
    const file = path.join(folder, "chart.tgz");
    for (const base of [repository, "https://projectcalico.docs.tigera.io/charts"]) {
      const { status, body } = await get(env, `${base}/${urls[0]}`);
      assert.equal(status, 200);
      fs.writeFileSync(file, body);
    }
    const read = (name: string) =>
      loadAll(execFileSync("tar", ["-xzOf", file, `tigera-operator/${name}`], { encoding: "utf8" })) as any[];
    assert.equal(read("Chart.yaml")[0].version, "v3.32.2");
    const [felix] = read("crds/felixconfigurations.crd.projectcalico.org.yaml");
    const { properties } = felix.spec.versions[0].schema.openAPIV3Schema.properties.spec;
    assert.ok(properties.bpfMaglevMaxServices, "a field of 3.32");
    assert.match(lines.at(-1)!, /the chart of Calico v3\.28\.5 stands in for v3\.32\.2/);

    const other = await get(env, `${repository}/crd.projectcalico.org.v1-v3.32.2.tgz`);
    assert.equal(other.status, 404);
    assert.match(other.body.toString(), /answers for the chart tigera-operator/);
  });

  it("tunnels every other host, and through the user's own proxy where there is one", async () => {
    const echo = await serve(net.createServer((socket) => socket.pipe(socket)));
    const target = `127.0.0.1:${echo}`;
    const asked: unknown[] = [];
    const theirs = http.createServer().on("connect", ({ url, headers }, socket: net.Socket) => {
      asked.push([url, headers["proxy-authorization"]]);
      const far = net.connect(echo, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      far.pipe(socket).pipe(far);
    });
    const own = `http://me:p%40ss@127.0.0.1:${await serve(theirs)}`;
    for (const env of [{}, { HTTPS_PROXY: own }]) {
      const { socket } = await connect((await start(env)).HTTPS_PROXY, target);
      socket.end("hello");
      assert.equal(await text(socket), "hello");
    }
    const authorization = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    assert.deepEqual(asked, [[target, authorization]]);
  });

  it("answers 502 for a host that cannot be reached", async () => {
    const { status } = await connect((await start()).HTTPS_PROXY, "127.0.0.1:1");
    assert.equal(status, 502);
  });

  it("trusts what the system or the user trusts, and one certificate of its own", async () => {
    const theirs = path.join(folder, "theirs.pem");
    fs.writeFileSync(theirs, "# the user's authorities\n");
    const hosts = ["docs.tigera.io"];
    const place = path.join(folder, "race");
    const all = await Promise.all([1, 2, 3].map(() => certificateFor(hosts, place)));
    assert.equal(new Set(all.map(({ cert }) => cert)).size, 1, "whoever was first");

    const env = await start({ SSL_CERT_FILE: theirs, NO_PROXY: "example.com" });
    assert.match(fs.readFileSync(env.SSL_CERT_FILE, "utf8"), /^-----BEGIN[^]*# the user's authorities\n$/);
    assert.equal(env.NO_PROXY, "127.0.0.1,localhost,example.com");
    const { SSL_CERT_FILE } = await start();
    assert.ok(fs.readFileSync(SSL_CERT_FILE, "utf8").split("BEGIN CERTIFICATE").length > 50);
  });

  const plugin = path.join(folder, "plugin");
  const script = path.join(folder, "script");
  const node = [process.execPath, "--import", `file://${require.resolve("tsx")}`];
  const write = (body: string) => {
    fs.writeFileSync(plugin, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    fs.writeFileSync(script, pluginScript(node, folder, plugin, "4.34.2"), { mode: 0o755 });
  };
  const run = (engine: string, env: NodeJS.ProcessEnv = {}) =>
    spawn(script, [engine], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  const shared = () => processesWith(`charts/main.ts ${folder} `);

  it("runs the plugins of a command behind one proxy, with their arguments, output and exit code", async () => {
    write('echo "$1 $AKS_CALICO_EBPF_PLUGIN_VERSION $HTTPS_PROXY"; exit 3');
    const [ours, theirs] = await Promise.all(
      [{}, { AKS_CALICO_EBPF_REAL_CHARTS: "1", HTTPS_PROXY: "" }].map(async (env) => {
        const engine = `127.0.0.1:${await serve(net.createServer())}`;
        const outputs = [1, 2, 3].map(async () => {
          const child = run(engine, env);
          const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
          assert.equal(code, 3);
          return output.replace(engine, "ENGINE");
        });
        const said = new Set(await Promise.all(outputs));
        assert.equal(said.size, 1);
        return [...said][0];
      }),
    );
    assert.match(ours, /^ENGINE 4\.34\.2 http:\/\/127\.0\.0\.1:\d+\n$/);
    assert.equal(theirs, "ENGINE 4.34.2 \n");
    assert.equal(shared().length, 2, "one for each command");
  });

  it("ends the plugins when the CLI was killed, and itself", async () => {
    write("echo up; while :; do sleep 0.1; done");
    const cli = net.createServer();
    const plugins = await serve(cli).then((port) => [1, 2].map(() => run(`127.0.0.1:${port}`)));
    await Promise.all(plugins.map(({ stdout }) => once(stdout, "data")));
    for (const server of closing) server.close();
    const codes = await Promise.all(plugins.map((one) => once(one, "exit")));
    assert.deepEqual(codes.flat(), [null, "SIGKILL", null, "SIGKILL"]);
    await until("the shared process to end", async () => shared().length === 0 || undefined, { seconds: 5 });
  });

  it("ends the plugins that still wait for it, when the CLI was killed", async () => {
    const cli = net.createServer();
    const engine = `127.0.0.1:${await serve(cli)}`;
    await promisify(cli.close.bind(cli))();
    const codes = await Promise.all([1, 2].map(() => once(run(engine), "exit")));
    assert.deepEqual(codes.flat(), [null, "SIGKILL", null, "SIGKILL"]);
  });
});
