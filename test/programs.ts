// What is slow on a machine that has nothing of ours yet: programs that are built, and Calico's source.
import { calicoSource } from "../rehearsal/aks/calicoModule";
import { findBinaries } from "../rehearsal/controlPlane/binaries";
import { findHelm } from "../rehearsal/helm/program";

/** How long a first build may take; later ones find what it has left. */
export const firstBuildMs = 40 * 60_000;

const progress = (line: string) => console.log(`      ${line}`);

/** Has the control plane's programs there before the tests of the suite that calls it, whose own limits are short. */
export function withPrograms(): void {
  before(async function () {
    this.timeout(firstBuildMs);
    await findBinaries({ progress });
  });
}

/** The same, with what a Helm release takes. */
export function withHelm(): void {
  withPrograms();
  before(async function () {
    this.timeout(firstBuildMs);
    await findHelm({ progress });
    await calicoSource(progress);
  });
}
