// Not built: only its files are read (CRDs, charts). Calico 3.28.5 with operator 1.34.13; the module's released
// versions cannot be had by their tags, hence the pseudo-version.
module aks-calico-ebpf/tools/calico

go 1.22.0

require github.com/projectcalico/calico v1.11.0-cni-plugin.0.20250813170300-a0db560f0520
