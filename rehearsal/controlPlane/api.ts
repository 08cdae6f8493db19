// A small client of the Kubernetes API: JSON over TLS with a client certificate, and watches. The full client
// library takes longer to load than the stand-ins take to start, and they use six calls of it.
import { once } from "node:events";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { type Layout, serverOf } from "./kwok";

/** A Kubernetes object, as loosely typed as JSON is. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; [key: string]: any };
  [key: string]: any;
}

/** Where objects of this kind are, for kinds with a plain plural. */
export function collectionOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion!.includes("/") ? "apis" : "api";
  const place = metadata.namespace ? `namespaces/${metadata.namespace}/` : "";
  return `/${group}/${apiVersion}/${place}${kind!.toLowerCase()}s`;
}

export const condition = (object: KubeObject | undefined, type: string): any =>
  object?.status?.conditions?.find((one: any) => one.type === type);

/** The API server's refusal: its Status object's message and code. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** `undefined` where the API server refuses with this code. */
async function unless<T>(code: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === code) return undefined;
    throw error;
  }
}

export class Api {
  private readonly agent: https.Agent;
  private readonly server: string;

  /** @param name what is written bears it as its field manager, which the API server takes from the user agent */
  constructor(
    where: Layout,
    private readonly name: string,
  ) {
    this.server = serverOf(where);
    const [ca, cert, key] = ["ca.crt", "admin.crt", "admin.key"].map((file) =>
      fs.readFileSync(where.pki(file)),
    );
    this.agent = new https.Agent({ keepAlive: true, ca, cert, key });
  }

  private async call(method: string, url: string, body?: object, type = "application/json") {
    const sent = body && JSON.stringify(body);
    // Node.js announces no body by itself for a DELETE.
    const headers = sent ? { "content-type": type, "content-length": Buffer.byteLength(sent) } : {};
    const response = await this.send(url, { method, headers, signal: AbortSignal.timeout(30_000) }, sent);
    const [code, received] = [response.statusCode!, await text(response)];
    const answer = received.startsWith("{") ? JSON.parse(received) : received;
    if (code < 300) return answer;
    throw new ApiError(code, answer.message ?? `${method} ${url}: ${code} ${received.slice(0, 300)}`);
  }

  private async send(url: string, options: https.RequestOptions, body?: string): Promise<IncomingMessage> {
    const headers = { "user-agent": this.name, ...options.headers };
    const request = https.request(this.server + url, { ...options, headers, agent: this.agent }).end(body);
    // What breaks after the answer has begun is told by the answer.
    request.on("error", () => undefined);
    return (await once(request, "response"))[0];
  }

  /** Lets go of idle connections, so that a short-lived process can end. */
  close(): void {
    this.agent.destroy();
  }

  /** Undefined = not found. */
  get(url: string): Promise<KubeObject | undefined> {
    return unless(404, this.call("GET", url));
  }

  async list(url: string): Promise<KubeObject[]> {
    return (await this.call("GET", url)).items;
  }

  create(url: string, object: object): Promise<KubeObject> {
    return this.call("POST", url, object);
  }

  /** Creates what is not there yet and leaves alone what is. */
  async ensure(url: string, object: object): Promise<void> {
    await unless(409, this.create(url, object));
  }

  replace(url: string, object: object): Promise<KubeObject> {
    return this.call("PUT", url, object);
  }

  /** A merge patch. */
  patch(url: string, patch: object): Promise<KubeObject> {
    return this.call("PATCH", url, patch, "application/merge-patch+json");
  }

  /** Server-side apply by force, as `manager`. */
  apply(url: string, object: object, manager: string): Promise<KubeObject> {
    const as = `fieldManager=${manager}&force=true`;
    // JSON is YAML, and the API server takes an application only under this type.
    return this.call("PATCH", `${url}?${as}`, object, "application/apply-patch+yaml");
  }

  async delete(url: string, body?: object): Promise<void> {
    await unless(404, this.call("DELETE", url, body));
  }

  /** True once the API server serves. Never throws. */
  ready(): Promise<boolean> {
    return this.send("/readyz", { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.resume().statusCode === 200,
      () => false,
    );
  }

  /**
   * Calls `changed` after every change below a collection, and after every reconnect, when anything may have changed.
   * Survives a dead API server: it tries again every 300 ms.
   */
  async watch(url: string, changed: () => void): Promise<never> {
    for (;;) {
      try {
        const response = await this.send(`${url}?watch=1&timeoutSeconds=300`, {});
        if (response.statusCode === 200) changed();
        for await (const _ of response) if (response.statusCode === 200) changed();
      } catch {
        // Not served yet, or the connection broke: both end in another try.
      }
      await pause(300);
    }
  }
}

/** Does something as the platform; a process that ends soon must let go of its connections. */
export async function withApi<T>(where: Layout, work: (api: Api) => Promise<T>): Promise<T> {
  const api = new Api(where, "aks");
  return work(api).finally(() => api.close());
}
