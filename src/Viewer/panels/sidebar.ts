import type { App } from "../state/app.ts";
import type { PanelName } from "../state/view.ts";
import { details } from "./details.ts";
import { el, iconButton } from "./dom.ts";
import { faults, passes } from "./passes.ts";
import { runPanel } from "./run.ts";
import { sizesPanel } from "./sizes.ts";

/** The panels beside the graph, one at a time. On a phone they are sheets that come up from the tabs. */
export function sidebar(app: App, place: HTMLElement): { element: HTMLElement; refresh: () => void } {
  const sizes = sizesPanel(app);
  const run = runPanel(app);
  const bodies: Record<PanelName, HTMLElement> = { sizes: sizes.element, details: el("div"), passes: el("div"), run: run.element, faults: el("div") };
  const names: [PanelName, string][] = [["sizes", "Sizes"], ["details", "Details"], ["passes", "Passes"], ["run", "Run"], ["faults", "Faults"]];
  const tabs = names.map(([name, text]) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "data-panel": name, "aria-controls": "panel", click: () => choose(name) }, text));
  const body = el("div", { class: "body", id: "panel", role: "tabpanel", tabindex: 0 });
  const close = iconButton("close", "Close the panel", () => place.classList.remove("sheet-open"));
  close.classList.add("sheet-close");
  const element = el("aside", { class: "side", "aria-label": "Panels" }, el("div", { class: "tabs", role: "tablist", keydown: (event: KeyboardEvent) => arrows(event) }, ...tabs), close, body);

  const choose = (panel: PanelName): void => {
    const again = app.state.panel === panel && place.classList.contains("sheet-open");
    place.classList.toggle("sheet-open", !again);
    app.store.update({ panel });
  };
  const arrows = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const shown = tabs.filter((tab) => !tab.hidden);
    const next = shown[(shown.findIndex((tab) => tab.dataset["panel"] === app.state.panel) + step + shown.length) % shown.length];
    app.store.update({ panel: next.dataset["panel"] as PanelName });
    next.focus();
  };

  let last: PanelName | null = null;
  let lastSelected = app.state.selected;
  const refresh = (): void => {
    const { panel, selected } = app.state;
    const count = app.structure.stage.faults.length;
    for (const tab of tabs) {
      const name = tab.dataset["panel"];
      tab.setAttribute("aria-selected", String(name === panel));
      tab.tabIndex = name === panel ? 0 : -1;
      tab.hidden = (name === "run" && (app.session.document.runs?.length ?? 0) === 0) || (name === "faults" && count === 0 && panel !== "faults") || (name === "passes" && app.session.document.stages.length < 2);
      if (name === "faults") {
        tab.textContent = count > 0 ? `Faults ${count}` : "Faults";
        tab.classList.toggle("alarm", count > 0);
      }
    }
    if (selected !== lastSelected && selected !== null) place.classList.add("sheet-open");
    const focused = [...body.querySelectorAll<HTMLElement>("button, input, select")].indexOf(document.activeElement as HTMLElement);
    const scroll = last === panel && selected === lastSelected ? body.scrollTop : 0;
    if (panel === "sizes") sizes.refresh();
    else if (panel === "run") run.refresh();
    else bodies[panel].replaceChildren(...(panel === "details" ? details : panel === "passes" ? passes : faults)(app));
    if (body.firstChild !== bodies[panel]) body.replaceChildren(bodies[panel]);
    body.scrollTop = scroll;
    body.setAttribute("aria-labelledby", `tab-${panel}`);
    // A panel that was written anew keeps the focus where it was.
    if (focused >= 0 && last === panel) body.querySelectorAll<HTMLElement>("button, input, select")[focused]?.focus({ preventScroll: true });
    last = panel;
    lastSelected = selected;
  };
  return { element, refresh };
}
