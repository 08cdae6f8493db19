// Which release has what, and what eBPF asks for. Without Pulumi: the command line and the rehearsal ask it too.

/** Whether the first of two versions comes before the other. */
export const isOlder = (version: string, than: string): boolean =>
  version.localeCompare(than, "en", { numeric: true }) < 0;

/** The release in an image's tag, such as `3.31.2`. */
export const releaseOf = (image = ""): string | undefined => /:v?(\d+\.\d+\.\d+)[^/]*$/.exec(image)?.[1];

/**
 * First release whose CRD has the field, where the oldest lacks it: calico, libcalico-go/config/crd, at its release
 * tags.
 */
export const firstRelease: Record<string, string> = {
  bpfMapSizeConntrackScaling: "3.30.0",
  bpfKubeProxyHealthzPort: "3.30.5",
};

/**
 * The kernel that eBPF asks for; with an older one Felix falls back (calico, felix/bpf/bpf_syscall.go; tigera/docs,
 * enabling-ebpf).
 */
export const firstKernel = "5.10";

/**
 * The largest packet with WireGuard, in bytes, of Azure's 1500; larger ones are lost on AKS (tigera/docs,
 * networking/configuring/mtu).
 */
export const wireguardMtu = 1340;
