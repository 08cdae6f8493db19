// pulumi-language-nodejs: runs Node.js programs, policy packs and plugins for a Pulumi CLI that was built from its
// module, which brings no language host (Pulumi's own one is in no Go module). Only what the CLI asks for in a
// rehearsal: github.com/pulumi/pulumi, proto/pulumi/language.proto.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// An exit code of cmd/run: the error has been logged, say nothing more.
const alreadyLogged = 32

type host struct {
	rpc.UnimplementedLanguageRuntimeServer
	engine string
	// Ends with the host; so does every process that it has started.
	ctx context.Context
	end context.CancelFunc
}

func main() {
	ctx, end := context.WithCancel(context.Background())
	// Older language clients pass flags such as -root; the engine's address is the last word.
	h := &host{engine: os.Args[len(os.Args)-1], ctx: ctx, end: end}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			rpc.RegisterLanguageRuntimeServer(server, h)
			return nil
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(handle.Port)
	go h.endWithParent()
	<-handle.Done
}

// A CLI that was killed ends nobody: whoever it started must notice that it is gone.
func (h *host) endWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(500 * time.Millisecond)
	}
	h.end()
	// os/exec kills them meanwhile.
	time.Sleep(500 * time.Millisecond)
	os.Exit(1)
}

func (h *host) Handshake(_ context.Context, request *rpc.LanguageHandshakeRequest) (*rpc.LanguageHandshakeResponse, error) {
	h.engine = request.EngineAddress
	return &rpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: sdk.Version.String()}, nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.end()
	return &emptypb.Empty{}, nil
}

func (h *host) About(context.Context, *rpc.AboutRequest) (*rpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	version, err := exec.Command(node, "--version").Output()
	return &rpc.AboutResponse{Executable: node, Version: string(version)}, err
}

// Folders named node_modules that Node.js would look into, the nearest first.
func moduleFolders(folder string) (found []string) {
	for {
		found = append(found, filepath.Join(folder, "node_modules"))
		if folder == filepath.Dir(folder) {
			return found
		}
		folder = filepath.Dir(folder)
	}
}

// GetRequiredPackages lists the installed SDKs of Pulumi packages: `pulumi import` takes their versions from here.
func (h *host) GetRequiredPackages(_ context.Context, request *rpc.GetRequiredPackagesRequest) (*rpc.GetRequiredPackagesResponse, error) {
	response, seen := &rpc.GetRequiredPackagesResponse{}, map[string]bool{}
	for _, folder := range moduleFolders(request.Info.ProgramDirectory) {
		for _, pattern := range []string{"*/package.json", "@*/*/package.json"} {
			files, _ := filepath.Glob(filepath.Join(folder, pattern))
			for _, file := range files {
				var manifest struct {
					Version string
					Pulumi  struct {
						Resource bool
						Name     string
					}
				}
				text, err := os.ReadFile(file)
				if err != nil || json.Unmarshal(text, &manifest) != nil || !manifest.Pulumi.Resource || seen[manifest.Pulumi.Name] {
					continue
				}
				seen[manifest.Pulumi.Name] = true
				response.Packages = append(response.Packages, &rpc.PackageDependency{
					Name: manifest.Pulumi.Name, Kind: "resource", Version: "v" + manifest.Version,
				})
			}
		}
	}
	return response, nil
}

// The command that runs one of @pulumi/pulumi's entry points (cmd/run, ...) in a program's folder.
func (h *host) command(entry string, info *rpc.ProgramInfo, args ...string) (*exec.Cmd, error) {
	options := info.Options.AsMap()
	for _, folder := range moduleFolders(info.ProgramDirectory) {
		script := filepath.Join(folder, "@pulumi", "pulumi", "cmd", entry)
		if _, err := os.Stat(script); err != nil {
			continue
		}
		words := []string{script}
		if extra, ok := options["nodeargs"].(string); ok && extra != "" {
			words = append([]string{extra}, words...)
		}
		cmd := exec.CommandContext(h.ctx, "node", append(words, args...)...)
		cmd.Env = append(os.Environ(), fmt.Sprintf("PULUMI_NODEJS_TYPESCRIPT=%t", options["typescript"] != false))
		if config, ok := options["tsconfig"].(string); ok {
			if !filepath.IsAbs(config) {
				config = filepath.Join(info.RootDirectory, config)
			}
			cmd.Env = append(cmd.Env, "PULUMI_NODEJS_TSCONFIG_PATH="+config)
		}
		return cmd, nil
	}
	return nil, fmt.Errorf("the Pulumi SDK is not installed in %s: run `npm install` there", info.ProgramDirectory)
}

func (h *host) Run(_ context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	config := configText(request.Config)
	secrets, _ := json.Marshal(request.ConfigSecretKeys)
	args := []string{
		"--monitor", request.MonitorAddress, "--engine", h.engine,
		"--organization", request.Organization, "--project", request.Project, "--stack", request.Stack,
		"--pwd", request.Pwd, "--root-directory", request.Info.RootDirectory,
		"--parallel", strconv.Itoa(int(request.Parallel)),
	}
	if request.DryRun {
		args = append(args, "--dry-run")
	}
	cmd, err := h.command("run", request.Info, append(append(args, request.Info.EntryPoint), request.Args...)...)
	if err != nil {
		return &rpc.RunResponse{Error: err.Error()}, nil
	}
	cmd.Env = append(cmd.Env, "PULUMI_CONFIG="+config, "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return ended(cmd.Run()), nil
}

// A stack without settings has none, not null.
func configText(config map[string]string) string {
	if config == nil {
		return "{}"
	}
	text, _ := json.Marshal(config)
	return string(text)
}

func ended(err error) *rpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &rpc.RunResponse{}
	case errors.As(err, &exit) && exit.ExitCode() == alreadyLogged:
		return &rpc.RunResponse{Bail: true}
	default:
		return &rpc.RunResponse{Error: fmt.Sprintf("the program ended: %v", err)}
	}
}

func (h *host) RunPlugin(request *rpc.RunPluginRequest, server rpc.LanguageRuntime_RunPluginServer) error {
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	if request.Kind == "analyzer" {
		err = h.policyPack(server.Context(), request, stdout, stderr)
	} else {
		var cmd *exec.Cmd
		if cmd, err = h.command("run-plugin", request.Info, append([]string{request.Info.ProgramDirectory}, request.Args...)...); err == nil {
			cmd.Dir, cmd.Stdout, cmd.Stderr = request.Pwd, stdout, stderr
			cmd.Env = append(cmd.Env, request.Env...)
			err = cmd.Run()
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return server.Send(&rpc.RunPluginResponse{Output: &rpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}})
	}
	return err
}

// The Node.js policy SDK learns the stack from its environment, so its process starts when the CLI has told it.
func (h *host) policyPack(ctx context.Context, request *rpc.RunPluginRequest, stdout, stderr io.Writer) error {
	proxy, intoProxy, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return err
	}
	cmd, err := h.command("run-policy-pack", request.Info, h.engine, request.Info.ProgramDirectory)
	if err != nil {
		proxy.Abort(err)
		return err
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return err
	}
	// Not request.Pwd, which is the program's folder: the policy SDK reads the pack's package.json from where it runs.
	cmd.Dir, cmd.Stdout, cmd.Stderr = request.Info.ProgramDirectory, intoProxy, stderr
	cmd.Env = append(cmd.Env, request.Env...)
	if stack != nil {
		cmd.Env = append(cmd.Env,
			"PULUMI_CONFIG="+configText(stack.Config),
			"PULUMI_NODEJS_ORGANIZATION="+stack.Organization,
			"PULUMI_NODEJS_PROJECT="+stack.Project,
			"PULUMI_NODEJS_STACK="+stack.Stack,
			fmt.Sprintf("PULUMI_NODEJS_DRY_RUN=%t", stack.DryRun))
	}
	if err := cmd.Start(); err != nil {
		proxy.Abort(err)
		return err
	}
	return proxy.Attach(ctx, cmd)
}
