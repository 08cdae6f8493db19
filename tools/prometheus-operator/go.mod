// Not built: only its CRDs are read, by a test.
module aks-calico-ebpf/tools/prometheus-operator

go 1.22.0

require github.com/prometheus-operator/prometheus-operator v0.79.2
