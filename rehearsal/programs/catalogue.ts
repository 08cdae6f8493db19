// The programs that a rehearsal runs, in groups that come from one source together: what they are called, how they
// are built from the Go modules pinned in tools/, and where their makers publish them.
import fs from "node:fs";
import path from "node:path";

export const toolsFolder = path.join(__dirname, "..", "..", "tools");

export interface Program {
  readonly name: string;
  /** Folder below `tools/` with its go.mod. */
  readonly module: string;
  readonly target: string;
  readonly flags: readonly string[];
  /** Where it is published; an archive ends in `.tar.gz` and holds it under its name. Empty = nowhere as a program. */
  readonly url: string;
  /** A file of a Go module that the program wants beside it: module, path in it, name. */
  readonly beside?: readonly [module: string, file: string, name: string];
}

export interface Group {
  readonly id: "control-plane" | "agnhost" | "pulumi" | "kubernetes-plugin" | "pulumi-yaml";
  /** For people. */
  readonly title: string;
  readonly programs: readonly Program[];
}

const read = (file: string) => fs.readFileSync(path.join(toolsFolder, file), "utf8");

const pinned = (module: string, dependency: string): string =>
  new RegExp(`${dependency} (v\\S+)`).exec(read(`${module}/go.mod`))![1];

/** What the control plane calls itself. */
export const kubernetesVersion = pinned("kubernetes", "k8s.io/kubernetes");
export const pulumiVersion = pinned("pulumi", "github.com/pulumi/pulumi/pkg/v3");
/** The release of the Kubernetes provider that is built: its pseudo-version does not say it. */
export const builtPluginVersion = /version = "(.*)"/.exec(read("pulumi-kubernetes/main.go"))![1];

/** The version of a Pulumi SDK that the program in `folder` has installed; undefined = it has none. */
export function sdkVersion(name: string, folder: string): string | undefined {
  try {
    return require(require.resolve(`@pulumi/${name}/package.json`, { paths: [folder] })).version;
  } catch {
    return undefined;
  }
}

const platform = process.platform;
const arch = process.arch === "x64" ? "amd64" : process.arch;

// -trimpath: the same program wherever it is built. -s -w: without debug tables, half the size.
const common = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const plain = [...common, "-ldflags=-s -w"];
// Without optimisation and line tables the provider's 66 packages of typed resources build in two thirds of the time.
const unoptimised = [...plain, "-gcflags=all=-N -l -dwarf=false"];
const stamp = (goPackage: string, values: Record<string, string>) => {
  const settings = Object.entries(values).map(([name, value]) => `-X ${goPackage}.${name}=${value}`);
  return [...common, `-ldflags=-s -w ${settings.join(" ")}`];
};

const program = (
  module: string,
  name: string,
  target: string,
  url: string,
  flags: readonly string[] = plain,
): Program => ({ name, module, target, flags, url });

/** Kubernetes refuses to work with clients and features of an unknown version, which an unstamped build has. */
function kubernetes(name: string): Program {
  const [major, minor] = kubernetesVersion.slice(1).split(".");
  const stamps = { gitVersion: kubernetesVersion, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const url = `https://dl.k8s.io/release/${kubernetesVersion}/bin/${platform}/${arch}/${name}`;
  const flags = stamp("k8s.io/component-base/version", stamps);
  return program("kubernetes", name, `k8s.io/kubernetes/cmd/${name}`, url, flags);
}

const etcdVersion = pinned("etcd", "go.etcd.io/etcd/server/v3");
const etcdReleases = "https://github.com/etcd-io/etcd/releases/download";
const etcdArchive = `${etcdReleases}/${etcdVersion}/etcd-${etcdVersion}-${platform}-${arch}.tar.gz`;

const kwokReleases = "https://github.com/kubernetes-sigs/kwok/releases/download";
const kwokRelease = `${kwokReleases}/${pinned("kwok", "sigs.k8s.io/kwok")}`;
const kwok = (name: string) =>
  program("kwok", name, `sigs.k8s.io/kwok/cmd/${name}`, `${kwokRelease}/${name}-${platform}-${arch}`);

export const controlPlane: Group = {
  id: "control-plane",
  title: `the control plane (Kubernetes ${kubernetesVersion})`,
  programs: [
    program("etcd", "etcd", "go.etcd.io/etcd/server/v3", etcdArchive),
    ...["kwokctl", "kwok"].map(kwok),
    ...["kubectl", "kube-scheduler", "kube-controller-manager", "kube-apiserver"].map(kubernetes),
  ],
};

/** What the connectivity test's pods run (cli/connectivity/manifests.ts); published as an image only. */
export const agnhost: Group = {
  id: "agnhost",
  title: "agnhost",
  programs: [program("agnhost", "agnhost", "k8s.io/kubernetes/test/images/agnhost", "")],
};

const pulumiArchive = `https://get.pulumi.com/releases/sdk/pulumi-${pulumiVersion}-${platform}-${process.arch}.tar.gz`;
const stamped = stamp("github.com/pulumi/pulumi/sdk/v3/go/common/version", { Version: pulumiVersion });

export const pulumi: Group = {
  id: "pulumi",
  title: `the Pulumi CLI ${pulumiVersion}`,
  programs: [
    program("pulumi", "pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", pulumiArchive, stamped),
    program("pulumi", "pulumi-language-nodejs", "./language-nodejs", pulumiArchive),
  ],
};

const yamlHost = "pulumi-language-yaml";

/** Built only for programs in YAML; an official CLI brings it. */
export const pulumiYaml: Group = {
  id: "pulumi-yaml",
  title: "Pulumi's language host for YAML",
  programs: [
    program("pulumi-yaml", yamlHost, `github.com/pulumi/pulumi-yaml/cmd/${yamlHost}`, pulumiArchive),
  ],
};

/** @param version of the SDK that the program has: what an official download brings */
export function kubernetesPlugin(version: string): Group {
  const name = "pulumi-resource-kubernetes";
  const archive = `https://get.pulumi.com/releases/plugins/${name}-v${version}-${platform}-${arch}.tar.gz`;
  const schema = [`cmd/${name}/schema.json`, `${name}.schema.json`] as const;
  const beside = ["github.com/pulumi/pulumi-kubernetes/provider/v4", ...schema] as const;
  return {
    id: "kubernetes-plugin",
    title: "the Kubernetes provider",
    programs: [{ ...program("pulumi-kubernetes", name, ".", archive, unoptimised), beside }],
  };
}
