import type { App } from "../state/app.ts";
import type { Mode } from "../state/view.ts";
import { el, iconButton } from "./dom.ts";
import { searchBox } from "./search.ts";

export interface HeaderActions { outline(): void; theme(): void; save(): void; print(): void; link(): void; help(): void }

/** The line above the graph: which stage, how it is compared, the search, and what can be done with the picture. */
export function header(app: App, actions: HeaderActions): { element: HTMLElement; refresh: () => void } {
  const { document } = app.session;
  const options = (): HTMLElement[] => document.stages.map((stage, i) => el("option", { value: i }, `${i}. ${stage.name}`));
  const stage = el("select", { id: "stage", "aria-label": "Stage", change: () => app.store.update({ stage: Number(stage.value) }) }, ...options());
  const base = el("select", { id: "base", "aria-label": "Compared with", change: () => app.store.update({ base: Number(base.value) }) }, ...options());
  const arrow = el("span", { class: "arrow" }, "→");
  const modes: [Mode, string][] = [["one", "Graph"], ["side", "Side by side"], ["difference", "Difference"]];
  const buttons = modes.map(([mode, text]) => el("button", { type: "button", "data-mode": mode, click: () => app.store.update({ mode, panel: mode === "one" ? app.state.panel : "passes" }) }, text));
  const choice = el("div", { class: "modes", role: "group", "aria-label": "View" }, ...buttons);
  const several = document.stages.length > 1;
  const element = el("header", { class: "top" },
    iconButton("tree", "Outline", actions.outline),
    el("h1", {}, document.title),
    several ? el("div", { class: "stages" }, base, arrow, stage) : null,
    several ? choice : null,
    searchBox(app),
    el("div", { class: "tools" }, iconButton("sun", "Dark or light (t)", actions.theme), iconButton("link", "Copy a link to this view", actions.link), iconButton("save", "Save as SVG (s)", actions.save), iconButton("print", "Print", actions.print), iconButton("help", "Keys and help (?)", actions.help)));
  const refresh = (): void => {
    const { state } = app;
    stage.value = String(state.stage);
    base.value = String(state.base);
    base.hidden = arrow.hidden = state.mode === "one";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset["mode"] === state.mode));
  };
  return { element, refresh };
}
