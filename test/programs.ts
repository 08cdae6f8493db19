/** How long a test may take that is the first one to need the programs on a new machine: they are built then. */
export const firstBuildMs = 60 * 60_000;
