package main

import (
	"context"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// The program's life by Pulumi's Automation API, which needs no language host. It makes a cluster, so it is asked for by
// STACK, the stack's name.
func TestLifecycle(t *testing.T) {
	name, ctx := os.Getenv("STACK"), context.Background()
	if name == "" {
		t.Skip("STACK is not set")
	}
	stack, err := auto.UpsertStackInlineSource(ctx, name, "go", program, auto.WorkDir("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ dataplane, want string }{{"Ebpf", "BPF"}, {"Iptables", "Iptables"}} {
		if err := stack.SetConfig(ctx, "dataplane", auto.ConfigValue{Value: step.dataplane}); err != nil {
			t.Fatal(err)
		}
		result, err := stack.Up(ctx, optup.ProgressStreams(os.Stdout))
		if err != nil {
			t.Fatal(err)
		}
		if got := result.Outputs["linuxDataplane"].Value; got != step.want {
			t.Errorf("dataplane %s: linuxDataplane is %v, not %s", step.dataplane, got, step.want)
		}
	}
	if _, err := stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout)); err != nil {
		t.Fatal(err)
	}
}
