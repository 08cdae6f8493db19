// How Calico is installed in the self-managed modes: version, chart, values.
import type * as pulumi from "@pulumi/pulumi";
import { apiGroupVariable, chartVersion, isOlder, oldestCalico } from "../calicoVersion";
import type { CalicoInstallArgs } from "../dataplaneArgs";
import { CalicoMode } from "../enums";
import { type ArgumentReader, describe, type Refusal, type Rule } from "./findings";
import { matching, text, yesOrNo } from "./rules";

/** A Calico of ours, with every default in place. */
export interface InstallPlan {
  /** Without the `v`, such as `3.32.2`. */
  version: string;
  chart: string;
  /** The chart lies in a folder or an archive, so it has its one version. */
  byPath: boolean;
  /** Where a chart of that name is looked for; none where `chart` itself says it. */
  repository?: string;
  values: pulumi.Input<Record<string, any>>;
}

/** First chart with `dnsPolicy`, and without CRDs of its own (calico, charts/tigera-operator at its release tags). */
const newChart = "3.32.0";

/** As the operator would find it on every cluster before Calico 3.33; on a new one it would take v3 since. */
const apiGroup = { name: apiGroupVariable, value: "crd.projectcalico.org/v1" };

const apis = [apiGroup.value, "projectcalico.org/v3"];

/** Our values of the chart; everything that Calico consists of is declared beside it, in layers that can be waited for. */
export function ourValues(version: string): Record<string, any> {
  const off = { enabled: false };
  const values = { installation: off, apiServer: off, goldmane: off, whisker: off };
  if (isOlder(version, newChart)) return values;
  // Without kube-proxy the operator would look for the API server's name at a CoreDNS that it has yet to make
  // reachable (tigera/operator#4325, projectcalico/calico#10683). So it asks the node's own DNS.
  return { ...values, dnsPolicy: "Default", tigeraOperator: { env: [apiGroup] } };
}

const beforeItsCrd =
  "the chart would create it together with the operator, which has yet to make its CRD, so the release would fail";

/** Why a value is not taken, and what to do instead. */
const refusedValues: Record<string, [why: string, write: string]> = {
  installation: [
    "the Installation is a resource of its own here: the chart's would be the second, and nothing would wait for it",
    "mode, network.podCidr, rollout and felix of this component say what it holds",
  ],
  apiServer: [beforeItsCrd, "a CustomResource APIServer/default of your own, after this component"],
  goldmane: [beforeItsCrd, "a CustomResource Goldmane/default of your own, after this component"],
  whisker: [beforeItsCrd, "a CustomResource Whisker/default of your own, after this component"],
  defaultFelixConfiguration: [
    "FelixConfiguration/default is the operator's and this component's together",
    "the settings under felix, or a FelixConfigurationPatch of your own after this component",
  ],
  dnsPolicy: ["without kube-proxy the operator finds the API server by the node's DNS only", "nothing"],
  kubernetesServiceEndpoint: [
    "the endpoint is a layer of its own, which the way back and a changed host need",
    "apiServerHost and apiServerPort of this component",
  ],
};

const installProperties: Record<keyof CalicoInstallArgs, string> = {
  version: "",
  repository: "",
  chart: "",
  values: "",
  existing: "",
};

/** Undefined where nothing is installed: AKS brings Calico, or somebody else has. */
export function readInstall(
  reader: ArgumentReader,
  mode: CalicoMode,
  args: CalicoInstallArgs | undefined,
): InstallPlan | undefined {
  const given = reader.object<CalicoInstallArgs>("calico", args, installProperties);
  if (mode === CalicoMode.AzureManaged) {
    if (args !== undefined && args !== null) {
      reader.refuse("calico", {
        wrong: "is set while mode is AzureManaged",
        why: "AKS itself installs Calico there, and decides on its version",
        write: "nothing, or mode: SelfManaged or CalicoCni",
      });
    }
    return undefined;
  }
  const existing = reader.plain("calico.existing", given.existing, yesOrNo()) ?? false;
  if (existing) {
    for (const key of Object.keys(given).filter((one) => one !== "existing" && one in installProperties)) {
      if (given[key as keyof CalicoInstallArgs] === undefined) continue;
      reader.refuse(`calico.${key}`, {
        wrong: "is set while existing is true",
        why: "nothing is installed then, so it would be ignored",
        write: "nothing, or existing: false for a Calico that this component installs",
      });
    }
    return undefined;
  }
  const chart = reader.plain("calico.chart", given.chart, chartName) ?? "tigera-operator";
  const byReference = typeof chart === "string" && chart.startsWith("oci://");
  const byPath = !byReference && /[/\\]|^\.|\.tgz$/.test(String(chart));
  return {
    version: readVersion(reader, mode, given.version),
    chart,
    byPath,
    repository: readRepository(reader, given.repository, byPath || byReference),
    values: reader.value("calico.values", given.values, chartValues) ?? {},
  };
}

const chartName = text("it names the operator's chart", "a name, a path, or an oci:// reference");

function readVersion(reader: ArgumentReader, mode: CalicoMode, given: string | undefined): string {
  const form = matching(
    /^v?\d+\.\d+\.\d+$/,
    "the settings are fitted to the version, so it must be one and no range",
    `a release such as ${chartVersion}`,
  );
  const cni = mode === CalicoMode.CalicoCni;
  const oldest = cni ? newChart : oldestCalico;
  const bare = (version: unknown) => String(version).replace(/^v/, "");
  const version = reader.plain("calico.version", given, (value) => {
    const refusal = form(value);
    if (refusal !== undefined || !isOlder(bare(value), oldest)) return refusal;
    return {
      wrong: `is ${value} while mode is ${mode}`,
      why: cni
        ? "the chart has no dnsPolicy before: the operator could not find the API server's name before CoreDNS runs, and CoreDNS waits for the operator (tigera/operator#4325)"
        : "its operator is a legacy one, before 1.34: it takes the switch from a hand-written bpfEnabled, which ours would contradict",
      write: `v${oldest} or newer, or leave it out for ${chartVersion}`,
    };
  });
  return bare(version ?? chartVersion);
}

function readRepository(
  reader: ArgumentReader,
  given: string | undefined,
  located: boolean,
): string | undefined {
  if (!located) {
    const url = matching(
      /^https?:\/\/[^\s/]+(\/\S*)?$/,
      "Helm reads the index of a repository by HTTP",
      "its URL, or an oci:// reference as calico.chart",
    );
    return reader.plain("calico.repository", given, url) ?? "https://docs.tigera.io/calico/charts";
  }
  if (given !== undefined) {
    reader.refuse("calico.repository", {
      wrong: "is set while chart is a path or an oci:// reference",
      why: "those say themselves where the chart is",
      write: "nothing, or the chart's name alone as chart",
    });
  }
  return undefined;
}

/** Values over ours, but for those that carry the mode. */
const chartValues: Rule<unknown> = (values) => {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    return {
      wrong: `is ${describe(values)}`,
      why: "they are the chart's values",
      write: "names with their values",
    };
  }
  for (const [key, [why, write]] of Object.entries(refusedValues)) {
    if (key in values) return { at: `.${key}`, wrong: "is ours to set", why, write };
  }
  return environment((values as Record<string, any>).tigeraOperator?.env);
};

function environment(env: unknown): Refusal | undefined {
  const at = ".tigeraOperator.env";
  if (env === undefined) return undefined;
  if (!Array.isArray(env)) {
    const why = "it is joined with ours";
    return { at, wrong: `is ${describe(env)}`, why, write: "a list of { name, value }" };
  }
  const said = env.find((one) => one?.name === apiGroup.name);
  if (said === undefined || apis.includes(said.value)) return undefined;
  const why = "the operator knows these two APIs of Calico's resources";
  return { at, wrong: `sets ${apiGroup.name} to ${describe(said.value)}`, why, write: apis.join(" or ") };
}
