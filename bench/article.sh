#!/usr/bin/env bash
# Tigera, "Turbocharging AKS networking with Calico eBPF" (July 2021), and the page that it leads to, "Enable the eBPF
# dataplane" as it was then (docs.projectcalico.org, Calico 3.19), by the quickest of hands: a person who watches is
# replaced by `kubectl rollout status`.
#
# One step is today's: the article wrote `bpfEnabled` into the FelixConfiguration. Operators from 1.34 on answer that
# by going Degraded, for good, so that no table of checks could become green; the switch is therefore the one of the
# page as it is today, the Installation.
#
# Usage: article.sh API_SERVER_HOST NAMESPACE DEPLOYMENT; KUBECONFIG names the cluster.
set -euo pipefail
host=$1 namespace=$2 deployment=$3
step() { printf '@ %s\n' "$1"; }

step "ConfigMap kubernetes-services-endpoint"
kubectl apply -f - <<YAML
kind: ConfigMap
apiVersion: v1
metadata:
  name: kubernetes-services-endpoint
  namespace: tigera-operator
data:
  KUBERNETES_SERVICE_HOST: "$host"
  KUBERNETES_SERVICE_PORT: "443"
YAML

step "wait 60 s for kubelet to pick up the ConfigMap"
sleep 60

step "restart the operator, watch calico-node"
kubectl delete pod -n tigera-operator -l k8s-app=tigera-operator
kubectl rollout status -n tigera-operator deployment/tigera-operator
kubectl rollout status -n calico-system daemonset/calico-node

step "kube-proxy off"
kubectl patch ds -n kube-system kube-proxy -p '{"spec":{"template":{"spec":{"nodeSelector":{"non-calico": "true"}}}}}'

step "switch, watch calico-node"
kubectl patch installation.operator.tigera.io default --type merge \
  -p '{"spec":{"calicoNetwork":{"linuxDataplane":"BPF"}}}'
# Until the operator has answered: a watcher would see pods restart, `rollout status` would see nothing to wait for.
kubectl wait felixconfigurations.crd.projectcalico.org/default --for=jsonpath='{.spec.bpfEnabled}'=true --timeout=10m
kubectl rollout status -n calico-system daemonset/calico-node

step "restart the workload"
kubectl rollout restart -n "$namespace" "deployment/$deployment"
kubectl rollout status -n "$namespace" "deployment/$deployment"
