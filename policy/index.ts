// The policy pack's entry: the engine runs this file, and making the pack serves it. Whoever only wants the
// policies (the tests, a pack of one's own) imports `./policies`, which has no effect of its own.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("aks-calico-ebpf", {
  displayName: "AKS with Calico eBPF",
  description: "Keeps an AKS cluster with Calico eBPF an eBPF cluster, and its AKS baseline safe.",
  provider: "azure",
  tags: ["aks", "calico", "ebpf"],
  policies,
});
