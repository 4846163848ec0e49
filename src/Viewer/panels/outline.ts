import { shortTitle } from "../model/structure.ts";
import type { Item } from "../layout/visible.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";

const rowHeight = 26;

/**
 * The same boxes as the picture, as a tree that screen readers, keys and tests can walk. Only the rows in view are in the page,
 * so that ten thousand nodes cost no more than thirty.
 */
export function outline(app: App): { element: HTMLElement; refresh: () => void } {
  const space = el("div", { class: "space" });
  const list = el("div", { class: "rows" });
  const tree = el("div", { class: "tree", role: "tree", tabindex: 0, "aria-label": "Modules and nodes", scroll: () => draw(), keydown: (event: KeyboardEvent) => key(event) }, space, list);
  let rows: Item[] = [];
  let selected = -1;

  const refresh = (): void => {
    rows = app.pane.scene.visible.items.filter((item) => item.parent !== null);
    const item = app.state.selected === null ? null : app.pane.itemOf(app.state.selected);
    const now = item === null ? -1 : rows.indexOf(item);
    space.style.height = `${rows.length * rowHeight}px`;
    if (now >= 0 && now !== selected) {
      const top = now * rowHeight;
      if (top < tree.scrollTop || top + rowHeight > tree.scrollTop + tree.clientHeight) tree.scrollTop = top - tree.clientHeight / 2;
    }
    selected = now;
    draw();
  };

  const draw = (): void => {
    const first = Math.max(0, Math.floor(tree.scrollTop / rowHeight) - 5);
    const last = Math.min(rows.length, first + Math.ceil((tree.clientHeight || 800) / rowHeight) + 10);
    list.style.transform = `translateY(${first * rowHeight}px)`;
    list.replaceChildren(...rows.slice(first, last).map((item, i) => row(item, first + i)));
    tree.setAttribute("aria-activedescendant", selected >= first && selected < last ? `row-${selected}` : "");
  };

  const row = (item: Item, index: number): HTMLElement => {
    const { stage, folds } = app.structure;
    const node = stage.nodes[item.node];
    const path = stage.modules[item.module].path;
    const isModule = item.kind === "module";
    const change = app.pane.shown.changes === null || isModule ? "same" : app.pane.shown.changes[item.node];
    const element = el("div", {
      id: `row-${index}`, class: index === selected ? "row on" : "row", role: "treeitem", "aria-level": item.depth, "aria-selected": String(index === selected),
      "aria-expanded": isModule ? String(item.open) : null, "data-key": isModule ? null : node.key, "data-path": isModule ? path : null, "data-kind": isModule ? "module" : node.kind, "data-change": change,
      click: () => app.goTo(app.selectionOf(item)),
    });
    element.style.paddingInlineStart = `${8 + (item.depth - 1) * 14}px`;
    if (isModule) element.append(el("button", { type: "button", class: "twist", tabindex: -1, "aria-label": item.open ? `Close ${item.name}` : `Open ${item.name}`, click: (event: Event) => { event.stopPropagation(); app.toggle({ kind: "module", path }); } }, item.open ? "▾" : "▸"));
    else element.append(el("span", { class: `dot ${node.kind}` }));
    element.append(el("span", { class: "text" }, isModule ? item.name : shortTitle(node)));
    if (!isModule && item.name !== "") element.append(el("span", { class: "where" }, item.name));
    const fold = folds.get(item.module);
    const leader = fold === undefined ? "" : stage.modules[fold.leader].path;
    if (isModule && fold !== undefined) {
      const folded = item.fold !== null;
      element.append(el("button", { type: "button", class: "fold", tabindex: -1, title: folded ? "Spread identical layers out" : "Fold identical layers into one", click: (event: Event) => { event.stopPropagation(); app.unfold(leader); } }, folded ? `× ${fold.members.length}` : "fold"));
    }
    return element;
  };

  const key = (event: KeyboardEvent): void => {
    const item = rows[selected];
    const go = (index: number): void => {
      if (index < 0 || index >= rows.length) return;
      app.goTo(app.selectionOf(rows[index]));
    };
    const open = item?.kind === "module" && item.open;
    switch (event.key) {
      case "ArrowDown": go(selected + 1); break;
      case "ArrowUp": go(selected < 0 ? 0 : selected - 1); break;
      case "Home": go(0); break;
      case "End": go(rows.length - 1); break;
      case "ArrowRight":
        if (item?.kind === "module" && !item.open) app.toggle(app.selectionOf(item));
        else go(selected + 1);
        break;
      case "ArrowLeft":
        if (open) app.toggle(app.selectionOf(item));
        else if (item?.parent != null) go(rows.indexOf(item.parent));
        break;
      case "Enter": case " ":
        if (item !== undefined) app.toggle(app.selectionOf(item));
        break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  new ResizeObserver(() => draw()).observe(tree);
  return { element: tree, refresh };
}
