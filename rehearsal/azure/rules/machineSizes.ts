// What is known of machine sizes by their names: Microsoft Learn, "Azure virtual machine sizes naming conventions".

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
