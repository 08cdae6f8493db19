// What AKS asks of a maintenance window beyond its shape.
import type { Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, isObject, list, text } from "../values";

/** learn.microsoft.com/azure/aks/planned-maintenance: three names, each with its own kind of window. */
export function* checkMaintenance(inputs: Props, body: Props): Generator<Problem> {
  const name = text(inputs, "configName");
  const window = "properties.maintenanceWindow";
  if (name === undefined) return;
  if (name === "default") {
    if (absent(body, "properties.timeInWeek"))
      yield missing("properties.timeInWeek", "Configuration `default` has timeInWeek: days and hours.");
  } else if (name === "aksManagedAutoUpgradeSchedule" || name === "aksManagedNodeOSUpgradeSchedule") {
    if (absent(body, window)) yield missing(window, `Configuration \`${name}\` has a maintenanceWindow.`);
  } else
    yield invalid(
      "configName",
      `The maintenance configuration name '${name}' is invalid.`,
      "Write default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule.",
    );
  const schedule = at(body, `${window}.schedule`);
  const kinds = isObject(schedule) ? Object.keys(schedule).length : undefined;
  if (!absent(body, window) && absent(body, `${window}.schedule`))
    yield missing(`${window}.schedule`, "Write one of daily, weekly, absoluteMonthly, relativeMonthly.");
  if (kinds !== undefined && kinds !== 1)
    yield invalid(`${window}.schedule`, `A window has one schedule, ${kinds} given.`, "Keep one of them.");
  for (const [i, entry] of (list(body, "properties.timeInWeek") ?? []).entries())
    for (const hour of list(entry, "hourSlots") ?? [])
      if (typeof hour === "number" && (hour < 0 || hour > 23 || !Number.isInteger(hour)))
        yield invalid(
          `properties.timeInWeek[${i}].hourSlots`,
          `Hour ${hour} is invalid.`,
          "Hours are 0 to 23 (UTC).",
        );
}
