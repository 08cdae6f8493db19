// A cluster as its kubeconfig reaches it. Plain JSON: the typed client reads a thousand nodes ten times slower.
import { once } from "node:events";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import type { KubeConfig } from "@kubernetes/client-node";
import { CannotReach } from "./exit";

/** A Kubernetes object, as loosely typed as JSON is. */
export type KubeObject = { metadata: { name: string; [key: string]: any }; [key: string]: any };

/** What the API server says instead of an answer: its Status object's message and code. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
}

const timeoutMs = 30_000;
/** Long before the API server ends an idle connection (k8s.io/apiserver, secure_serving.go: after 90 s). */
const idleMs = 5000;
/** How often a request is sent that the API server has no room for, as client-go does. */
const mostTries = 10;
/** How much is asked at once where there is much to ask. */
export const atOnce = 32;

export class Cluster {
  private constructor(
    readonly context: string,
    readonly server: string,
    private readonly options: https.RequestOptions,
    private readonly kubeconfig?: KubeConfig,
  ) {}

  /** By the kubeconfig that is named, or `KUBECONFIG`, or `~/.kube/config`, or the pod's own account. */
  static async open({ kubeconfig, context }: ClusterOptions): Promise<Cluster> {
    const { KubeConfig }: typeof import("./kubeconfig") = require("./kubeconfig");
    const config = new KubeConfig();
    const headers = { "user-agent": "aks-calico-ebpf" };
    const options: https.RequestOptions = { headers, timeout: idleMs };
    try {
      if (kubeconfig === undefined) config.loadFromDefault();
      else config.loadFromString(fs.readFileSync(kubeconfig, "utf8"));
      if (context !== undefined) config.setCurrentContext(context);
      if (config.getCurrentCluster() === null)
        throw new Error(`it has no context ${JSON.stringify(config.getCurrentContext())}`);
      await config.applyToHTTPSOptions(options);
      // It has none by itself, and a handshake costs the API server as much as a small object.
      Object.assign(options.agent!, { keepAlive: true });
    } catch (error) {
      throw new CannotReach(
        `the kubeconfig does not lead to a cluster: ${(error as Error).message}`,
        "give --kubeconfig FILE and --context NAME, or `az aks get-credentials`",
      );
    }
    return new Cluster(config.getCurrentContext(), config.getCurrentCluster()!.server, options, config);
  }

  /** Without a kubeconfig: by an address and a certificate. */
  static at(context: string, server: string, certificate: https.RequestOptions): Cluster {
    return new Cluster(context, server, certificate);
  }

  get config(): KubeConfig {
    if (this.kubeconfig === undefined) throw new Error("this cluster was not opened by a kubeconfig");
    return this.kubeconfig;
  }

  /** The API server's version. @throws CannotReach where nobody answers, or does not know who asks */
  async version(): Promise<string> {
    try {
      return (await this.get("/version")).gitVersion;
    } catch (error) {
      if (error instanceof ApiError && error.code !== 401) return "";
      const unauthorized = error instanceof ApiError;
      throw new CannotReach(
        `${this.server} ${unauthorized ? "does not accept these credentials (401)" : `does not answer: ${wordsOf(error)}`}`,
        unauthorized
          ? "get new ones: `az aks get-credentials --overwrite-existing`, `az login`"
          : "docs/troubleshooting.md, The cluster cannot be reached",
      );
    }
  }

  /** @throws ApiError for a refusal, Error where the connection breaks */
  async get(url: string, accept = "application/json"): Promise<any> {
    const received = await this.read(url, accept);
    return received.startsWith("{") ? JSON.parse(received) : received;
  }

  async list(url: string): Promise<KubeObject[]> {
    return (await this.get(url)).items;
  }

  /** What the API server made of it. */
  async post(url: string, object: object): Promise<KubeObject> {
    const body = JSON.stringify(object);
    return JSON.parse(await this.send("POST", url, "application/json", { body }));
  }

  /** Begins to delete; nothing happens where it is gone already. */
  async delete(url: string): Promise<void> {
    await this.send("DELETE", url, "*/*").catch((error: unknown) => {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    });
  }

  /** The text as it is. @param until when the caller does not wait any longer */
  read(url: string, accept = "*/*", until?: AbortSignal): Promise<string> {
    return this.send("GET", url, accept, { until });
  }

  private async send(
    method: string,
    url: string,
    accept: string,
    { body, until }: { body?: string; until?: AbortSignal } = {},
    tries = 1,
  ): Promise<string> {
    const about = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { ...this.options.headers, ...about, accept, "accept-encoding": "gzip" };
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(until ? [until] : [])]);
    const base = this.server.replace(/\/$/, "");
    const request = https.request(base + url, { ...this.options, method, headers, signal }).end(body);
    const [response]: [IncomingMessage] = (await once(request, "response")) as any;
    // What breaks after the answer has begun is told by the answer.
    request.on("error", () => undefined);
    const zipped = response.headers["content-encoding"] === "gzip";
    const received = await text(zipped ? response.pipe(createGunzip()) : response);
    if (response.statusCode! < 300) return received;
    const later = Number(response.headers["retry-after"]);
    if (response.statusCode === 429 && later >= 0 && tries < mostTries) {
      await pause(later * 1000, undefined, { signal: until });
      return this.send(method, url, accept, { body, until }, tries + 1);
    }
    const status = received.startsWith("{") ? JSON.parse(received).message : undefined;
    throw new ApiError(response.statusCode!, status ?? `${response.statusCode} ${received.slice(0, 200)}`);
  }
}

/** A failed connection to several addresses says nothing itself. */
export function wordsOf(error: unknown): string {
  const { message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  if (code === "ABORT_ERR") return "no answer in time";
  return message || errors?.map((one) => one.message).join(", ") || code || String(error);
}
