package main

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// GenerateProgram writes the declarations that `pulumi import` shows for what it has taken in.
func (h *host) GenerateProgram(_ context.Context, request *rpc.GenerateProgramRequest) (*rpc.GenerateProgramResponse, error) {
	parser := syntax.NewParser()
	for name, source := range request.Source {
		if err := parser.ParseFile(strings.NewReader(source), name); err != nil {
			return nil, err
		}
	}
	diagnostics := parser.Diagnostics
	response := func(files map[string][]byte) *rpc.GenerateProgramResponse {
		return &rpc.GenerateProgramResponse{Source: files, Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(diagnostics)}
	}
	if diagnostics.HasErrors() {
		return response(nil), nil
	}
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	var options []pcl.BindOption
	if !request.Strict {
		options = pcl.NonStrictBindOptions()
	}
	program, found, err := pcl.BindProgram(parser.Files, schema.NewCachedLoader(loader), options...)
	diagnostics = append(diagnostics, found...)
	if err != nil || diagnostics.HasErrors() || program == nil {
		return response(nil), err
	}
	files, found, err := nodejs.GenerateProgram(program)
	diagnostics = append(diagnostics, found...)
	return response(files), err
}
