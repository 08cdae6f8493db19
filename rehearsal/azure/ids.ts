// How ids are made of the names in them.
import type { Props } from "../plugin/provider";

/** @param segments path segment -> input that names the resource, below the resource group */
export const inGroup =
  (...segments: [string, string][]) =>
  (subscription: string, inputs: Props): string => {
    const rest = segments.map(([segment, input]) => `/${segment}/${inputs[input]}`).join("");
    return `/subscriptions/${subscription}/resourceGroups/${inputs.resourceGroupName}${rest}`;
  };

/** An extension resource: its id begins with that of what it belongs to, slashes around it cut off (crud.go). */
export const onResource =
  (input: string, segment: string, name: string) =>
  (_subscription: string, inputs: Props): string =>
    `/${String(inputs[input]).replace(/^\/+|\/+$/g, "")}/providers/${segment}/${inputs[name]}`;
