// What is known of machine sizes by their names: Microsoft Learn, "Azure virtual machine sizes naming conventions".
import type { Refusal } from "./findings";

/**
 * The machine's own disk in GiB; undefined where the name does not say. A `d` among the letters means that there is one,
 * 75 GiB for every two processors in Ddsv4, Ddsv5, Edsv4, Edsv5 and their AMD sisters; from v5 on a size without it has
 * none, and no cache that could take its place (azure-compute-docs, the pages of the series).
 */
export function localDisk(vmSize: string): number | undefined {
  const match = /^Standard_([DEF])(\d+)(?:-\d+)?([a-z]*)_v(\d+)$/.exec(vmSize);
  if (match === null) return undefined;
  const [family, processors, letters, version] = [match[1], Number(match[2]), match[3], Number(match[4])];
  if (!letters.includes("d")) return version >= 5 ? 0 : undefined;
  const known = family !== "F" && processors <= 96 && (version === 4 || version === 5);
  return known ? processors * 37.5 : undefined;
}

/** Whether the operating system's disk can lie on the machine's own. */
export function ephemeralDisk(
  vmSize: string,
  osDiskType: unknown,
  osDiskSizeGb: unknown,
): Refusal | undefined {
  const room = typeof vmSize === "string" ? localDisk(vmSize) : undefined;
  if (osDiskType !== "Ephemeral" || room === undefined) return undefined;
  if (room === 0) {
    return {
      wrong: `is Ephemeral, and ${vmSize} has no disk of its own`,
      why: "an ephemeral disk lies on the machine's own disk, and AKS refuses it where there is none",
      write: "Managed, or a size with a d among its letters, such as Standard_D4ds_v5",
    };
  }
  if (typeof osDiskSizeGb !== "number" || osDiskSizeGb <= room) return undefined;
  return {
    wrong: `is Ephemeral, and ${osDiskSizeGb} GB do not fit on the disk of ${vmSize}, ${Math.floor(room)} GiB`,
    why: "an ephemeral disk lies on the machine's own disk",
    write: `Managed, or osDiskSizeGb of ${Math.floor(room)} or less, or a larger size`,
  };
}

/**
 * Whether a size is of the first generation, which is older than availability zones: none of them is in Microsoft's lists
 * of sizes with zones. Which of the others a zone has differs by region and subscription (`az vm list-skus --zone`).
 */
export function isOlderThanZones(vmSize: string): boolean {
  return /^(Basic_A\d+|Standard_(A\d+|DS?\d+|GS?\d+|H\d+m?r?|L\d+s|N[CDV]\d+r?s?))$/.test(vmSize);
}
