// The policy pack in a process of its own, served by the policy SDK and asked over gRPC as the engine asks it.
// How the CLI starts one: tools/pulumi/language-nodejs/main.go, `policyPack`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export const packFolder = path.join(__dirname, "..", "..", "policy");

/** A message has no undefined in it. */
export const struct = (value: object) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

/** The policy that notes inputs for all stack policies. */
const collector = "pack-inputs";

/** Ends a process with the one that started it, even where that was killed: its standard input is closed then. */
const endWithParent = `data:text/javascript,process.stdin.on("end", () => process.exit()).resume()`;

export class ServedPack {
  private policies: string[] = [];
  private configured = "";

  private constructor(private readonly client: AnalyzerClient) {}

  static async start(update: boolean): Promise<ServedPack> {
    const script = require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [packFolder] });
    // The script does nothing with the engine's address.
    const args = ["--import", endWithParent, script, "127.0.0.1:0", packFolder];
    const child = spawn(process.execPath, args, {
      cwd: packFolder,
      env: { ...process.env, PULUMI_NODEJS_DRY_RUN: String(!update) },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [port] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    assert.match(String(port), /^\d+\n$/, "the policy pack does not start; its own message is above");
    // It does not keep this process running.
    for (const one of [child, child.stdin as Socket, child.stdout as Socket]) one.unref();
    const client = new AnalyzerClient(`127.0.0.1:${Number(port)}`, grpc.credentials.createInsecure());
    const pack = new ServedPack(client);
    const info: rpc.AnalyzerInfo = await pack.ask("getAnalyzerInfo", new Empty());
    pack.policies = info.getPoliciesList().map((policy) => policy.getName());
    return pack;
  }

  ask(method: keyof AnalyzerClient, request: unknown): Promise<any> {
    return new Promise((resolve, reject) =>
      (this.client[method] as any)(request, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  }

  /** From now on this policy is on, with others that it needs, and no more. */
  async configure(
    policy: string,
    config: object,
    level = rpc.EnforcementLevel.MANDATORY,
    others: string[] = [],
  ): Promise<void> {
    assert.ok(this.policies.includes(policy), `the pack has no policy ${policy}`);
    const wanted = JSON.stringify([policy, config, level, others]);
    if (this.configured === wanted) return;
    const request = new rpc.ConfigureAnalyzerRequest();
    for (const name of this.policies) {
      const isOn = [policy, collector, ...others].includes(name);
      const own = new rpc.PolicyConfig()
        .setEnforcementlevel(isOn ? level : rpc.EnforcementLevel.DISABLED)
        .setProperties(struct(name === policy ? config : {}));
      request.getPolicyconfigMap().set(name, own);
    }
    await this.ask("configure", request);
    this.configured = wanted;
  }
}

const packs = new Map<boolean, Promise<ServedPack>>();

/** The pack as the CLI starts it for a preview, or for an update; each once in a process. */
export function servedPack(update = false): Promise<ServedPack> {
  const pack = packs.get(update) ?? ServedPack.start(update);
  packs.set(update, pack);
  return pack;
}
