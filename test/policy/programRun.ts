// Programs before the pack, as they are: the engine's preview shows one running pack every resource that they declare.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ClusterHost } from "../../rehearsal/controlPlane/cluster";
import { Engine, type EngineEvent, type EngineOptions } from "../../rehearsal/engine";
import { azureProvider } from "../../rehearsal/azure";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import { randomProvider } from "../../rehearsal/random";
import { type PolicyPackProcess, startPolicyPack } from "../../rehearsal/policy/analyzer";
import { asAnalyzer, readPackConfig } from "../../rehearsal/policy/packs";
import { packFolder } from "./judge";
import { theirKubeconfig } from "./theirs";

export const root = path.resolve(__dirname, "../..");

export interface Judged {
  /** `policy (resource)` of each mandatory violation, sorted. */
  mandatory: string[];
  /** The same of advisory ones, and of policies that could not run. */
  advisory: string[];
  messages: string[];
  /** How many resources the program declared, providers included. */
  resources: number;
}

export interface Program {
  /** Relative to the repository. */
  folder: string;
  stack?: string;
  config?: Record<string, string>;
  /** A set of levels, `policy/sets/NAME.json`; undefined = the pack's own levels. */
  set?: string;
  /** The program was brought up until a resource of this kind was there, and is previewed then. */
  made?: string;
}

/** Clusters that are there as soon as they are asked for, with nobody behind their names. */
const names: ClusterHost = {
  create: async () => undefined,
  setPool: async () => undefined,
  kubeconfig: async () => theirKubeconfig,
  delete: async () => undefined,
};

export class ProgramJudge {
  private constructor(
    private readonly folder: string,
    private readonly pack: PolicyPackProcess,
  ) {}

  static async start(): Promise<ProgramJudge> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "policy-program-"));
    try {
      return new ProgramJudge(folder, await startPolicyPack(packFolder));
    } catch (error) {
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the pack says of a program's first preview. Fails where the preview itself does. */
  async judged({ folder, stack = "dev", config, set, made }: Program): Promise<Judged> {
    const levels = set === undefined ? {} : readPackConfig(path.join(packFolder, "sets", `${set}.json`));
    const events: EngineEvent[] = [];
    const projectDir = path.join(root, folder);
    const stateDir = fs.mkdtempSync(path.join(this.folder, "stack-"));
    const whole = {
      projectDir,
      stack,
      stateDir,
      providers: [
        azureProvider({ clusters: names, store: path.join(stateDir, "azure.json") }),
        kubernetesProvider({ folder: projectDir }),
        randomProvider(),
      ],
      config,
    };
    if (made !== undefined) await makeUntil(whole, made);
    const engine = new Engine({
      ...whole,
      events: (event) => void events.push(event),
      analyzers: [asAnalyzer(this.pack, packFolder, await this.pack.configure(levels))],
    });
    const result = await engine.preview();
    assert.deepEqual(
      result.failures.filter(({ policy }) => policy === undefined),
      [],
      "the preview itself",
    );
    const said = events.filter((event) => event.kind === "policy-violation");
    const named = (mandatory: boolean) =>
      said
        .filter((one) => one.mandatory === mandatory)
        .map(({ policy, urn }) => `${policy.name} (${urn?.split("::").at(-1)})`)
        .sort();
    return {
      mandatory: named(true),
      advisory: named(false),
      messages: said.map(({ message }) => message),
      resources: events.filter((event) => event.kind === "step-done").length,
    };
  }

  async end(): Promise<void> {
    await this.pack.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Brings a program up and ends that when a resource of the kind is there. */
async function makeUntil(options: Omit<EngineOptions, "events">, type: string): Promise<void> {
  const stop = new AbortController();
  let made = false;
  const events = (event: EngineEvent) => {
    if (event.kind !== "step-done" || !event.type.endsWith(`:${type}`)) return;
    made = true;
    stop.abort();
  };
  const { failures } = await new Engine({ ...options, events, signal: stop.signal }).up();
  assert.ok(made, `no ${type} was made: ${failures.map(({ message }) => message).join("; ")}`);
}
