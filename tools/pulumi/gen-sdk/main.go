// Writes the SDK that `pulumi package add` would write for a schema, with Pulumi's own generators: `pulumi package
// gen-sdk` asks the language's host for it, and those of Python and Go are in no Go module.
// usage: gen-sdk python|go FOLDER < SCHEMA
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(language, folder string) error {
	var spec schema.PackageSpec
	if err := json.NewDecoder(os.Stdin).Decode(&spec); err != nil {
		return err
	}
	// Of no other package does it have a type, so the loader is never asked.
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewCachedLoader(nil), schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	generate := map[string]func() (map[string][]byte, error){
		"python": func() (map[string][]byte, error) { return python.GeneratePackage("aks-calico-ebpf", pkg, nil, nil) },
		"go":     func() (map[string][]byte, error) { return golang.GeneratePackage("aks-calico-ebpf", pkg, nil) },
	}
	files, err := generate[language]()
	if err != nil {
		return err
	}
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
