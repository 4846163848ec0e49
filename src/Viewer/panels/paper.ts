import { totals } from "../model/costs.ts";
import * as numbers from "../model/numbers.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";

/** What is saved: the part in view, or everything as it is open. */
export function saveDialog(app: App): HTMLDialogElement {
  const dialog: HTMLDialogElement = el("dialog", { id: "save", "aria-label": "Save as SVG" },
    el("h2", {}, "Save as SVG"),
    el("form", { method: "dialog", class: "choices" },
      el("button", { class: "main", click: () => download(app, false) }, "What is in view"),
      el("button", { click: () => download(app, true) }, "All of it, as it is open"),
      el("button", {}, "Cancel")));
  return dialog;
}

function download(app: App, whole: boolean): void {
  const { pane, session } = app;
  const url = URL.createObjectURL(new Blob([pane.svg(whole, app.paletteOf(null))], { type: "image/svg+xml" }));
  const name = `${session.document.title}.${pane.shown.structure.stage.name}.svg`.replace(/[^\w.→-]+/g, "_");
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** On paper the page is the picture in light colours, as lines and text, with the sizes that it is shown at. */
export function printOnPaper(app: App): void {
  const sheet = el("div", { class: "paper" });
  document.body.append(sheet);
  window.addEventListener("beforeprint", () => {
    const { session, state } = app;
    const palette = app.paletteOf("light");
    const sizes = Object.entries(state.symbols).map(([name, size]) => `${name} = ${numbers.count(size)}`);
    const total = totals(app.structure.stage, session.sizes(state));
    const pictures = app.panes.map((pane) => {
      // The file was written by SvgSurface, which escapes every text; it is parsed as XML, and what is parsed is only drawn.
      const svg = new DOMParser().parseFromString(pane.svg(false, palette), "image/svg+xml").documentElement;
      svg.removeAttribute("width");
      svg.removeAttribute("height");
      return el("figure", {}, el("figcaption", {}, pane.shown.structure.stage.name), document.importNode(svg, true));
    });
    sheet.replaceChildren(
      el("h1", {}, session.document.title),
      el("p", {}, [...sizes, `${numbers.operations(total.operations)} operations`, `parameters ${numbers.bytes(total.parameters)}`].join(" · ")),
      ...pictures);
  });
  window.addEventListener("afterprint", () => sheet.replaceChildren());
}
