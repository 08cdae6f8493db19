// An ephemeral disk needs a local one that is large enough.
import type { Props } from "../../plugin/provider";
import { type Problem } from "../arm";
import { at, text } from "../values";

export function* checkLocalDisk(pool: Props, path: string): Generator<Problem> {
  const size = text(pool, "vmSize");
  const local = size === undefined ? undefined : localDisk(size);
  const wanted = typeof pool.osDiskSizeGB === "number" ? pool.osDiskSizeGB : 0;
  if (at(pool, "osDiskType") !== "Ephemeral" || local === undefined || (local > 0 && wanted <= local)) return;
  // AKS's words: Azure/AKS#2672, from before ephemeral disks could stand on a temporary one.
  yield {
    target: `${path}.osDiskType`,
    code: "VMCacheSizeTooSmall",
    message:
      `The virtual machine size ${size} has a cache size of 0 bytes and temp disk size of ${local * 2 ** 30} bytes, but ` +
      `the OS disk requires ${(wanted || 128) * 2 ** 30} bytes. Use a VM size with larger cache or temp disk, or disable ephemeral OS.`,
    advice:
      local === 0
        ? "Take a size with a `d` in its name, such as Standard_D4ds_v5: it has a local disk. Or set osDiskType: Managed."
        : `Set osDiskSizeGB to ${Math.floor(local)} or less, take a larger size, or set osDiskType: Managed.`,
  };
}

/**
 * Local disk of a size in GiB; undefined = not known. learn.microsoft.com/azure/virtual-machines/vm-naming-conventions:
 * `d` = "diskful (that is, a local temp disk is present)"; the pages of Ddsv4, Ddsv5, Edsv4, Edsv5 (Intel and AMD alike):
 * 75 GiB for each two processors; those of v5 and v6 without `d`: "Ephemeral OS Disk: Not Supported".
 */
function localDisk(size: string): number | undefined {
  const [, family, cpus, letters, version] =
    /^Standard_([DEF])(\d+)(?:-\d+)?([a-z]*)_v(\d+)$/.exec(size) ?? ([] as string[]);
  if (family === undefined || Number(version) < 4) return undefined;
  if (!letters.includes("d")) return Number(version) >= 5 ? 0 : undefined;
  if (family === "F" || Number(version) > 5 || Number(cpus) > 96) return undefined;
  return Number(cpus) * 37.5;
}
