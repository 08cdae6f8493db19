// What Azure Monitor asks of a data collection rule beyond its shape.
import { UNKNOWN, type Props } from "../../plugin/provider";
import type { Problem } from "../arm";
import { at, entries, hasUnknown, list, text } from "../values";

/**
 * learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure: a flow's destinations are names
 * of the destinations. The codes: MicrosoftDocs/azure-docs#112612; the words of this one are inferred.
 */
export function* checkCollectionRule(body: Props): Generator<Problem> {
  if (hasUnknown(at(body, "properties.destinations"))) return;
  const names = entries(body, "properties.destinations")
    .flatMap(([, destinations]) => destinations)
    .map((destination) => text(destination, "name"));
  for (const [i, flow] of list(body, "properties.dataFlows").entries())
    for (const name of list(flow, "destinations"))
      if (name !== UNKNOWN && !names.includes(String(name)))
        yield {
          target: `properties.dataFlows[${i}]`,
          code: "InvalidPayload",
          message: `Data collection rule is invalid (InvalidDataFlow: destination '${String(name)}' is not declared).`,
          advice: `Write one of the names in destinations: ${names.join(", ") || "there is none"}.`,
        };
}
