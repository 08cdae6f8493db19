// Markup in which everything is escaped that is not markup itself.

export class Html {
  constructor(private readonly markup: string) {}
  toString = () => this.markup;
}

type Value = Html | string | number | undefined | false | readonly Value[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign]);

function markupOf(value: Value): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(markupOf).join("");
  return escaped(String(value));
}

/** A template whose values are text, unless they come from this template. Its indentation is left out. */
export const html = (markup: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(String.raw({ raw: markup.map((part) => part.replace(/\n\s+/g, "\n")) }, ...values.map(markupOf)));

export const table = (head: readonly string[], rows: readonly Html[]): Html =>
  html`<table class="rows">
    <thead>
      <tr>
        ${head.map((title) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;

/** `1 resource`, `2 resources`. */
export const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
