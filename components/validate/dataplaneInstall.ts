// How Calico is installed in the self-managed modes: version, chart, values.
import { chartVersion, legacyOperator, oldestCalico } from "../calicoVersion";
import type { CalicoInstallArgs } from "../dataplaneArgs";
import { CalicoMode } from "../enums";
import { apiGroupVariable, calicoApis } from "../layers/calicoApi";
import { isOlder } from "../releases";
import type { ArgumentReader } from "./arguments";
import { plain, matching, object, open, ours, satisfying, text, yesOrNo } from "./shapes";

/** A Calico of ours, with every default in place. */
export type InstallPlan = NonNullable<ReturnType<typeof readInstall>>;

/** First chart with `dnsPolicy`, and without CRDs of its own (calico, charts/tigera-operator at its release tags). */
export const newChart = "3.32.0";

/** As the operator would find it on every cluster before Calico 3.33; on a new one it would take v3 since. */
const apiGroup = { name: apiGroupVariable, value: calicoApis[0] };

/** Our values of the chart; everything that Calico consists of is declared beside it, in layers that can be waited for. */
export function ourValues(version: string): Record<string, any> {
  const off = { enabled: false };
  const values = { installation: off, apiServer: off, goldmane: off, whisker: off };
  if (isOlder(version, newChart)) return values;
  // Without kube-proxy the operator would look for the API server's name at a CoreDNS that it has yet to make
  // reachable (tigera/operator#4325, projectcalico/calico#10683). So it asks the node's own DNS.
  return { ...values, dnsPolicy: "Default", tigeraOperator: { env: [apiGroup] } };
}

const beforeItsCrd = (kind: string) =>
  ours(
    "the chart would create it together with the operator, which has yet to make its CRD, so the release would fail",
    `a CustomResource ${kind}/default of your own, after this component`,
  );

/** Values over ours, but for those that carry the mode. */
const values = open({
  installation: ours(
    "the Installation is a resource of its own here: the chart's would be the second, and nothing would wait for it",
    "mode, network.podCidr, rollout and felix of this component say what it holds",
  ),
  apiServer: beforeItsCrd("APIServer"),
  goldmane: beforeItsCrd("Goldmane"),
  whisker: beforeItsCrd("Whisker"),
  defaultFelixConfiguration: ours(
    "FelixConfiguration/default is the operator's and this component's together",
    "the settings under felix, or a FelixConfigurationPatch of your own after this component",
  ),
  dnsPolicy: ours("without kube-proxy the operator finds the API server by the node's DNS only", "nothing"),
  kubernetesServiceEndpoint: ours(
    "the endpoint is a layer of its own, which the way back and a changed host need",
    "apiServerHost and apiServerPort of this component",
  ),
  tigeraOperator: open({
    env: satisfying(
      (env) =>
        Array.isArray(env) &&
        env.every((one) => one && (one.name !== apiGroup.name || calicoApis.includes(one.value))),
      `it is joined with ours, and the operator knows two APIs of Calico's resources as ${apiGroup.name}`,
      `a list of { name, value }, and in it as ${apiGroup.name} ${calicoApis.join(" or ")}`,
    ),
  }),
});

export const calico = object<CalicoInstallArgs>({
  version: plain(
    matching(
      /^v?\d+\.\d+\.\d+$/,
      "the settings are fitted to the version, so it must be one and no range",
      `a release such as ${chartVersion}`,
    ),
  ),
  repository: plain(
    matching(
      /^https?:\/\//,
      "Helm reads a repository by HTTP",
      "its URL, or an oci:// reference as calico.chart",
    ),
  ),
  chart: plain(text),
  values,
  existing: plain(yesOrNo),
});

const aksInstalls = {
  wrong: "is set while mode is AzureManaged",
  why: "AKS itself installs Calico there, and decides on its version",
  write: "nothing, or mode: SelfManaged or CalicoCni",
};
const nothingToInstall = {
  wrong: "is set while existing is true",
  why: "nothing is installed then, so it would be ignored",
  write: "nothing, or existing: false for a Calico that this component installs",
};

/** Undefined where nothing is installed: AKS brings Calico, or somebody else has. */
export function readInstall(reader: ArgumentReader, mode: CalicoMode, given: CalicoInstallArgs | undefined) {
  const { existing, chart = "tigera-operator", repository, ...install } = given ?? {};
  const byAks = mode === CalicoMode.AzureManaged;
  if (byAks || existing) {
    const refusal = byAks ? aksInstalls : nothingToInstall;
    for (const [key, value] of Object.entries({ ...given, existing: byAks ? existing : undefined }))
      if (value !== undefined) reader.refuse(`calico.${key}`, refusal);
    return undefined;
  }
  const hasPlace = /[/\\]|^\.|\.tgz$/.test(chart);
  const version = (install.version ?? chartVersion).replace(/^v/, "");
  const cni = mode === CalicoMode.CalicoCni;
  const oldest = cni ? newChart : oldestCalico;
  if (isOlder(version, oldest))
    reader.refuse("calico.version", {
      wrong: `is ${install.version} while mode is ${mode}`,
      why: cni
        ? "the chart has no dnsPolicy before: the operator could not find the API server's name before CoreDNS runs, and CoreDNS waits for the operator (tigera/operator#4325)"
        : legacyOperator,
      write: `v${oldest} or newer, or leave it out for ${chartVersion}`,
    });
  return {
    version,
    chart,
    // It lies in a folder or an archive, so it has its one version.
    byPath: hasPlace && !chart.startsWith("oci://"),
    repository: hasPlace ? undefined : (repository ?? "https://docs.tigera.io/calico/charts"),
    values: install.values ?? {},
  };
}
