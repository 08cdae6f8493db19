// A small client of the Kubernetes API: JSON over TLS with a client certificate, and watches. The full client
// library takes longer to load than the stand-ins take to start, and they use six calls of it.
import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { load } from "js-yaml";

/** A Kubernetes object, as loosely typed as JSON is. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    generation?: number;
    resourceVersion?: string;
    [key: string]: any;
  };
  [key: string]: any;
}

/** The API server's refusal: its Status object's message and code. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const contentTypes = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
} as const;

/** JSON is YAML, and the API server takes an application only under this type. */
const applyType = "application/apply-patch+yaml";

export class Api {
  private readonly agent: https.Agent;
  private readonly server: URL;

  /** @param kubeconfigFile a kubeconfig with a client certificate, as kwokctl writes it */
  constructor(
    kubeconfigFile: string,
    private readonly fieldManager: string,
  ) {
    const config = load(fs.readFileSync(kubeconfigFile, "utf8")) as any;
    const { cluster } = config.clusters[0];
    const { user } = config.users[0];
    const read = (name: string, from: any): Buffer =>
      from[`${name}-data`]
        ? Buffer.from(from[`${name}-data`], "base64")
        : fs.readFileSync(path.resolve(path.dirname(kubeconfigFile), from[name]));
    this.server = new URL(cluster.server);
    this.agent = new https.Agent({
      keepAlive: true,
      // kwokctl's own kubeconfig skips the check; the CA stands beside it, so that we need not.
      ca:
        cluster["certificate-authority"] || cluster["certificate-authority-data"]
          ? read("certificate-authority", cluster)
          : fs.readFileSync(path.join(path.dirname(kubeconfigFile), "pki", "ca.crt")),
      cert: read("client-certificate", user),
      key: read("client-key", user),
    });
  }

  private open(method: string, url: string, body?: unknown, type = "application/json"): https.RequestOptions {
    const named = method === "GET" || method === "DELETE" || url.includes("fieldManager=");
    const query = named ? "" : `fieldManager=${this.fieldManager}`;
    return {
      agent: this.agent,
      host: this.server.hostname,
      port: this.server.port,
      method,
      path: query ? `${url}${url.includes("?") ? "&" : "?"}${query}` : url,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": type }) },
    };
  }

  private call<T = KubeObject>(
    method: string,
    url: string,
    body?: unknown,
    type?: string,
    timeout = 30_000,
  ): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options = this.open(method, url, body, type);
    // Node.js announces no body by itself for a DELETE.
    if (text !== undefined)
      options.headers = { ...options.headers, "content-length": Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = https.request({ ...options, timeout }, (response) => {
        const parts: Buffer[] = [];
        response.on("error", reject);
        response.on("data", (part) => parts.push(part));
        response.on("end", () => {
          const received = Buffer.concat(parts).toString("utf8");
          const code = response.statusCode ?? 0;
          let answer: any;
          try {
            answer = JSON.parse(received);
          } catch {
            answer = received;
          }
          if (code < 300) resolve(answer);
          else
            reject(
              new ApiError(code, answer?.message ?? `${method} ${url}: ${code} ${received.slice(0, 300)}`),
            );
        });
      });
      request.on("timeout", () =>
        request.destroy(new Error(`${method} ${url}: no answer in ${timeout / 1000} s`)),
      );
      request.on("error", reject);
      request.end(text);
    });
  }

  /** Lets go of idle connections, so that a short-lived process can end. */
  close(): void {
    this.agent.destroy();
  }

  /** Undefined = not found. */
  async get<T = KubeObject>(url: string): Promise<T | undefined> {
    try {
      return await this.call<T>("GET", url);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  async list(url: string): Promise<KubeObject[]> {
    return (await this.call<{ items: KubeObject[] }>("GET", url)).items;
  }

  create(url: string, object: object): Promise<KubeObject> {
    return this.call("POST", url, object);
  }

  /** Creates what is not there yet and leaves alone what is. */
  async ensure(url: string, object: object): Promise<void> {
    try {
      await this.create(url, object);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 409)) throw error;
    }
  }

  replace(url: string, object: object): Promise<KubeObject> {
    return this.call("PUT", url, object);
  }

  patch(url: string, kind: keyof typeof contentTypes, patch: object): Promise<KubeObject> {
    return this.call("PATCH", url, patch, contentTypes[kind]);
  }

  /** Server-side apply by force, as `manager`. */
  apply(url: string, object: object, manager: string): Promise<KubeObject> {
    return this.call("PATCH", `${url}?fieldManager=${manager}&force=true`, object, applyType);
  }

  async delete(url: string, body?: object): Promise<void> {
    try {
      await this.call("DELETE", url, body);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  /** True once the API server serves. Never throws. */
  async ready(): Promise<boolean> {
    try {
      return (await this.call<any>("GET", "/readyz", undefined, undefined, 2000)) === "ok";
    } catch {
      return false;
    }
  }

  /**
   * Calls `changed` after every change below a collection (and after every reconnect, when anything may have
   * changed), until `signal` fires. Survives a dead API server: it tries again every 300 ms.
   */
  async watch(url: string, changed: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const list = await this.call<any>("GET", `${url}${url.includes("?") ? "&" : "?"}limit=1`);
        changed();
        await this.stream(url, list.metadata.resourceVersion, changed, signal);
      } catch {
        // Not served yet, or the connection broke: both end in another try.
      }
      await pause(300, undefined, { signal }).catch(() => undefined);
    }
  }

  private stream(url: string, from: string, changed: () => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const query = `watch=1&allowWatchBookmarks=false&timeoutSeconds=300&resourceVersion=${from}`;
      const options = this.open("GET", `${url}${url.includes("?") ? "&" : "?"}${query}`);
      const request = https.request({ ...options, signal }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          reject(new ApiError(response.statusCode ?? 0, `watch ${url}`));
          return;
        }
        response.on("data", () => changed());
        response.on("end", resolve);
        response.on("error", reject);
      });
      request.on("error", reject);
      request.end();
    });
  }
}
