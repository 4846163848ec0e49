import type { SymbolInfo } from "../model/document.ts";
import { totals } from "../model/costs.ts";
import * as numbers from "../model/numbers.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";
import { facts, section, symbolButton } from "./parts.ts";

/** Where nothing bounds a symbol its slider ends here; its number box does not. */
export const sliderEnd = 1 << 20;

const steps = 1000;

/** Positions on a slider are logarithms, so that 1 to 100 gets as much room as 10,000 to 1,000,000. */
export function sizeAt(symbol: SymbolInfo, position: number): number {
  const [low, high] = ends(symbol);
  return Math.min(high, Math.max(low, Math.round(Math.exp(Math.log(low + 1) + (position / steps) * (Math.log(high + 1) - Math.log(low + 1))) - 1)));
}

export function positionOf(symbol: SymbolInfo, size: number): number {
  const [low, high] = ends(symbol);
  return high === low ? 0 : Math.min(steps, Math.round((steps * (Math.log(size + 1) - Math.log(low + 1))) / (Math.log(high + 1) - Math.log(low + 1))));
}

const ends = (symbol: SymbolInfo): [number, number] => [Math.max(0, symbol.min), Math.max(symbol.min, Math.min(symbol.max ?? sliderEnd, sliderEnd))];

/** The sliders, made once: an element that is being dragged must stay. */
export function sizesPanel(app: App): { element: HTMLElement; refresh: () => void } {
  const { document } = app.session;
  const sum = el("div", { class: "totals", "data-totals": "" });
  const rows = document.symbols.map((symbol) => {
    const limit = symbol.max === null ? "any size" : numbers.count(symbol.max);
    const name = el("span", { class: "lead" });
    const slider = el("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": `Size of ${symbol.name}`, input: () => set(sizeAt(symbol, Number(slider.value))) });
    const box = el("input", { type: "number", min: symbol.min, max: symbol.max, step: 1, "aria-label": `Size of ${symbol.name} as a number`, change: () => set(Number(box.value)) });
    const set = (value: number): void => {
      const size = Math.min(symbol.max ?? Number.MAX_SAFE_INTEGER, Math.max(symbol.min, Math.round(Number.isFinite(value) ? value : symbol.min)));
      app.store.update({ symbols: { ...app.state.symbols, [symbol.name]: size } });
      // What was typed may have been out of range.
      box.value = String(size);
    };
    const element = el("div", { class: "size", "data-size": symbol.name }, el("div", { class: "row" }, name, box), slider, el("p", { class: "where" }, `${numbers.count(symbol.min)} to ${limit} · declared by ${symbol.declared}`));
    const refresh = (): void => {
      const size = app.state.symbols[symbol.name];
      if (Number(box.value) !== size) box.value = String(size);
      slider.value = String(positionOf(symbol, size));
      slider.setAttribute("aria-valuetext", numbers.count(size));
      name.replaceChildren(symbolButton(app, symbol.name, symbol.name));
      element.classList.toggle("on", app.state.lit === symbol.name);
    };
    return { element, refresh };
  });
  const evaluated = el("input", { type: "checkbox", change: () => app.store.update({ evaluated: evaluated.checked }) });
  const parameters = el("input", { type: "checkbox", change: () => app.store.update({ parameters: parameters.checked }) });
  const element = el("div", {},
    section("Symbolic sizes", ...(rows.length === 0 ? [el("p", { class: "hint" }, "All sizes of this graph are constant.")] : rows.map((row) => row.element))),
    section("At these sizes", sum),
    section("Labels", el("label", { class: "check" }, evaluated, "evaluated shapes on edges"), el("label", { class: "check" }, parameters, "parameters in the nodes that read them")));
  const refresh = (): void => {
    for (const row of rows) row.refresh();
    evaluated.checked = app.state.evaluated;
    parameters.checked = app.state.parameters;
    const { stage } = app.structure;
    const total = totals(stage, app.session.sizes(app.state));
    sum.replaceChildren(facts([
      ["Operations", numbers.operations(total.operations)],
      ["Values", `${numbers.bytes(total.values)} if all are kept`],
      ["Inputs", numbers.bytes(total.inputs)],
      ["Parameters", numbers.bytes(total.parameters)],
      ["Operators", numbers.count(total.nodes)],
    ]));
  };
  return { element, refresh };
}
