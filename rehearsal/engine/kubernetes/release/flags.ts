// Inputs as Helm's flags (helm_release.go: helmCreate, helmUpdate, Delete; there they are fields of Helm's library).

import type { Props } from "../../provider";
import { DEFAULT_TIMEOUT } from "./inputs";

/** `[input, flag]`. */
type Switches = readonly (readonly [string, string])[];

const both: Switches = [
  ["atomic", "--atomic"],
  ["dependencyUpdate", "--dependency-update"],
  ["devel", "--devel"],
  ["renderSubchartNotes", "--render-subchart-notes"],
  ["takeOwnership", "--take-ownership"],
  ["verify", "--verify"],
];
const ofInstall: Switches = [
  ["createNamespace", "--create-namespace"],
  ["disableOpenapiValidation", "--disable-openapi-validation"],
  ["disableWebhooks", "--no-hooks"],
  ["replace", "--replace"],
  ["skipCrds", "--skip-crds"],
];
const ofUpgrade: Switches = [
  ["cleanupOnFail", "--cleanup-on-fail"],
  ["disableCRDHooks", "--no-hooks"],
  ["forceUpdate", "--force"],
  ["recreatePods", "--recreate-pods"],
  ["resetValues", "--reset-values"],
  ["reuseValues", "--reuse-values"],
];

const switches = (inputs: Props, list: Switches) =>
  list.filter(([input]) => inputs[input] === true).map(([, flag]) => flag);

const valued = (inputs: Props, list: Switches) =>
  list.filter(([input]) => inputs[input]).flatMap(([input, flag]) => [flag, String(inputs[input])]);

const inNamespace = ({ namespace }: Props) => ["--namespace", String(namespace)];
const timeout = (inputs: Props) => ["--timeout", `${Number(inputs.timeout) || DEFAULT_TIMEOUT}s`];

function common(inputs: Props): string[] {
  const wait =
    inputs.skipAwait === true ? [] : ["--wait", ...switches(inputs, [["waitForJobs", "--wait-for-jobs"]])];
  const texts: Switches = [
    ["description", "--description"],
    ["postrender", "--post-renderer"],
    ...(inputs.verify === true ? [["keyring", "--keyring"] as const] : []),
  ];
  return [
    ...inNamespace(inputs),
    ...timeout(inputs),
    ...wait,
    ...switches(inputs, both),
    ...valued(inputs, texts),
  ];
}

/** @param label `key=value` that Helm keeps with the release. */
export function installArgs(inputs: Props, label: string): string[] {
  return [
    "install",
    String(inputs.name),
    "--labels",
    label,
    ...common(inputs),
    ...switches(inputs, ofInstall),
  ];
}

export function upgradeArgs(inputs: Props): string[] {
  // Helm's program keeps 10 revisions by default, its library all.
  const history = ["--history-max", String(inputs.maxHistory ?? 0)];
  return ["upgrade", String(inputs.name), ...history, ...common(inputs), ...switches(inputs, ofUpgrade)];
}

export function uninstallArgs(outputs: Props): string[] {
  const waits = outputs.atomic === true || outputs.skipAwait !== true;
  const wait = waits ? ["--wait", ...timeout(outputs)] : [];
  return ["uninstall", String(outputs.name), ...inNamespace(outputs), ...wait];
}
