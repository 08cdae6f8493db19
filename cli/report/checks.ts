// The report of `aks-calico-ebpf status -o json`, or of `connectivity`.
import * as v from "valibot";
import { html, type Html, table } from "./html";
import { parsed, shaped, type Source } from "./input";
import type { Report } from "../status/report";

const schema = v.object({
  command: v.picklist(["status", "connectivity"]),
  context: v.string(),
  server: v.string(),
  at: v.string(),
  well: v.boolean(),
  checks: v.array(
    v.object({
      check: v.string(),
      status: v.picklist(["ok", "warning", "failed", "unknown", "skipped"]),
      seen: v.string(),
      advice: v.optional(v.string()),
    }),
  ),
});

/** @throws UsageError */
export const readChecks = (source: Source): Report =>
  shaped(schema, parsed(source), source, "what `status -o json` prints");

export const checksTable = ({ command, context, at, checks }: Report): Html => html`
  <h3>${command} of ${context}</h3>
  <p class="quiet">${at}</p>
  ${table(
    ["Status", "Check", "Seen"],
    checks.map(
      ({ check, status, seen, advice }) =>
        html`<tr>
          <td><span class="badge ${status}">${status}</span></td>
          <th scope="row">${check}</th>
          <td>${seen} ${status !== "ok" && advice && html`<p class="advice">→ ${advice}</p>`}</td>
        </tr> `,
    ),
  )}
`;
