// A diagnostic setting's category goes to a workspace once.
import type { Props } from "../../plugin/provider";
import { refusal } from "../arm";
import type { Store } from "../store";
import { list, sameId, text } from "../values";

/** @throws ArmError in the words of Azure/Enterprise-Scale, known issues of the diagnostics initiative */
export function checkSinkTwice(store: Store, id: string, inputs: Props, body: Props): void {
  const sink = text(body, "properties.workspaceId");
  const owner = String(inputs.resourceUri).toLowerCase();
  for (const other of sink === undefined ? [] : store.ofType("Microsoft.Insights/diagnosticSettings")) {
    if (sameId(other.id, id) || !other.id.toLowerCase().startsWith(`${owner}/providers/`)) continue;
    if (!sameId(text(other.response, "properties.workspaceId") ?? "", sink!)) continue;
    const twice = categories(other.response).find((one) => categories(body).includes(one));
    if (twice === undefined) continue;
    const message = `Data sink '${sink}' is already used in diagnostic setting '${String(other.response.name)}' for category '${twice}'. Data sinks can't be reused in different settings on the same category for the same resource.`;
    const advice = "Take the category out of one of the two, or send it to another workspace.";
    throw refusal(409, "Conflict", message, advice);
  }
}

const categories = (body: Props): string[] =>
  ["logs", "metrics"]
    .flatMap((kind) => list(body, `properties.${kind}`) as Props[])
    .filter((entry) => entry.enabled === true)
    .map((entry) => String(entry.category ?? entry.categoryGroup));
