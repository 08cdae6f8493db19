// The export and the event log of one rehearsed cluster, as if the program had declared many.

interface Files {
  /** `pulumi stack export`. */
  readonly stack: string;
  /** An event log. */
  readonly events: string;
}

/** Where the name of a resource of the cluster `aks` stands in a URN; not in its project or its types. */
const name = /::aks(?!-calico-ebpf)(?=["-]|::)/g;

/** @param resources about how many, components and the stack left out */
export function manyClusters({ stack, events }: Files, resources: number): Files {
  const exported = JSON.parse(stack);
  const all: { urn: string; custom?: boolean }[] = exported.deployment.resources;
  const isOfCluster = (text: string) => text.search(name) >= 0;
  const own = all.filter(({ custom, urn }) => custom && isOfCluster(`${urn}"`)).length;
  const copies = Array.from({ length: Math.max(1, Math.round(resources / own)) }, (_, index) => index + 1);
  const copied = (text: string) =>
    isOfCluster(text) ? copies.map((copy) => text.replace(name, `::aks${copy}`)) : [text];
  exported.deployment.resources = all.flatMap((one) =>
    copied(JSON.stringify(one)).map((text) => JSON.parse(text)),
  );
  return { stack: JSON.stringify(exported), events: events.split("\n").flatMap(copied).join("\n") };
}
