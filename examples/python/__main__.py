import pulumi
import pulumi_aks_calico_ebpf as aks

cluster = aks.CalicoEbpfCluster(
    "aks",
    dataplane=aks.Dataplane(pulumi.Config().require("dataplane")),
    system_pool={
        "autoscaling": {"min": 3, "max": 6},
        "profile": {"availabilityZones": ["1", "2", "3"]},
    },
    felix={"bpf_log_level": aks.BpfLogLevel.OFF},
    rollout={"max_unavailable": "25%"},
)

pulumi.export("linuxDataplane", cluster.linux_dataplane)
pulumi.export("kubeconfig", cluster.kubeconfig)
