// The resources as graphs, one for each outermost component: boxes in boxes, in the order of what needs what. Graphviz
// lays them out and draws them here; the page brings no code.
import type { Graph, Subgraph } from "@viz-js/viz";
import type { Run } from "./events";
import { escaped, Html } from "./html";
import { isDefaultProvider, nameOf, type Resource, shortType } from "./stack";
import type { Waits } from "./waits";

/** The resources of one outermost component, itself among them; or those that are in none. */
export interface Group {
  readonly root?: Resource;
  readonly resources: readonly Resource[];
}

const isStack = ({ type }: Resource) => type === "pulumi:pulumi:Stack";

/** Without the stack itself and the providers that nobody declared. */
export function groupsOf(all: readonly Resource[]): Group[] {
  const known = new Map(all.map((one) => [one.urn, one]));
  const groups = new Map<Resource | undefined, Resource[]>();
  for (const resource of all) {
    if (isStack(resource) || isDefaultProvider(resource.urn)) continue;
    let root: Resource | undefined;
    for (let one: Resource | undefined = resource; one && !isStack(one); one = known.get(one.parent ?? ""))
      root = one.isComponent ? one : root;
    groups.set(root, [...(groups.get(root) ?? []), resource]);
  }
  return [...groups].map(([root, resources]) => ({ root, resources }));
}

/** What a resource needs, without what its other needs need already. */
export function directNeeds(resources: readonly Resource[]): Map<string, string[]> {
  const needs = new Map(resources.map((one) => [one.urn, one.needs]));
  return new Map(
    resources.map(({ urn, needs: own }) => {
      const seen = new Set<string>();
      const open = own.flatMap((one) => needs.get(one) ?? []);
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(...(needs.get(next) ?? []));
      }
      return [urn, own.filter((one) => !seen.has(one))];
    }),
  );
}

/** Of colours: whose resource it is. */
export function kindOf({ type }: Pick<Resource, "type">): string {
  if (/^kubernetes:.*(tigera|calico)/.test(type)) return "calico";
  return /^(azure-native|kubernetes):/.exec(type)?.[1] ?? "other";
}

/** The component that it is in, however deep. */
function homeOf({ parent }: Resource, known: ReadonlyMap<string, Resource>): Resource | undefined {
  const above = known.get(parent ?? "");
  return above === undefined || above.isComponent ? above : homeOf(above, known);
}

/** Draws groups. Loads Graphviz, which takes a moment. */
export async function painter(
  all: readonly Resource[],
  run: Run | undefined,
  waits: Waits | undefined,
): Promise<(group: Group) => Html> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const known = new Map(all.map((one) => [one.urn, one]));
  const needs = directNeeds(all);
  const chain = new Set(waits?.chain.map(({ urn }) => urn));
  const steps = new Map(run?.steps.map((step) => [step.urn, step]));

  const node = (urn: string, outside: boolean) => {
    const type = known.get(urn)?.type ?? "";
    const step = steps.get(urn);
    const classes = [
      outside ? "outside" : kindOf({ type }),
      chain.has(urn) && "chain",
      step?.failed && "failed",
      step && step.end === undefined && "unfinished",
    ];
    const label = `<b>${literal(nameOf(urn))}</b><br/><font point-size="10">${literal(shortType(type))}</font>`;
    return { name: urn, attributes: { label: { html: label }, class: classes.filter(Boolean).join(" ") } };
  };

  return ({ root, resources }) => {
    const inside = new Set(resources.map(({ urn }) => urn));
    const leaves = resources.filter(({ isComponent }) => !isComponent);
    const edges = leaves.flatMap(({ urn }) =>
      (needs.get(urn) ?? [])
        .filter((need) => known.get(need)?.isComponent === false)
        .map((tail) => ({
          tail,
          head: urn,
          attributes: { class: chain.has(tail) && chain.has(urn) ? "chain" : "" },
        })),
    );
    const others = [...new Set(edges.map(({ tail }) => tail))].filter((urn) => !inside.has(urn));
    const component = (one: Resource): Subgraph => {
      const children = resources.filter((child) => homeOf(child, known) === one);
      return {
        name: `cluster ${one.urn}`,
        graphAttributes: {
          label: `${literal(shortType(one.type))}  ${literal(nameOf(one.urn))}`,
          class: "component",
          labeljust: "l",
          // A cluster takes over none of the graph's.
          fontname,
          fontsize: 12,
        },
        nodes: children.filter(({ isComponent }) => !isComponent).map(({ urn }) => node(urn, false)),
        subgraphs: children.filter(({ isComponent }) => isComponent).map(component),
      };
    };
    const graph: Graph = {
      graphAttributes: {
        bgcolor: "transparent",
        ranksep: 0.25,
        nodesep: 0.2,
        pad: 0.05,
      },
      nodeAttributes: {
        shape: "box",
        style: "rounded",
        fontname,
        fontsize: 12,
        height: 0.4,
        margin: "0.12,0.06",
      },
      edgeAttributes: { arrowsize: 0.6 },
      nodes: [
        ...(root ? [] : leaves).map(({ urn }) => node(urn, false)),
        ...others.map((urn) => node(urn, true)),
      ],
      subgraphs: root ? [component(root)] : [],
      edges,
    };
    const title = `${root ? nameOf(root.urn) : "resources"}: what needs what, from top to bottom`;
    return asInline(viz.renderString(graph, { format: "svg_inline" }), title);
  };
}

/** As wide as Helvetica and Liberation Sans, by whose widths Graphviz reckons. */
const fontname = "Arial";

/** A label's text with nothing in it that Graphviz would read: it fills in `\N` and reads entities in any label. */
const literal = (text: string) => escaped(text).replaceAll("\\", "\\\\");

/** Several may stand in one document, so without ids. A node's title is its URN. */
const asInline = (svg: string, title: string): Html =>
  new Html(
    svg
      .replace(/<!--.*?-->\s*/gs, "")
      .replace(/ id="[^"]*"/g, "")
      .replace(/(<g class="(?:edge|cluster)[^>]*>)\s*<title>.*?<\/title>/gs, "$1")
      .replace(/(width="\d+)pt" height="(\d+)pt"/, '$1" height="$2"')
      .replace("<svg ", `<svg role="img" aria-label="${escaped(title)}" `),
  );
