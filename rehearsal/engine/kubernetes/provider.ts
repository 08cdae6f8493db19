// A configured Kubernetes provider: one cluster, any kind (pulumi-kubernetes provider/pkg/provider/provider.go).

import {
  UNKNOWN,
  type Checked,
  type ConfiguredProvider,
  type Diff,
  type Operation,
  type Props,
  type State,
} from "../provider";
import { createObject, getObject, relinquish, updateObject, type Target } from "./apply";
import { checkInputs } from "./check";
import { ApiClient } from "./client";
import type { Config } from "./config";
import { deleteObject } from "./delete";
import { diffInputs, sameIdentity } from "./diff";
import { Discovery } from "./discovery";
import { isNotFound, messageOf, NoMatchError, WaitError } from "./errors";
import { fieldManagerName } from "./fieldManagers";
import {
  annotation,
  annotations,
  FIELD_MANAGER,
  idOf,
  INITIAL_API_VERSION,
  isCrd,
  parseId,
  toKubeObject,
  type KubeObject,
} from "./objects";
import { creationError, failedToInitialize, stateOf } from "./outcome";
import { recoverObject } from "./recover";
import { Unreachable } from "./unreachable";
import { isPatch, knownNamespaced, parseType } from "./types";
import { awaitReady } from "./wait";
import { isJobComplete } from "./wait/podAndJob";
import type { Wait } from "./wait/awaiter";

export class KubernetesObjects implements ConfiguredProvider {
  private readonly discovery?: Discovery;
  /** Scopes of the kinds whose definitions this run declares: true = they have a namespace. */
  private readonly declared = new Map<string, boolean>();
  /** Field managers of the resources that this run has met: none of them is an interrupted create's. */
  private readonly inUse = new Set<unknown>();

  constructor(
    private readonly config: Config,
    private readonly api: ApiClient | undefined,
    private readonly unreachable: Unreachable | undefined,
  ) {
    this.discovery = api && new Discovery(api);
  }

  async check(op: Operation, olds: Props | undefined, news: Props): Promise<Checked> {
    if (this.unreachable?.skipsUpdates(op) && olds) {
      return { inputs: olds, failures: [] };
    }
    const object = toKubeObject(news);
    if (isCrd(object) && object.spec?.names?.kind) {
      this.declared.set(`${object.spec.group}/${object.spec.names.kind}`, object.spec.scope === "Namespaced");
    }
    return checkInputs(op, this.config, olds, news, (o) => this.namespaced(o));
  }

  async diff(op: Operation, id: string, oldInputs: Props, oldOutputs: Props, news: Props): Promise<Diff> {
    this.inUse.add(oldOutputs[FIELD_MANAGER]);
    const diff = diffInputs(op.type, this.config, oldInputs, oldOutputs, news);
    const wanted = toKubeObject(news);
    if (annotation(wanted, annotations.replaceUnready) !== "true") {
      return diff;
    }
    if (wanted.kind !== "Job") {
      op.log("warning", "replaceUnready annotation is not supported for this resource");
      return diff;
    }
    if (this.unreachable) {
      op.log("warning", "Cluster is unreachable, skipping replaceUnready check");
      return diff;
    }
    const live = await this.live(op, id, wanted).catch(() => undefined);
    if (!live || isJobComplete(live)) {
      return diff;
    }
    const replace = [...diff.replace, `.metadata.annotations["${annotations.replaceUnready}"]`];
    return { ...diff, replace, deleteBeforeReplace: sameIdentity(wanted, live) };
  }

  async create(op: Operation, news: Props): Promise<State> {
    const inputs = toKubeObject(news);
    const target = this.target(op, news, fieldManagerName(inputs));
    const made = await createObject(target, inputs).catch((error) => {
      throw creationError(op, error);
    });
    if (isCrd(inputs)) {
      target.discovery.reset();
    }
    const state = (object: KubeObject) => stateOf(object, target.fieldManager, inputs.apiVersion);
    try {
      return state(await awaitReady(this.wait(target, inputs, made)));
    } catch (error) {
      const what =
        `resource "${op.urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
        "fully initialize or become live";
      throw failedToInitialize(what, error, state(error instanceof WaitError ? error.object : made));
    }
  }

  async update(op: Operation, id: string, oldInputs: Props, oldOutputs: Props, news: Props): Promise<State> {
    const inputs = toKubeObject(news);
    const target = this.target(op, news, fieldManagerName(inputs, oldOutputs));
    const initial = oldOutputs[INITIAL_API_VERSION] ?? oldInputs.apiVersion;
    const state = (object: KubeObject) => stateOf(object, target.fieldManager, initial ?? inputs.apiVersion);
    const identity = { ...inputs, metadata: { ...inputs.metadata, name: parseId(id).name } };
    let ready: KubeObject;
    try {
      const before = await getObject(target, identity);
      const changed = await updateObject(target, before, inputs);
      ready = await awaitReady(this.wait(target, inputs, changed, before));
    } catch (error) {
      throw await this.updateError(target, identity, error, state);
    }
    const former = fieldManagerName(toKubeObject(oldInputs), oldOutputs);
    if (former !== target.fieldManager) {
      await relinquish(target, ready, former);
    }
    return state(ready);
  }

  async read(op: Operation, id: string, inputs: Props, outputs: Props): Promise<State | undefined> {
    if (this.unreachable) {
      return this.unreachable.read(op, { id, outputs });
    }
    this.inUse.add(outputs[FIELD_MANAGER]);
    const type = parseType(op.type);
    const kind = (inputs.kind ?? outputs.kind ?? type.name) as string;
    const apiVersion = (inputs.apiVersion ?? outputs.apiVersion ?? type.apiVersion) as string;
    try {
      const live = await this.live(op, id, { apiVersion, kind });
      const fieldManager = fieldManagerName(toKubeObject(inputs), outputs);
      return { ...stateOf(live, fieldManager, outputs[INITIAL_API_VERSION] ?? apiVersion), id };
    } catch (error) {
      if (isNotFound(error) || error instanceof NoMatchError) {
        return undefined;
      }
      throw error;
    }
  }

  async delete(op: Operation, id: string, inputs: Props, outputs: Props): Promise<void> {
    if (this.unreachable) {
      return this.unreachable.delete(op);
    }
    const given = toKubeObject(inputs);
    const target = this.target(op, inputs, fieldManagerName(given, outputs));
    const { name, namespace } = parseId(id);
    const object = toKubeObject({ apiVersion: inputs.apiVersion, kind: inputs.kind, ...outputs });
    object.metadata = { ...object.metadata, name, ...(namespace && { namespace }) };
    await deleteObject(target, given, object, this.wait(target, given, object));
  }

  async recover(op: Operation, inputs: Props): Promise<State | undefined> {
    if (this.unreachable) {
      return this.unreachable.recover(op);
    }
    const found = await recoverObject(this.target(op, inputs, ""), toKubeObject(inputs), this.inUse);
    this.inUse.add(found?.outputs[FIELD_MANAGER]);
    return found;
  }

  async invoke(token: string): Promise<never> {
    throw new Error(
      `function ${token} is not supported by the rehearsal: it renders Helm charts, YAML or kustomizations on the ` +
        "provider's side; declare the objects themselves",
    );
  }

  private target(op: Operation, inputs: Props, fieldManager: string): Target {
    if (this.unreachable || !this.api || !this.discovery) {
      throw new Error(`configured Kubernetes cluster is unreachable: ${this.unreachable?.reason ?? ""}`);
    }
    this.inUse.add(fieldManager);
    const { api, discovery, config } = this;
    return { op, api, discovery, config, patch: isPatch(op.type, inputs), fieldManager };
  }

  private wait(target: Target, inputs: KubeObject, object: KubeObject, before?: KubeObject): Wait {
    const { op, api, discovery } = target;
    const said = new Set<string>([""]);
    const say = (message: string) => {
      if (!said.has(message)) {
        said.add(message);
        op.status(message);
      }
    };
    return { op, api, discovery, inputs, object, before, say };
  }

  private async live(op: Operation, id: string, type: KubeObject): Promise<KubeObject> {
    const object = { apiVersion: type.apiVersion, kind: type.kind, metadata: parseId(id) };
    return getObject(this.target(op, { kind: type.kind }, ""), object);
  }

  private async updateError(
    target: Target,
    identity: KubeObject,
    error: unknown,
    state: (object: KubeObject) => State,
  ): Promise<Error> {
    const { op } = target;
    if (error instanceof NoMatchError) {
      return new Error(
        `update of resource "${op.urn}" failed because the Kubernetes API server reported that the apiVersion for ` +
          `this resource does not exist. Verify that any required CRDs have been created: ${messageOf(error)}`,
      );
    }
    const what = (object: KubeObject) =>
      `the Kubernetes API server reported that "${idOf(object)}" failed to fully initialize or become live`;
    if (op.signal.aborted && error instanceof WaitError) {
      return failedToInitialize(what(error.object), error, state(error.object));
    }
    try {
      const live = await getObject(target, identity);
      return failedToInitialize(what(live), error, state(live));
    } catch (unread) {
      return new Error(
        `update of resource "${op.urn}" failed: ${messageOf(error)}\nunable to get cluster state: ${messageOf(unread)}`,
        { cause: error },
      );
    }
  }

  private async namespaced(object: KubeObject): Promise<boolean> {
    const { apiVersion, kind } = object;
    if (kind === UNKNOWN || apiVersion === UNKNOWN) {
      return true;
    }
    const fallback = knownNamespaced(apiVersion, kind) ?? true;
    const declared = this.declared.get(`${String(apiVersion).split("/")[0]}/${kind}`);
    if (!this.discovery || declared !== undefined) {
      return declared ?? fallback;
    }
    // A kind that nobody knows yet is taken to have a namespace; the server drops it where it has none.
    const mapping = await this.discovery.mapping(apiVersion, kind).catch(() => undefined);
    return mapping?.namespaced ?? fallback;
  }
}
