import type * as pulumi from "@pulumi/pulumi";
import type { MaintenanceWindowArgs } from "../operationsArgs";
import { DayOfWeek } from "../enums";
import type { ArgumentReader } from "./findings";
import { matching, oneOf, wholeNumber } from "./rules";

/** The window with every default in place. */
export interface MaintenancePlan {
  dayOfWeek: pulumi.Input<DayOfWeek>;
  startTime: pulumi.Input<string>;
  durationHours: pulumi.Input<number>;
  utcOffset: pulumi.Input<string>;
  intervalWeeks: pulumi.Input<number>;
}

export function readMaintenance(
  reader: ArgumentReader,
  args: MaintenanceWindowArgs | undefined,
): MaintenancePlan | undefined {
  if (args === undefined || args === null) return undefined;
  const path = "maintenanceWindow";
  const given = reader.object<MaintenanceWindowArgs>(path, args, {
    dayOfWeek: "",
    startTime: "",
    durationHours: "",
    utcOffset: "",
    intervalWeeks: "",
  });
  for (const key of ["dayOfWeek", "startTime"] as const) {
    if (given[key] !== undefined) continue;
    reader.refuse(`${path}.${key}`, {
      wrong: "is missing",
      why: "a window has a day and an hour",
      write: key === "dayOfWeek" ? `one of ${Object.values(DayOfWeek).join(", ")}` : '"02:00"',
    });
  }
  const startTime = matching(
    /^([01]\d|2[0-3]):[0-5]\d$/,
    "it is not a time of day (in YAML it must stand in quotes, for 02:00 may be a number)",
    '"02:00"',
  );
  const offset = matching(/^[+-](0\d|1[0-4]):[0-5]\d$/, "it is not an offset from UTC", '"+01:00"');
  const hours = wholeNumber(4, 24, "AKS takes windows of 4 to 24 hours");
  const weeks = wholeNumber(1, 4, "AKS takes 1 to 4 weeks");
  return {
    dayOfWeek: reader.value(`${path}.dayOfWeek`, given.dayOfWeek, oneOf(DayOfWeek)) ?? DayOfWeek.Sunday,
    startTime: reader.value(`${path}.startTime`, given.startTime, startTime) ?? "",
    durationHours: reader.value(`${path}.durationHours`, given.durationHours, hours) ?? 4,
    utcOffset: reader.value(`${path}.utcOffset`, given.utcOffset, offset) ?? "+00:00",
    intervalWeeks: reader.value(`${path}.intervalWeeks`, given.intervalWeeks, weeks) ?? 1,
  };
}
