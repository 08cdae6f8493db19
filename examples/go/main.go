package main

import (
	aks "example.com/pulumi-aks-calico-ebpf/sdk/go/aks-calico-ebpf"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	dataplane := aks.Dataplane(config.Require(ctx, "dataplane"))
	cluster, err := aks.NewCalicoEbpfCluster(ctx, "aks", &aks.CalicoEbpfClusterArgs{
		Dataplane: &dataplane,
		SystemPool: &aks.SystemPoolArgsArgs{
			Autoscaling: &aks.AutoscalingArgsArgs{Min: pulumi.Float64(3), Max: pulumi.Float64(6)},
			Profile:     map[string]pulumi.Input{"availabilityZones": pulumi.ToStringArray([]string{"1", "2", "3"})},
		},
		Felix:   &aks.FelixSettingsArgs{BpfLogLevel: aks.BpfLogLevelOff},
		Rollout: &aks.RolloutArgsArgs{MaxUnavailable: pulumi.Any("25%")},
	})
	if err != nil {
		return err
	}
	ctx.Export("linuxDataplane", cluster.LinuxDataplane)
	ctx.Export("kubeconfig", cluster.Kubeconfig)
	return nil
}
