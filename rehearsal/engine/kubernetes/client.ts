// Requests to the API server. `@kubernetes/client-node` reads the kubeconfig and signs requests (certificates, tokens,
// `exec` plugins, proxies); the requests themselves are plain HTTPS, since any kind and server-side apply are needed.

import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError, apiError, ConnectionError, connectionError } from "./errors";
import type { KubeObject } from "./objects";
import { RateLimit } from "./rateLimit";

export interface RequestOptions {
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Called for each `Warning` header: a deprecated API version, an unknown field. */
  readonly warn?: (message: string) => void;
}

export interface ClientSettings {
  /** Requests a second that the client allows itself, and how many at once before that counts. */
  readonly qps: number;
  readonly burst: number;
  /** Seconds that one request may take; undefined = no bound, as in client-go. */
  readonly timeout?: number;
}

/** client-go follows `Retry-After` this often (rest/with_retry.go). */
const MAX_RETRIES = 10;

export class ApiClient {
  private readonly server: string;
  private readonly agent: https.Agent;
  private readonly limit: RateLimit;

  constructor(
    private readonly kubeConfig: KubeConfig,
    private readonly settings: ClientSettings,
  ) {
    this.server = kubeConfig.getCurrentCluster()?.server.replace(/\/+$/, "") ?? "";
    this.agent = this.server.startsWith("http:")
      ? (new http.Agent({ keepAlive: true }) as https.Agent)
      : new https.Agent({ keepAlive: true });
    this.limit = new RateLimit(settings.qps, settings.burst);
  }

  /** @throws ApiError for an answer that is not a success, ConnectionError where there is no answer. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<KubeObject> {
    for (let attempt = 0; ; attempt++) {
      const response = await this.send(method, path, options);
      const body = await read(response);
      const code = response.statusCode ?? 0;
      for (const header of warningHeaders(response)) {
        options.warn?.(header);
      }
      if (code >= 200 && code < 300) {
        return parse(body, path);
      }
      const after = Number(response.headers["retry-after"]);
      if ((code !== 429 && code < 500) || !(after >= 0) || attempt >= MAX_RETRIES) {
        throw apiError(code, body);
      }
      await sleep(after * 1000, undefined, { signal: options.signal });
    }
  }

  /** A watch: one JSON document a line, until the server or `signal` ends it. */
  async *stream(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal,
  ): AsyncGenerator<KubeObject> {
    const response = await this.send("GET", path, { query, signal });
    if (response.statusCode !== 200) {
      throw apiError(response.statusCode ?? 0, await read(response));
    }
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        yield JSON.parse(line);
      }
    }
  }

  private async send(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    await this.limit.take(options.signal);
    const url = new URL(this.server + path);
    for (const [key, value] of Object.entries(options.query ?? {})) {
      url.searchParams.set(key, value);
    }
    const auth: https.RequestOptions = { headers: {} };
    await this.kubeConfig.applyToHTTPSOptions(auth as any);
    // client-node's own agent opens a connection a request; only its proxies are needed.
    const agent = this.kubeConfig.getCurrentCluster()?.proxyUrl ? auth.agent : this.agent;
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const request: https.RequestOptions = {
      ...auth,
      agent,
      method,
      signal: options.signal,
      headers: {
        ...auth.headers,
        accept: "application/json",
        "user-agent": "aks-calico-ebpf-rehearsal",
        ...(body && { "content-type": options.contentType ?? "application/json" }),
        ...(body && { "content-length": Buffer.byteLength(body) }),
      },
    };
    return exchange(url, request, body, this.settings.timeout, method);
  }
}

function exchange(
  url: URL,
  options: https.RequestOptions,
  body: string | undefined,
  timeoutSeconds: number | undefined,
  method: string,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const transport = url.protocol === "http:" ? http : https;
    const request = transport.request(url, options, resolve);
    if (timeoutSeconds) {
      const late = Object.assign(new Error("Client.Timeout exceeded while awaiting headers"), { code: "" });
      request.setTimeout(timeoutSeconds * 1000, () => request.destroy(late));
    }
    request.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed a connection that we had kept; it never saw this request, so it may be sent again.
      if (request.reusedSocket && error.code === "ECONNRESET" && !options.signal?.aborted) {
        exchange(url, options, body, timeoutSeconds, method).then(resolve, reject);
        return;
      }
      reject(connectionError(method, url, error));
    });
    request.end(body);
  });
}

function parse(body: string, path: string): KubeObject {
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    throw new Error(`the answer to ${path} is not JSON; is this the address of a Kubernetes API server?`);
  }
}

async function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw new ConnectionError(`unexpected EOF: ${(error as Error).message}`, "ECONNRESET");
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The texts in `Warning: 299 - "text"` headers. */
function warningHeaders(response: http.IncomingMessage): string[] {
  const header = response.headers["warning"];
  const all = Array.isArray(header) ? header.join(", ") : (header ?? "");
  return [...all.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((m) => m[1].replace(/\\(.)/g, "$1"));
}

/** Whether a failed read is worth another try: the server is away, starting, or overloaded. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError
    ? error.code === 429 || error.code >= 500
    : error instanceof ConnectionError;
}
