import { search, type Hit } from "../model/search.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";

const shown = 60;

/** The search box: typing lists hits, Enter and arrows go through them, Escape goes back to the graph. */
export function searchBox(app: App): HTMLElement {
  let hits: Hit[] = [];
  let current = -1;
  const input = el("input", { type: "search", id: "search", placeholder: "Search  /", "aria-label": "Search operators, names and modules", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-controls": "hits", "aria-expanded": "false", input: () => find(), keydown: (event: KeyboardEvent) => key(event), focus: () => find(), blur: () => setTimeout(close, 150) });
  const count = el("span", { class: "count", "aria-live": "polite" });
  const list = el("ul", { id: "hits", role: "listbox", hidden: true });

  const find = (): void => {
    const before = hits[current];
    hits = search(app.structure, input.value);
    // Of folded layers the first stands for all: its hits come first.
    current = before === undefined ? -1 : hits.findIndex((hit) => hit.kind === before.kind && hit.index === before.index);
    draw();
  };

  const draw = (): void => {
    const open = input.value.trim() !== "";
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    count.textContent = open ? (current >= 0 ? `${current + 1} of ${hits.length}` : `${hits.length}`) : "";
    const first = Math.max(0, Math.min(current - 5, hits.length - shown));
    list.replaceChildren(...hits.slice(first, first + shown).map((hit, i) =>
      el("li", { role: "option", id: `hit-${first + i}`, "aria-selected": String(first + i === current), class: first + i === current ? "on" : "", pointerdown: (event: Event) => { event.preventDefault(); go(first + i); close(); } }, el("span", { class: `dot ${hit.kind === "module" ? "module" : app.structure.stage.nodes[hit.index].kind}` }), el("span", { class: "text" }, hit.title), el("span", { class: "where" }, hit.where))));
    if (open && hits.length === 0) list.append(el("li", { class: "hint" }, "Nothing is called that."));
    input.setAttribute("aria-activedescendant", current >= 0 ? `hit-${current}` : "");
    list.querySelector(".on")?.scrollIntoView({ block: "nearest" });
  };

  const go = (index: number): void => {
    if (hits.length === 0) return;
    current = (index + hits.length) % hits.length;
    const hit = hits[current];
    const { stage } = app.structure;
    app.goTo(hit.kind === "node" ? { kind: "node", key: stage.nodes[hit.index].key } : { kind: "module", path: stage.modules[hit.index].path });
    draw();
  };

  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };

  const key = (event: KeyboardEvent): void => {
    if (event.key === "Enter") go(event.shiftKey ? current - 1 : current + 1);
    else if (event.key === "ArrowDown") go(current + 1);
    else if (event.key === "ArrowUp") go(current - 1);
    else if (event.key === "Escape") {
      input.value = "";
      find();
      app.pane.canvas.focus();
    } else return;
    event.preventDefault();
  };

  return el("div", { class: "search" }, input, count, list);
}
