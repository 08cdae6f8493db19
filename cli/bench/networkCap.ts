// What Azure lets a VM send. Two data planes that both reach it look the same, however much CPU they need for it.

/**
 * In Mbit/s; source: learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/SERIES-series, tab Network
 * (2026).
 */
const caps: Record<string, number> = {
  // dsv2
  ...{ DS1_v2: 750, DS2_v2: 1500, DS3_v2: 3000, DS4_v2: 6000, DS5_v2: 12_000 },
  // dsv3; of D8s and D16s Azure's pages of different years do not say the same
  ...{ D2s_v3: 1000, D4s_v3: 2000, D32s_v3: 16_000 },
  // dsv4
  ...{ D2s_v4: 5000, D4s_v4: 10_000, D8s_v4: 12_500, D16s_v4: 12_500, D32s_v4: 16_000 },
  // dasv4
  ...{ D2as_v4: 2000, D4as_v4: 4000, D8as_v4: 8000, D16as_v4: 10_000, D32as_v4: 16_000 },
  // dsv5, ddsv5
  ...{ D2s_v5: 12_500, D4s_v5: 12_500, D8s_v5: 12_500, D16s_v5: 12_500, D32s_v5: 16_000 },
  ...{ D2ds_v5: 12_500, D4ds_v5: 12_500, D8ds_v5: 12_500, D16ds_v5: 12_500, D32ds_v5: 16_000 },
};

/** Undefined = Azure's pages that were read do not say it. */
const networkCap = (vmSize: string): number | undefined => caps[vmSize.replace(/^Standard_/, "")];

/** One TCP stream of Calico has been measured at 20 Gbit/s and more on bare metal (docs/bench.md). */
const low = 10_000;

/** One for each size of which there is something to say. */
export function capWarnings(vmSizes: readonly (string | null)[]): string[] {
  return [...new Set(vmSizes)].flatMap((vmSize) => {
    if (vmSize === null) return ["the nodes do not say their VM size, nor how much Azure lets them send"];
    const cap = networkCap(vmSize);
    if (cap === undefined)
      return [`how much Azure lets a ${vmSize} send is not known here; both data planes may reach it`];
    if (cap > low) return [];
    return [
      `${vmSize} sends ${cap / 1000} Gbit/s at most: both data planes may reach it, so look at CPU per Gbit/s`,
    ];
  });
}
