// The page: one HTML document that loads nothing and runs nothing.
import { version } from "../../package.json";
import { isRed } from "../status/check";
import type { Report } from "../status/report";
import { checksTable } from "./checks";
import type { Run } from "./events";
import { groupsOf } from "./graph";
import { counted, html } from "./html";
import { hasPacks, policies } from "./policies";
import { graphs } from "./resources";
import { nameOf, placeOf, type Stack } from "./stack";
import { style } from "./style";
import { lasted, timeline } from "./timeline";
import { waitsOf } from "./waits";

export interface Parts {
  readonly stack: Stack;
  readonly run?: Run;
  readonly checks: readonly Report[];
}

/** How one comes by each part: for the page, and for messages about a file. */
export const how = {
  stack: "pulumi stack export > stack.json",
  events: "PULUMI_DEBUG_COMMANDS=1 pulumi up --event-log events.json",
  status: "npx aks-calico-ebpf status -o json > status.json",
  pack: "pulumi up --policy-pack policy",
};

const missing = (what: string, command: string) =>
  html`<p class="missing">${what}</p>
    <pre><code>${command}</code></pre>`;

/** As the CLI's last lines have it. */
const done: Record<string, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

interface Tile {
  readonly to: string;
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly mood: "ok" | "warning" | "failed" | "";
}

function tiles({ stack, run, checks }: Parts): Tile[] {
  const declared = groupsOf(stack.resources).flatMap(({ resources }) => resources);
  const components = declared.filter((one) => one.isComponent).length;
  const all = checks.flatMap((one) => one.checks);
  const red = all.filter(isRed).length;
  const well = checks.every((one) => one.well);
  const judged = run !== undefined && hasPacks(run);
  const changes = Object.entries(run?.changes ?? {}).map(([op, count]) => `${count} ${done[op] ?? op}`);
  const broken = run?.violations.filter(({ level }) => level === "mandatory").length;
  return [
    {
      to: "resources",
      title: "Resources",
      value: String(declared.length - components),
      note: `in ${counted(components, "component")}`,
      mood: stack.pending.length > 0 ? "warning" : "",
    },
    {
      to: "timeline",
      title: "Last run",
      value: run ? (run.result ?? "not ended") : "not given",
      note: run ? [lasted(run.seconds), ...changes].join(", ") : "needs an event log",
      mood: run === undefined ? "" : run.result === "succeeded" ? "ok" : "failed",
    },
    {
      to: "checks",
      title: "Checks",
      value: checks.length === 0 ? "not given" : well ? "well" : "not well",
      note: checks.length === 0 ? "needs status" : `${counted(all.length, "check")}, ${red} red`,
      mood: checks.length === 0 ? "" : well ? "ok" : "failed",
    },
    {
      to: "policies",
      title: "Policies",
      value: !judged ? "not run" : broken ? `${broken} broken` : "kept",
      note: judged ? counted(run.violations.length, "remark") : "no policy pack",
      mood: !judged ? "" : broken ? "failed" : run.violations.length > 0 ? "warning" : "ok",
    },
  ];
}

export async function page(parts: Parts, at = new Date()): Promise<string> {
  const { stack, run, checks } = parts;
  const waits = run && waitsOf(run, stack.resources);
  const [name, project] = placeOf(stack.resources) ?? placeOf(run?.steps ?? []) ?? [];
  const saved = [
    stack.savedAt && `saved ${stack.savedAt.slice(0, 19)}Z`,
    stack.engine && `Pulumi ${stack.engine}`,
  ];
  const unchanged = run?.changes.same;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${name ?? "Stack"}: report of aks-calico-ebpf</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header>
          <h1>${name === undefined ? "An empty stack" : html`Stack ${name}`}</h1>
          <p class="quiet">${[project && `project ${project}`, ...saved].filter(Boolean).join(" · ")}</p>
          <nav aria-label="Sections">
            ${tiles(parts).map(
              ({ to, title, value, note, mood }) =>
                html`<a class="tile ${mood}" href="#${to}">
                  <span>${title}</span> <b>${value}</b> <small>${note}</small>
                </a> `,
            )}
          </nav>
        </header>
        <main id="main" tabindex="-1">
          <section aria-labelledby="resources">
            <h2 id="resources">Resources by layer</h2>
            ${stack.pending.map(
              ({ type, urn }) =>
                html`<p class="said warning">
                  When the stack was saved, an operation was under way: ${type} <b>${nameOf(urn)}</b>. pulumi
                  refresh asks what has become of it.
                </p>`,
            )}
            <p class="legend quiet">
              An arrow leads from a resource to what needs it.
              <span class="kind azure-native">Azure</span> <span class="kind kubernetes">Kubernetes</span>
              <span class="kind calico">Calico</span> <span class="kind other">other</span>
              ${waits && html`<span class="kind chain">the longest wait</span>`}
            </p>
            ${await graphs(stack.resources, run, waits)}
          </section>
          <section aria-labelledby="timeline">
            <h2 id="timeline">What waited for what</h2>
            ${
              run && waits
                ? html`<p class="quiet">
                      ${new Date(run.began * 1000).toISOString().slice(0, 19)}Z, ${lasted(run.seconds)}. The
                      log tells whole seconds.
                      ${unchanged !== undefined && `${counted(unchanged, "resource")} stayed the same: no bar.`}
                    </p>
                    ${
                      run.result === undefined &&
                      html`<p class="said warning">
                        The log breaks off: the run was ended, or still goes on.
                      </p>`
                    }
                    ${timeline(run, waits)}`
                : missing("No event log was given. A run writes one with", how.events)
            }
          </section>
          <section aria-labelledby="checks">
            <h2 id="checks">Checks</h2>
            ${checks.length > 0 ? checks.map(checksTable) : missing("No checks were given. They come from", how.status)}
          </section>
          <section aria-labelledby="policies">
            <h2 id="policies">Policies</h2>
            ${
              run && hasPacks(run)
                ? policies(run)
                : missing(
                    run
                      ? "No policy pack ran. One runs with"
                      : "What policies say is in the event log of a run with a pack",
                    how.pack,
                  )
            }
          </section>
        </main>
        <footer class="quiet">
          Made by aks-calico-ebpf ${version}, ${at.toISOString().slice(0, 19)}Z. Values of properties are not
          in this page.
        </footer>
      </body>
    </html> `.toString();
}
