// What policy packs said in the run.
import type { Run, Verdict } from "./events";
import { html, type Html, table } from "./html";
import { nameOf } from "./stack";

/** Those that stop a run come first. */
const order = ["mandatory", "remediate", "advisory"];
const weight = ({ level }: Verdict) => (order.indexOf(level) + order.length + 1) % (order.length + 1);

export const hasPacks = ({ passed, violations }: Run): boolean => passed.size > 0 || violations.length > 0;

export function policies({ violations, remediations, passed }: Run): Html {
  const all = [...violations, ...remediations].sort((one, other) => weight(one) - weight(other));
  return html`
    ${
      all.length > 0 &&
      table(
        ["Level", "Policy", "Says"],
        all.map(
          ({ level, policy, pack, urn, text }) =>
            html`<tr>
              <td><span class="badge ${level === "mandatory" ? "failed" : "warning"}">${level}</span></td>
              <th scope="row">${policy}<br /><small>${pack}</small></th>
              <td>${urn && html`<b>${nameOf(urn)}</b>: `}<span class="text">${text}</span></td>
            </tr> `,
        ),
      )
    }
    ${[...passed].map(
      ([pack, names]) =>
        html`<details>
          <summary>${pack}: nothing found by ${names.size} of its policies</summary>
          <ul class="columns">
            ${[...names].sort().map((name) => html`<li>${name}</li>`)}
          </ul>
        </details>`,
    )}
  `;
}
