// Where kube-proxy's health check is served, by kube-proxy itself or in its stead by Felix.

/** kube-proxy's own port (kubernetes, pkg/cluster/ports, ProxyHealthzPort). */
export const kubeProxyHealthzPort = 10256;
/** Where Felix answers beside it (tigera/docs, enabling-ebpf). */
export const healthzPortBesideKubeProxy = 10258;

/** What a container is started with; one that says neither runs its image's own command. */
export const wordsOf = (containers: readonly { command?: string[]; args?: string[] }[]): string =>
  containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])]).join(" ");

/**
 * Where kube-proxy listens that was started with these words; 0 = nowhere. Undefined = a configuration file says it,
 * which wins over them (kubernetes, cmd/kube-proxy/app/options.go).
 */
export function kubeProxyListensAt(words: string): number | undefined {
  if (/--config[= ]/.test(words)) return undefined;
  const address = /--healthz-bind-address[= ]["']?(?:\d+\.[\d.]+|\[\S+\]):(\d+)/.exec(words);
  const [, port = kubeProxyHealthzPort] = address ?? /--healthz-port[= ]["']?(\d+)/.exec(words) ?? [];
  return Number(port);
}
