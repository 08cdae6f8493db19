// The resources, as graphs and in words.
import type { Run } from "./events";
import { directNeeds, type Group, groupsOf, kindOf, painter } from "./graph";
import { counted, html, type Html, table } from "./html";
import { nameOf, type Resource, shortType } from "./stack";
import type { Waits } from "./waits";

/** With more resources only the graph in which the run ended last is unfolded. */
const foldFrom = 60;

/** The graph in words, for those who do not see it. */
function resourceTable(resources: readonly Resource[], needs: ReadonlyMap<string, readonly string[]>): Html {
  const leaves = resources.filter(({ isComponent }) => !isComponent);
  return table(
    ["Resource", "Needs"],
    leaves.map(
      (one) =>
        html`<tr>
          <th scope="row">
            ${nameOf(one.urn)}<br /><small class="kind ${kindOf(one)}">${shortType(one.type)}</small>
            ${one.isReplaced && html`<span class="badge warning">replaced, not yet deleted</span>`}
          </th>
          <td>${(needs.get(one.urn) ?? []).map(nameOf).join(", ")}</td>
        </tr> `,
    ),
  );
}

/** A graph and its table for each outermost component. */
export async function graphs(
  resources: readonly Resource[],
  run: Run | undefined,
  waits: Waits | undefined,
): Promise<Html> {
  const groups = groupsOf(resources);
  if (groups.length === 0) return html`<p class="missing">The stack has no resources.</p>`;
  const paint = await painter(resources, run, waits);
  const needs = directNeeds(resources);
  const last = waits?.chain.at(-1)?.urn;
  const unfolded = groups.find((group) => group.resources.some(({ urn }) => urn === last)) ?? groups[0];
  const isOpen = (group: Group) => group === unfolded || resources.length <= foldFrom;
  const nameOfGroup = ({ root }: Group) =>
    root ? `${shortType(root.type)} ${nameOf(root.urn)}` : "outside of components";
  return html`${groups.map(
    (group) =>
      html`<details class="group" ${isOpen(group) && html`open`}>
        <summary>
          ${nameOfGroup(group)}
          <small
            >${counted(group.resources.filter(({ isComponent }) => !isComponent).length, "resource")}</small
          >
        </summary>
        <div class="beside">
          <div class="scroll" tabindex="0" role="region" aria-label="Graph: ${nameOfGroup(group)}">
            ${paint(group)}
          </div>
          <div class="scroll words" tabindex="0" role="region" aria-label="Table: ${nameOfGroup(group)}">
            ${resourceTable(group.resources, needs)}
          </div>
        </div>
      </details> `,
  )}`;
}
