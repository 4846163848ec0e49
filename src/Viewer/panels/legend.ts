import type { App } from "../state/app.ts";
import { el } from "./dom.ts";
import { heatRange } from "./run.ts";

/** What the colours in the graph mean, where they mean more than kinds of nodes. */
export function legend(app: App): { element: HTMLElement; refresh: () => void } {
  const element = el("div", { class: "legend", hidden: true });
  const refresh = (): void => {
    const range = app.pane.shown.last ? heatRange(app) : null;
    const parts: Node[] = [];
    if (app.state.mode !== "one") for (const change of ["added", "removed", "changed"]) parts.push(el("span", { class: `kind ${change}` }, change));
    else if (range !== null) parts.push(el("span", {}, range.least), el("span", { class: "scale" }), el("span", {}, range.most));
    if (app.state.lit !== null) parts.push(el("span", { class: "lit-line" }), el("span", {}, `carries ${app.state.lit}`), el("button", { type: "button", class: "link", click: () => app.light(null) }, "clear"));
    element.hidden = parts.length === 0;
    element.replaceChildren(...parts);
  };
  return { element, refresh };
}
