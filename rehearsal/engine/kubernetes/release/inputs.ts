// The inputs of a Helm release: names, defaults and what cannot work (pulumi-kubernetes helm_release.go, Check).

import { randomBytes } from "node:crypto";
import os from "node:os";
import path from "node:path";
import type { Chart, ChartReference } from "../../../helm";
import {
  UNKNOWN,
  type CheckFailure,
  type Checked,
  type Json,
  type Operation,
  type Props,
} from "../../provider";
import { messageOf } from "../errors";

/** Seconds (helm_release.go, defaultTimeoutSeconds). */
export const DEFAULT_TIMEOUT = 300;

const booleans = [
  ...["allowNullValues", "atomic", "cleanupOnFail", "createNamespace", "dependencyUpdate", "devel"],
  ...[
    "disableCRDHooks",
    "disableOpenapiValidation",
    "disableWebhooks",
    "forceUpdate",
    "lint",
    "recreatePods",
  ],
  ...[
    "renderSubchartNotes",
    "replace",
    "resetValues",
    "reuseValues",
    "skipAwait",
    "skipCrds",
    "takeOwnership",
  ],
  ...["verify", "waitForJobs"],
];
const texts = ["chart", "description", "keyring", "name", "namespace", "postrender", "version"];
const numbers = ["maxHistory", "timeout"];
const maps = ["repositoryOpts", "values"];
const ofRepository = ["caFile", "certFile", "keyFile", "password", "repo", "username"];
/** Taken and passed over, as the real provider does: what the SDK adds, and outputs that may stand among the inputs. */
const passedOver = ["compat", "manifest", "resourceNames", "status"];
const known = [...booleans, ...texts, ...numbers, ...maps, "valueYamlFiles"];

/** The recorded form: each switch and text is there, false or empty where it was not given. */
const empty: Props = {
  ...Object.fromEntries(booleans.map((name) => [name, false])),
  ...Object.fromEntries(texts.map((name) => [name, ""])),
  timeout: 0,
};

/** @param find finds the chart. @throws where it cannot be had */
export function checkRelease(
  op: Operation,
  defaultNamespace: string,
  olds: Props | undefined,
  news: Props,
  find: (reference: ChartReference) => Chart,
): Checked {
  const given = Object.fromEntries(
    Object.entries(news).filter(([name, value]) => value !== null && !passedOver.includes(name)),
  );
  const failures = shapeFailures(given);
  if (failures.length > 0) return { inputs: given, failures };
  if (given.allowNullValues === true) {
    op.log(
      "warning",
      "`allowNullValues` is deprecated and has no effect; null values in Helm chart values are preserved by default.",
    );
  }
  const inputs: Props = { ...empty, ...given };
  inputs.name ||= (given.name === undefined && olds?.name) || `${op.name}-${randomBytes(4).toString("hex")}`;
  inputs.namespace ||= defaultNamespace;
  if (inputs.skipAwait !== true) inputs.timeout = given.timeout ?? DEFAULT_TIMEOUT;
  if (inputs.verify === true) inputs.keyring ||= path.join(os.homedir(), ".gnupg", "pubring.gpg");

  const reference = referenceOf(inputs);
  if (reference) {
    try {
      const chart = find(reference);
      inputs.version = chart.version;
      if (chart.note && inputs.verify === true) failures.push(notVerifiable);
    } catch (error) {
      failures.push({ property: "chart", reason: messageOf(error) });
    }
  }
  return { inputs, failures };
}

/** What `chart`, `version` and the repository name together; undefined = one of them is not known yet. */
export function referenceOf(inputs: Props): ChartReference | undefined {
  const options = (inputs.repositoryOpts ?? {}) as Json;
  if (options === UNKNOWN || [inputs.chart, inputs.version, (options as Props).repo].includes(UNKNOWN)) {
    return undefined;
  }
  const text = (value: Json | undefined) => (value ? String(value) : undefined);
  return {
    chart: String(inputs.chart),
    repository: text((options as Props).repo),
    version: text(inputs.version),
  };
}

const notVerifiable: CheckFailure = {
  property: "verify",
  reason:
    "the chart is a stand-in without a signature; leave `verify` out where the program runs in a rehearsal",
};

function shapeFailures(given: Props): CheckFailure[] {
  const failures = Object.entries(given).flatMap(([name, value]) => wrong(name, value) ?? []);
  if (!given.chart) failures.push({ property: "chart", reason: "a release needs a chart" });
  const options = given.repositoryOpts;
  if (typeof options === "object" && options !== null) {
    for (const name of Object.keys(options).filter((one) => !ofRepository.includes(one))) {
      const reason = `a Release knows no such property; it knows ${ofRepository.join(", ")}`;
      failures.push({ property: `repositoryOpts.${name}`, reason });
    }
  }
  return failures;
}

/** The real provider passes over a property that it does not know; here a slip is told. */
function wrong(name: string, value: Json): CheckFailure[] | undefined {
  const failure = (reason: string) => [{ property: name, reason }];
  if (!known.includes(name)) return failure(`a Release knows no such property; it knows ${known.join(", ")}`);
  if (value === UNKNOWN) return undefined;
  if (name === "valueYamlFiles") {
    const none = Array.isArray(value) && value.length === 0;
    return none ? undefined : failure("a rehearsal takes no files as inputs; read them into `values`");
  }
  const type = booleans.includes(name)
    ? "boolean"
    : texts.includes(name)
      ? "string"
      : numbers.includes(name)
        ? "number"
        : "object";
  const fits = typeof value === type && !Array.isArray(value);
  return fits
    ? undefined
    : failure(`must be ${type === "object" ? "an" : "a"} ${type}, not ${JSON.stringify(value)}`);
}
