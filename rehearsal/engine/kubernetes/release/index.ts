// `kubernetes:helm.sh/v3:Release`: check and diff as pulumi-kubernetes does them, the work itself by the real Helm
// (pulumi-kubernetes provider/pkg/provider/helm_release.go).

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Chart, Helm, HelmAnswer } from "../../../helm";
import {
  InitializationError,
  type Checked,
  type ConfiguredProvider,
  type Diff,
  type Operation,
  type Props,
  type State,
} from "../../provider";
import { isTransient, type ApiClient } from "../client";
import type { Config } from "../config";
import { messageOf } from "../errors";
import { parseId } from "../objects";
import type { Unreachable } from "../unreachable";
import { diffRelease } from "./diff";
import { withAdvice } from "./failures";
import { installArgs, uninstallArgs, upgradeArgs } from "./flags";
import { checkRelease, referenceOf } from "./inputs";
import { releaseState } from "./outputs";
import { readRelease, type StoredRelease } from "./stored";

export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Kept by Helm with the release: which create made it. Nothing else tells a killed create's release from a stranger's. */
const CREATION = "rehearsal/creation";

/** Bounds the look at what Helm left after an interruption, when the operation's own signal has fired. */
const LOOK_MS = 5000;
/** After a failure the API server may be away; without that look the state would lose the release. */
const PATIENCE_MS = 30_000;

interface Ran extends HelmAnswer {
  /** What Helm said last of things that are not ready. */
  readonly waited: string[];
}

export class Releases implements ConfiguredProvider {
  constructor(
    private readonly config: Config,
    private readonly api: ApiClient | undefined,
    private readonly unreachable: Unreachable | undefined,
    private readonly helm: Helm,
  ) {}

  async check(op: Operation, olds: Props | undefined, news: Props): Promise<Checked> {
    if (this.unreachable?.skipsUpdates(op) && olds) return { inputs: olds, failures: [] };
    return checkRelease(op, this.config.namespace, olds, news, (reference) => this.helm.chart(reference));
  }

  async diff(_: Operation, _id: string, oldInputs: Props, oldOutputs: Props, news: Props): Promise<Diff> {
    return diffRelease(oldInputs, oldOutputs, news);
  }

  async create(op: Operation, news: Props): Promise<State> {
    const api = this.reachable("create");
    const label = `${CREATION}=${creationOf(op, news)}`;
    const answer = await this.run(op, installArgs(news, label), news, this.chart(news));
    const live = await this.lookAfter(answer, api, op, news);
    if (answer.ok && live) return releaseState(news, live);
    // Refused before anything was made, or made and taken away again (`atomic`), or it is another's.
    if (live?.labels[CREATION] !== creationOf(op, news)) throw new Error(advised(answer, news));
    const id = `${live.namespace}/${live.name}`;
    op.log(
      "warning",
      `Helm release "${live.name}" was created but has a failed status. Use the \`helm\` command to investigate the ` +
        `error, correct it, then retry. Reason: ${answer.error}`,
    );
    const what = `Helm release "${id}" was created, but failed to initialize completely. Use Helm CLI to investigate`;
    throw failed(what, answer, news, live);
  }

  async update(op: Operation, id: string, _inputs: Props, _outputs: Props, news: Props): Promise<State> {
    const api = this.reachable("update");
    const chart = this.chart(news);
    if (news.lint === true) await this.lint(op, news, chart);
    const before = await this.look(api, op, news);
    const answer = await this.run(op, upgradeArgs(news), news, chart);
    const live = await this.lookAfter(answer, api, op, news);
    if (answer.ok && live) return releaseState(news, live);
    // Refused before a new revision was begun.
    if (!live || live.revision === before?.revision) throw new Error(advised(answer, news));
    const what = `Helm release "${id}" failed to initialize completely. Use Helm CLI to investigate`;
    throw failed(what, answer, news, live);
  }

  async read(op: Operation, id: string, inputs: Props, outputs: Props): Promise<State | undefined> {
    if (this.unreachable) return this.unreachable.read(op, { id, outputs });
    const named = { ...parseId(id), ...inputs, ...outputs };
    const live = await this.look(this.reachable("read"), op, named);
    return live && { ...releaseState(outputs, live), id };
  }

  async delete(op: Operation, _id: string, inputs: Props, outputs: Props): Promise<void> {
    this.reachable("delete");
    const answer = await this.run(op, uninstallArgs({ ...inputs, ...outputs }), outputs);
    if (answer.ok) return;
    if (op.signal.aborted)
      throw new Error("interrupted while Helm removed the release; the next run goes on with it");
    throw new Error(advised(answer, { ...inputs, ...outputs }));
  }

  async recover(op: Operation, inputs: Props): Promise<State | undefined> {
    if (this.unreachable) return this.unreachable.recover(op);
    const live = await this.look(this.reachable("read"), op, inputs);
    return live?.labels[CREATION] === creationOf(op, inputs) ? releaseState(inputs, live) : undefined;
  }

  async invoke(token: string): Promise<never> {
    throw new Error(`function ${token} does not belong to a Helm release`);
  }

  private reachable(verb: string): ApiClient {
    if (this.api && !this.unreachable) return this.api;
    throw new Error(`can't ${verb} Helm Release with unreachable cluster: ${this.unreachable?.reason ?? ""}`);
  }

  private chart(inputs: Props): Chart {
    // Every input is known by now.
    return this.helm.chart(referenceOf(inputs)!);
  }

  private async look(api: ApiClient, op: Operation, inputs: Props): Promise<StoredRelease | undefined> {
    const signal = op.signal.aborted ? AbortSignal.timeout(LOOK_MS) : op.signal;
    return readRelease(api, String(inputs.namespace), String(inputs.name), signal);
  }

  /** What Helm has left. @throws Error with Helm's own words where that cannot be seen */
  private async lookAfter(answer: Ran, api: ApiClient, op: Operation, news: Props) {
    for (const until = Date.now() + PATIENCE_MS; ;) {
      try {
        return await this.look(api, op, news);
      } catch (error) {
        if (op.signal.aborted || !isTransient(error) || Date.now() > until) {
          const words = answer.ok ? "Helm is done" : advised(answer, news);
          throw new Error(`${words}\nwhat it left cannot be read: ${messageOf(error)}`, { cause: error });
        }
      }
      await sleep(500, undefined, { signal: op.signal }).catch(() => undefined);
    }
  }

  /** A chart that was rendered badly before is told by its template's name. */
  private async lint(op: Operation, news: Props, chart: Chart): Promise<void> {
    const { ok, output, error } = await this.run(op, ["lint"], news, chart);
    const messages = output.split("\n").filter((line) => line.startsWith("[ERROR]"));
    if (!ok) throw new Error(`malformed chart or values: \n\t${messages.join("\n\t") || error}`);
  }

  private async run(op: Operation, args: string[], inputs: Props, chart?: Chart): Promise<Ran> {
    const { kubeConfig, client } = this.config;
    const note = chart?.note?.((inputs.values ?? {}) as Props) ?? "";
    if (note !== "") op.status(note);
    const waiting = new Map<string, string>();
    const said = new Set<string>();
    const answer = await this.helm.run(
      {
        args: [...args, "--qps", String(client.qps), "--burst-limit", String(client.burst)],
        kubeconfig: kubeConfig!.exportConfig(),
        values: chart && (inputs.values ?? {}),
        signal: op.signal,
        progress: (line) => op.status(line),
        said(message) {
          const object = /^(\S.*? is not ready: [^\s.]+)/.exec(message)?.[1];
          if (object) waiting.set(object, message);
          // Helm repeats itself every two seconds.
          if (!said.has(message)) op.status(message);
          said.add(message);
        },
      },
      chart,
    );
    for (const warning of answer.warnings) op.log("warning", warning);
    if (note !== "" && answer.ok) op.status(note);
    return { ...answer, waited: [...waiting.values()] };
  }
}

/** The same for a create that is repeated with the same inputs. A label's value has at most 63 characters. */
function creationOf({ urn }: Operation, inputs: Props): string {
  return createHash("sha256")
    .update(JSON.stringify([urn, inputs]))
    .digest("hex")
    .slice(0, 32);
}

const advised = (answer: Ran, inputs: Props) => withAdvice(answer.error, inputs, answer.waited);

/** The words of releaseFailedError, within those of its caller. */
function failed(what: string, answer: Ran, inputs: Props, live: StoredRelease): InitializationError {
  const release = `${live.namespace}/${live.name}`;
  const words = `failed to become available within allocated timeout. Error: Helm Release ${release}: `;
  return new InitializationError(releaseState(inputs, live), [`${what}: ${words}${advised(answer, inputs)}`]);
}
