#!/bin/sh
# Says who serves Services, whenever that changes. Ctrl-C ends it.
# In this order no switch between two reads looks like a gap: back, kube-proxy starts before `bpfEnabled` turns; forth,
# it goes after Felix has answered.
set -- felixconfigurations/default daemonset/kube-proxy daemonset/calico-ebpf-proof
bpf='bpfEnabled {.items[0].spec.bpfEnabled}'
proxy='kube-proxy ready on {.items[1].status.numberReady} nodes'
felix='eBPF answers on {.items[2].status.numberReady}'
while sleep 1; do
  # A read that fails is tried again: connections may break just then.
  now=$(kubectl -n kube-system get "$@" -o jsonpath="$bpf, $proxy, $felix") || continue
  [ "$now" = "$seen" ] || echo "$(date +%T) $now"
  seen=$now
done
