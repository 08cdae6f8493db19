// pulumi-resource-kubernetes: the real Pulumi Kubernetes provider out of its module. Its own main package embeds files
// that are generated before a release and not in the module; the schema, which is, lies beside the program.
package main

import (
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// The tag that go.mod's pseudo-version stands for.
const version = "4.25.0"

// The CLI warns in every run where a plugin is older than the SDK; the rehearsal says so once, in its first lines.
const askedVersion = "AKS_CALICO_EBPF_PLUGIN_VERSION"

func main() {
	reported := version
	if asked := os.Getenv(askedVersion); asked != "" {
		reported = asked
	}
	schema := []byte("{}")
	if self, err := os.Executable(); err == nil {
		if found, err := os.ReadFile(filepath.Join(filepath.Dir(self), "pulumi-resource-kubernetes.schema.json")); err == nil {
			schema = found
		}
	}
	provider.Serve("kubernetes", reported, schema, []byte("{}"))
}
