import { canvasMeasure, Pane } from "../render/pane.ts";
import { readPalette, type Palette } from "../render/palette.ts";
import { listen } from "../render/gestures.ts";
import { symbolsOf } from "../model/expressions.ts";
import { App } from "../state/app.ts";
import { listenToKeys } from "../state/keyboard.ts";
import { readLink, writeLink } from "../state/link.ts";
import type { Session } from "../state/session.ts";
import { Store, type Changed, type Selection, type ViewState } from "../state/view.ts";
import { el, iconButton } from "./dom.ts";
import { header } from "./header.ts";
import { helpDialog } from "./help.ts";
import { legend } from "./legend.ts";
import { outline } from "./outline.ts";
import { printOnPaper, saveDialog } from "./paper.ts";
import { sidebar } from "./sidebar.ts";

/** What of the state makes a new layout, not only a new painting. */
const arranging = ["mode", "stage", "base", "open", "unfolded", "maybes", "parameters"] as const;

export function startWorkspace(place: HTMLElement, session: Session): void {
  const initial = session.initial();
  const store = new Store(readLink(location.hash, initial, session.document));
  const root = document.documentElement;
  const applyTheme = (theme: string): void => {
    if (theme === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
  };
  applyTheme(store.state.theme);
  const app = new App(session, store, (theme) => {
    if (theme !== null) applyTheme(theme);
    const palette = readPalette();
    applyTheme(store.state.theme);
    return palette;
  });
  const measure = canvasMeasure();
  let palette: Palette = readPalette();

  const help = helpDialog();
  const save = saveDialog(app);
  const status = el("div", { class: "hidden-text", role: "status", "aria-live": "polite" });
  app.announce = (text) => (status.textContent = text);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const actions = {
    outline: () => place.classList.toggle(matchMedia("(max-width: 760px)").matches ? "outline-open" : "outline-closed"),
    theme: () => store.update({ theme: (store.state.theme === "auto" ? dark.matches : store.state.theme === "dark") ? "light" : "dark" }),
    save: () => save.showModal(),
    print: () => window.print(),
    link: () => copyLink(app, () => writeHash()),
    help: () => help.showModal(),
    focusSearch: () => (document.getElementById("search") as HTMLInputElement).select(),
  };

  const top = header(app, actions);
  const tree = outline(app);
  const side = sidebar(app, place);
  const key = legend(app);
  const stageArea = el("div", { class: "panes" });
  const zoom = el("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, iconButton("plus", "Larger (+)", () => app.pane.zoomBy(1.25)), iconButton("minus", "Smaller (−)", () => app.pane.zoomBy(0.8)), iconButton("fit", "All of it (0)", () => app.panes.forEach((pane) => pane.fitAll())));
  place.replaceChildren(top.element, el("nav", { class: "outline", "aria-label": "Outline" }, tree.element), el("div", { class: "graph" }, stageArea, zoom, key.element), side.element, status, help, save);

  const makePanes = (count: number): void => {
    while (app.panes.length > count) app.panes.shift()!.canvas.parentElement!.remove();
    while (app.panes.length < count) {
      const pane = new Pane(session, measure, palette);
      const frame = el("div", { class: "pane" }, el("div", { class: "pane-name" }), pane.canvas);
      listenToPane(app, pane, () => scheduleHash());
      new ResizeObserver(() => pane.draw()).observe(pane.canvas);
      // The pane that was there shows the later stage, as before; the new one comes before it.
      app.panes.unshift(pane);
      stageArea.prepend(frame);
    }
    app.active = app.panes.length - 1;
  };

  const arrangeAll = (state: ViewState, keep: (pane: Pane) => Selection | null): void => {
    const shown = session.shown(state);
    makePanes(shown.length);
    app.panes.forEach((pane, i) => {
      const fresh = pane.scene === undefined;
      pane.arrange(shown[i], state, fresh ? null : keep(pane));
      const name = shown.length > 1 ? `${i === 0 ? "before" : "after"}: ${shown[i].structure.stage.name}` : "";
      pane.canvas.previousElementSibling!.textContent = name;
      pane.canvas.setAttribute("aria-label", `Graph of ${session.document.title}, ${shown[i].structure.stage.name}. Arrow keys walk along edges; the outline has the same boxes as a tree.`);
      if (fresh && state.camera !== null && i === shown.length - 1) pane.camera = state.camera;
      else if (fresh) pane.lookFirst();
    });
  };

  let hashTimer = 0;
  const writeHash = (): void => {
    hashTimer = 0;
    store.update({ camera: app.pane.camera });
    const link = writeLink(store.state, initial);
    history.replaceState(null, "", link === "" ? location.pathname + location.search : `#${link}`);
  };
  const scheduleHash = (): void => {
    if (hashTimer === 0) hashTimer = window.setTimeout(writeHash, 250);
  };

  const before = { open: store.state.open, unfolded: store.state.unfolded };
  store.subscribe((state, changed) => {
    if (changed.size === 1 && changed.has("camera")) return;
    if (changed.has("theme")) {
      applyTheme(state.theme);
      palette = readPalette();
    }
    if (arranging.some((name) => changed.has(name))) {
      const moved = difference(before.open, state.open) ?? difference(before.unfolded, state.unfolded);
      const from = app.panes.length;
      arrangeAll(state, (pane) => (moved !== null && pane.boxOf({ kind: "module", path: moved }) !== null ? { kind: "module", path: moved } : anchor(pane, state)));
      // Another pair of stages is looked at anew; so are panes that have just become wider or narrower.
      const comparing = state.mode !== "one" && (changed.has("base") || changed.has("stage") || changed.has("mode"));
      if (app.panes.length !== from || comparing) requestAnimationFrame(() => app.panes.forEach((pane) => pane.lookFirst()));
      before.open = state.open;
      before.unfolded = state.unfolded;
    }
    for (const pane of app.panes) pane.show(state, palette);
    refresh(changed);
    scheduleHash();
  });

  const refresh = (changed: Changed | null): void => {
    top.refresh();
    key.refresh();
    side.refresh();
    if (changed === null || arranging.some((name) => changed.has(name)) || changed.has("selected")) tree.refresh();
  };

  makePanes(1);
  arrangeAll(store.state, () => null);
  performance.mark("evergraph-laid-out");
  app.panes.forEach((pane) => pane.drawNow());
  performance.mark("evergraph-drawn");
  performance.measure("evergraph-open", "evergraph-start", "evergraph-drawn");
  refresh(null);
  performance.mark("evergraph-ready");
  performance.measure("evergraph-ready-work", "evergraph-start", "evergraph-ready");

  listenToKeys(app, actions);
  printOnPaper(app);
  dark.addEventListener("change", () => {
    palette = readPalette();
    for (const pane of app.panes) pane.show(store.state, palette);
  });
  window.addEventListener("hashchange", () => {
    const state = readLink(location.hash, initial, session.document);
    store.update(state);
    if (state.camera !== null) app.pane.camera = state.camera;
    app.pane.draw();
  });
  // For tests and for pages around this one: where a node is on the screen.
  Object.assign(window, { evergraph: { boxOf: (selection: Selection, pane = app.panes.length - 1) => boxOnScreen(app.panes[pane], selection), draw: () => app.panes.forEach((pane) => pane.drawNow()) } });
}

function boxOnScreen(pane: Pane, selection: Selection): { x: number; y: number; width: number; height: number } | null {
  const box = pane.boxOf(selection);
  if (box === null) return null;
  const bounds = pane.canvas.getBoundingClientRect();
  const { x, y, zoom } = pane.camera;
  return { x: bounds.left + (box.x - x) * zoom, y: bounds.top + (box.y - y) * zoom, width: box.width * zoom, height: box.height * zoom };
}

/** The one member in which two sets differ, or null. */
function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): string | null {
  const apart = [...a].filter((member) => !b.has(member)).concat([...b].filter((member) => !a.has(member)));
  return apart.length === 1 ? apart[0] : null;
}

/** What stays where it is when the layout changes: the selected box if it is in view, otherwise what is in the middle. */
function anchor(pane: Pane, state: ViewState): Selection | null {
  const { camera } = pane;
  const [width, height] = [pane.width / camera.zoom, pane.height / camera.zoom];
  const selected = state.selected === null ? null : pane.boxOf(state.selected);
  if (selected !== null && selected.x < camera.x + width && selected.x + selected.width > camera.x && selected.y < camera.y + height && selected.y + selected.height > camera.y) return state.selected;
  const box = pane.boxAt(pane.width / 2, pane.height / 2);
  if (box === null) return null;
  const { stage } = pane.shown.structure;
  return box.item.kind === "node" ? { kind: "node", key: stage.nodes[box.item.node].key } : { kind: "module", path: stage.modules[box.item.module].path };
}

function listenToPane(app: App, pane: Pane, moved: () => void): void {
  const activate = (): void => {
    app.active = app.panes.indexOf(pane);
  };
  const onTriangle = (x: number, y: number): boolean => {
    const box = pane.boxAt(x, y);
    return box !== null && box.item.kind === "module" && x / pane.camera.zoom + pane.camera.x < box.x + 30 && y / pane.camera.zoom + pane.camera.y < box.y + 34;
  };
  pane.canvas.addEventListener("focus", activate);
  listen(pane.canvas, {
    camera: () => pane.camera,
    move: (camera) => {
      pane.camera = camera;
      pane.draw();
      moved();
    },
    hover: (x, y) => {
      const item = pane.boxAt(x, y)?.item ?? null;
      const node = item?.open === true ? null : item;
      if (node === pane.hovered) return;
      pane.hovered = node;
      pane.canvas.style.cursor = node === null ? "" : "pointer";
      pane.draw();
    },
    leave: () => {
      if (pane.hovered === null) return;
      pane.hovered = null;
      pane.draw();
    },
    click: (x, y) => {
      activate();
      const types = pane.labelAt(x, y);
      const [symbol] = types?.flatMap((type) => app.session.document.types[type].shape.flatMap((size) => [...symbolsOf(app.session.document.exprs[size].tree)])) ?? [];
      if (symbol !== undefined) return app.light(symbol);
      const box = pane.boxAt(x, y);
      if (box === null) return app.select(null);
      const selection = app.selectionOf(box.item);
      app.select(selection);
      if (onTriangle(x, y)) app.toggle(selection);
    },
    doubleClick: (x, y) => {
      const box = pane.boxAt(x, y);
      if (box !== null && !onTriangle(x, y)) app.toggle(app.selectionOf(box.item));
    },
  });
}

function copyLink(app: App, write: () => void): void {
  write();
  const done = (): void => app.announce("The link to this view is copied.");
  // A page opened as a file may not use the clipboard; its address has the link all the same.
  navigator.clipboard?.writeText(location.href).then(done, () => app.announce("The address of the page is the link to this view."));
}
