package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// InstallDependencies brings what a plugin's folder, or the workspace that it is part of, has in its package.json.
func (h *host) InstallDependencies(request *rpc.InstallDependenciesRequest, server rpc.LanguageRuntime_InstallDependenciesServer) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, request.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	folder, err := npm.FindWorkspaceRoot(request.Info.ProgramDirectory)
	if errors.Is(err, npm.ErrNotInWorkspace) {
		folder, err = request.Info.ProgramDirectory, nil
	}
	if err != nil {
		return err
	}
	manager, _ := request.Info.Options.AsMap()["packagemanager"].(string)
	_, err = npm.Install(server.Context(), npm.PackageManagerType(manager), folder, false, stdout, stderr)
	return err
}
