// What was done and when: a bar a step, in the order in which they began, and under it what it waited for. In HTML, so
// that it is as wide as the screen and its words wrap; a drawn chart would do neither.
import type { Run, Step } from "./events";
import { html, type Html } from "./html";
import { nameOf, shortType } from "./stack";
import type { Waits } from "./waits";

/** `under 1 s`, `42 s`, `3 min 5 s`, `1 h 2 min`. */
export function lasted(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    Math.round(seconds % 60),
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  return rest === 0 ? "under 1 s" : `${rest} s`;
}

/** A round number of seconds, so that no more than seven ticks stand on the axis. */
function tickOf(seconds: number): number {
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];
  return round.find((one) => seconds / one <= 7) ?? Math.ceil(seconds / 7 / 3600) * 3600;
}

const durationOf = ({ start, end }: Step, run: Run) => (end ?? run.seconds) - start;

export function timeline(run: Run, { steps, waitedFor, chain }: Waits): Html {
  const whole = Math.max(1, run.seconds);
  const percent = (seconds: number) => `${((100 * seconds) / whole).toFixed(2)}%`;
  const number = new Map(steps.map((step, index) => [step, index]));
  const onChain = new Set(chain);
  const tick = tickOf(whole);
  // Not at the very end, where its words would not fit.
  const ticks = Array.from({ length: Math.floor((0.9 * whole) / tick) + 1 }, (_, index) => index * tick);
  const link = (step: Step) => html`<a href="#step-${number.get(step)}">${nameOf(step.urn)}</a>`;
  const said = (step: Step) =>
    run.messages
      .filter(({ urn }) => urn === step.urn)
      .map((one) => html`<p class="said text ${one.severity}">${one.text}</p>`);
  // Under its last step, where a resource was replaced and has several.
  const last = new Map(steps.map((step) => [step.urn, step]));
  const others = run.messages.filter(({ urn }) => !last.has(urn));

  const row = (step: Step) => {
    const state = step.failed
      ? "failed"
      : step.end === undefined
        ? "unfinished"
        : onChain.has(step)
          ? "chain"
          : "";
    const before = waitedFor.get(step);
    const words = [
      step.failed && "failed",
      step.end === undefined && "not ended",
      step.op !== "create" && step.op,
    ];
    return html`<li id="step-${number.get(step)}" class="${state}">
      <span class="name">${nameOf(step.urn)} <small>${shortType(step.type)}</small></span>
      <span class="time">${lasted(durationOf(step, run))}<small> from ${step.start} s</small></span>
      <span class="track" aria-hidden="true"
        ><span class="bar" style="--at:${percent(step.start)};width:${percent(durationOf(step, run))}"></span
      ></span>
      ${
        (before || words.some(Boolean)) &&
        html`<span class="after">
          ${words.filter(Boolean).map((word) => html`<b>${word || ""}</b> `)}
          ${before && html`after ${link(before)}`}
        </span>`
      }
      ${last.get(step.urn) === step && said(step)}
    </li> `;
  };

  /** What takes less than the log can tell is only counted. */
  const chainInWords = () => {
    const last = chain.at(-1)!;
    const long = chain.filter((step) => durationOf(step, run) > 0);
    const rest = chain.length - long.length;
    return html`<p>
      ${link(last)} ${last.end === undefined ? "has not ended" : "ended last"},
      ${lasted(last.end ?? run.seconds)} after the start, at the end of ${chain.length} steps each of which
      waited for the one before:
      ${long.map((step) => html`${link(step)} took ${lasted(durationOf(step, run))}, `)}
      ${rest > 0 && `${rest} ${long.length > 0 ? "others " : ""}took under 1 s each.`}
    </p>`;
  };

  return html`
    ${chain.length > 1 && chainInWords()}
    ${others.map(
      ({ urn, severity, text }) =>
        html`<p class="said text ${severity}">${urn && html`<b>${nameOf(urn)}</b> `}${text}</p>`,
    )}
    <div class="axis" aria-hidden="true">
      <span class="track">
        ${ticks.map((at) => html`<span style="left:${percent(at)}">${at === 0 ? "0" : lasted(at)}</span>`)}
      </span>
    </div>
    <ol class="timeline" style="--tick:${percent(tick)}">
      ${steps.map(row)}
    </ol>
  `;
}
