// The provider as the engine calls it: check, then create or update, with what it said on the way.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import type { ConfiguredProvider, Operation, Props, State } from "../../rehearsal/engine/provider";
import { withPrograms } from "../programs";
import { ApiServer } from "./apiServer";

export const connect = (server: ApiServer, inputs: Props = {}): Promise<ConfiguredProvider> =>
  kubernetesProvider().configure({ kubeconfig: server.kubeconfig(), ...inputs });

/** What the tests of one suite share. */
export interface Served {
  readonly server: ApiServer;
  readonly provider: ConfiguredProvider;
}

/** Starts an API server, and connects a provider with it, before the tests of the suite that calls it. */
export function served(): Served {
  const both: { -readonly [K in keyof Served]: Served[K] } = Object.create(null);
  withPrograms();
  before(async () => {
    both.server = await ApiServer.start();
    both.provider = await connect(both.server);
  });
  after(() => both.server?.stop());
  return both;
}

export class Recorder implements Operation {
  readonly statuses: string[] = [];
  readonly logs: string[] = [];
  private readonly abort = new AbortController();
  readonly signal = this.abort.signal;

  constructor(
    readonly type: string,
    readonly name: string,
    readonly timeoutSeconds?: number,
  ) {}

  get urn(): string {
    return `urn:pulumi:dev::test::${this.type}::${this.name}`;
  }

  status(message: string): void {
    this.statuses.push(message);
  }

  log(severity: string, message: string): void {
    this.logs.push(`${severity}: ${message}`);
  }

  cancel(): void {
    this.abort.abort();
  }
}

/** One declared resource through its life. */
export class Declared {
  inputs: Props = {};
  state: State = { id: "", outputs: {} };
  op: Recorder;

  constructor(
    readonly provider: ConfiguredProvider,
    readonly type: string,
    readonly name: string,
  ) {
    this.op = new Recorder(type, name);
  }

  /** Starts a new operation, so that its messages stand alone. */
  operation(timeoutSeconds?: number): Recorder {
    this.op = new Recorder(this.type, this.name, timeoutSeconds);
    return this.op;
  }

  async check(args: Props): Promise<Props> {
    const olds = this.state.id === "" ? undefined : this.inputs;
    const checked = await this.provider.check(this.op, olds, args);
    assert.deepEqual(checked.failures, []);
    return checked.inputs;
  }

  async create(args: Props, timeoutSeconds?: number): Promise<State> {
    this.operation(timeoutSeconds);
    this.inputs = await this.check(args);
    this.state = await this.provider.create(this.op, this.inputs);
    return this.state;
  }

  async update(args: Props, timeoutSeconds?: number): Promise<State> {
    this.operation(timeoutSeconds);
    const news = await this.check(args);
    const { id, outputs } = this.state;
    this.state = await this.provider.update(this.op, id, this.inputs, outputs, news);
    this.inputs = news;
    return this.state;
  }

  async diff(args: Props) {
    const news = await this.check(args);
    return this.provider.diff(this.op, this.state.id, this.inputs, this.state.outputs, news);
  }

  delete(timeoutSeconds?: number): Promise<void> {
    this.operation(timeoutSeconds);
    return this.provider.delete(this.op, this.state.id, this.inputs, this.state.outputs);
  }
}

/** Waits on a condition, not on time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `not within ${withinMs / 1000} s: ${what}`);
    await sleep(25);
  }
}

export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  return assert.fail("expected a failure");
}

export const configMap = (metadata: Props, data: Props = { colour: "red" }): Props => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata,
  data,
});

/** A DaemonSet that is valid and small. */
export const daemonSet = (name: string, metadata: Props = {}, podSpec: Props = {}): Props => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name, namespace: "default", ...metadata },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: "main", image: "none", env: [{ name: "HOST", value: "a" }] }],
        ...podSpec,
      },
    },
  },
});

/** What the DaemonSet controller would write for `count` nodes, all of them rolled. */
export const rolledOut = (generation: number, count: number): Props => ({
  status: {
    observedGeneration: generation,
    currentNumberScheduled: count,
    desiredNumberScheduled: count,
    numberAvailable: count,
    numberMisscheduled: 0,
    numberReady: count,
    updatedNumberScheduled: count,
  },
});
