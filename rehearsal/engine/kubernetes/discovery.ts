// Which path of the API serves a kind, from the API server's own discovery.

import type { ApiClient } from "./client";
import { isNotFound, NoMatchError } from "./errors";
import { nameOf, namespaceOf, type KubeObject } from "./objects";

interface Mapping {
  readonly plural: string;
  readonly namespaced: boolean;
}

export class Discovery {
  private readonly groups = new Map<string, Promise<Map<string, Mapping>>>();

  constructor(private readonly api: ApiClient) {}

  /** Forgets what was read: a CustomResourceDefinition was made. */
  reset(): void {
    this.groups.clear();
  }

  /** @throws NoMatchError where the server does not know the kind, even after asking again. */
  async mapping(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Mapping> {
    const known = (await this.group(apiVersion, signal)).get(kind);
    if (known) {
      return known;
    }
    this.groups.delete(apiVersion);
    const fresh = (await this.group(apiVersion, signal)).get(kind);
    if (!fresh) {
      throw new NoMatchError(kind, apiVersion);
    }
    return fresh;
  }

  /** The path of all objects of a kind in the object's namespace. */
  async collection(object: KubeObject, signal?: AbortSignal): Promise<string> {
    const { plural, namespaced } = await this.mapping(object.apiVersion, object.kind, signal);
    const prefix = rootOf(object.apiVersion);
    return namespaced
      ? `${prefix}/namespaces/${encodeURIComponent(namespaceOf(object) || "default")}/${plural}`
      : `${prefix}/${plural}`;
  }

  /** The path of one object. */
  async path(object: KubeObject, signal?: AbortSignal): Promise<string> {
    return `${await this.collection(object, signal)}/${encodeURIComponent(nameOf(object))}`;
  }

  private group(apiVersion: string, signal?: AbortSignal): Promise<Map<string, Mapping>> {
    let group = this.groups.get(apiVersion);
    if (!group) {
      group = this.load(apiVersion, signal);
      this.groups.set(apiVersion, group);
      // A failure must not stay: the server may only be starting.
      group.catch(() => this.groups.delete(apiVersion));
    }
    return group;
  }

  private async load(apiVersion: string, signal?: AbortSignal): Promise<Map<string, Mapping>> {
    try {
      const list = await this.api.request("GET", rootOf(apiVersion), { signal });
      const resources: KubeObject[] = list.resources ?? [];
      return new Map(
        resources
          .filter((r) => !r.name.includes("/"))
          .map((r) => [r.kind, { plural: r.name, namespaced: r.namespaced }]),
      );
    } catch (error) {
      if (isNotFound(error)) {
        return new Map();
      }
      throw error;
    }
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
