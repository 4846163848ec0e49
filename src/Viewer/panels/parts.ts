import { symbolsOf } from "../model/expressions.ts";
import type { App } from "../state/app.ts";
import type { Selection } from "../state/view.ts";
import { el } from "./dom.ts";

export const section = (title: string, ...children: (Node | string | null | false)[]): HTMLElement => el("section", {}, el("h3", {}, title), ...children);

/** Pairs of a name and a value; pairs without a value are left out. */
export function facts(pairs: [name: string, value: Node | string | null | undefined][]): HTMLElement {
  const list = el("dl");
  for (const [name, value] of pairs) if (value !== null && value !== undefined && value !== "") list.append(el("dt", {}, name), el("dd", {}, value));
  return list;
}

/** A link inside the page to a node or a module. */
export const goTo = (app: App, text: string, selection: Selection): HTMLElement => el("button", { type: "button", class: "link", click: () => app.goTo(selection) }, text);

/** A type as the printer writes it, with its symbols as buttons, over the same at the sizes of the sliders. */
export function typeText(app: App, index: number): HTMLElement {
  const { document } = app.session;
  const type = document.types[index];
  const line = el("code", { class: "type" }, `${type.dtype}[`);
  type.shape.forEach((size, i) => {
    if (i > 0) line.append(", ");
    const expr = document.exprs[size];
    const [symbol, ...more] = symbolsOf(expr.tree);
    if (symbol === undefined) line.append(expr.text);
    else if (more.length === 0) line.append(symbolButton(app, symbol, expr.text));
    else line.append(el("span", { class: "symbols" }, expr.text, ...[symbol, ...more].map((name) => symbolButton(app, name, name))));
  });
  line.append("]");
  const sizes = app.session.sizes(app.state);
  const evaluated = sizes.text(index);
  return el("span", { class: "typed" }, line, evaluated === type.text ? null : el("code", { class: "evaluated" }, evaluated));
}

export const symbolButton = (app: App, symbol: string, text: string): HTMLElement =>
  el("button", { type: "button", class: app.state.lit === symbol ? "symbol on" : "symbol", title: `Light every edge that carries ${symbol}`, "aria-pressed": app.state.lit === symbol ? "true" : "false", "data-symbol": symbol, click: () => app.light(symbol) }, text);
