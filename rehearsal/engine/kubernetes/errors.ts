// What can go wrong between the provider and the API server, worded as client-go words it, because
// pulumi-kubernetes shows those words to its user.

import type { KubeObject } from "./objects";

/** The API server's answer that something is wrong (a `Status` object of failure). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly reason: string,
    readonly details: KubeObject = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** No API group of the server has the kind: most often a CustomResourceDefinition that is not there yet. */
export class NoMatchError extends Error {
  constructor(kind: string, apiVersion: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "NoMatchError";
  }
}

/** The server could not be reached, or the connection broke. */
export class ConnectionError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = "ConnectionError";
  }
}

/** The object exists, but a wait for it ended without success. */
export class WaitError extends Error {
  constructor(
    message: string,
    readonly object: KubeObject,
    /** Further reasons, such as what is wrong with the pods. */
    readonly subErrors: string[] = [],
  ) {
    super(message);
    this.name = "WaitError";
  }
}

const withReason = (reason: string) => (error: unknown) =>
  error instanceof ApiError && error.reason === reason;

export const isNotFound = (error: unknown) => error instanceof ApiError && error.code === 404;
export const isConflict = withReason("Conflict");
export const isAlreadyExists = withReason("AlreadyExists");
export const isInvalid = withReason("Invalid");

export function messageOf(error: unknown): string {
  if (error instanceof Error && error.name === "AbortError") {
    return "context canceled";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Reads the body of a response that is not a success. */
export function apiError(code: number, body: string): ApiError {
  let status: KubeObject = {};
  try {
    status = JSON.parse(body);
  } catch {
    // A proxy, or a server that is starting, answers with plain text.
  }
  if (status.kind === "Status" && status.message) {
    return new ApiError(status.message, status.code ?? code, status.reason ?? "", status.details ?? {});
  }
  const said = body.trim() === "" ? `HTTP ${code}` : body.trim().slice(0, 500);
  return new ApiError(`the server answered with status ${code}: ${said}`, code, "");
}

/** Words a failure of Node's `https` like Go's net/http, which is what pulumi-kubernetes prints. */
export function connectionError(method: string, url: URL, error: NodeJS.ErrnoException): ConnectionError {
  const verb = method[0] + method.slice(1).toLowerCase();
  const address = `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
  const said: Record<string, string> = {
    ECONNREFUSED: `dial tcp ${address}: connect: connection refused`,
    ENOTFOUND: `dial tcp: lookup ${url.hostname}: no such host`,
    ETIMEDOUT: `dial tcp ${address}: i/o timeout`,
    ECONNRESET: "read: connection reset by peer",
    ABORT_ERR: "context canceled",
  };
  const code = error.name === "AbortError" ? "ABORT_ERR" : (error.code ?? "");
  return new ConnectionError(`${verb} "${url.href}": ${said[code] ?? error.message}`, code);
}
