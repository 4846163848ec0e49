import type { Item } from "../layout/visible.ts";
import type { App } from "./app.ts";
import type { Mode } from "./view.ts";

export interface KeyActions { theme(): void; save(): void; help(): void; focusSearch(): void }

/** Keys of the whole page. Fields and lists keep their own. */
export function listenToKeys(app: App, actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, dialog") !== null) return;
    const onControl = target.closest("button, [role=tree]") !== null;
    const mode = (next: Mode): void => app.store.update({ mode: next });
    const step = (by: number): void => {
      const stage = app.state.stage + by;
      if (stage >= 0 && stage < app.session.document.stages.length) app.store.update({ stage, base: Math.max(0, Math.min(app.state.base, stage - 1)) });
    };
    switch (event.key) {
      case "/": actions.focusSearch(); break;
      case "?": actions.help(); break;
      case "+": case "=": app.pane.zoomBy(1.25); break;
      case "-": app.pane.zoomBy(0.8); break;
      case "0": case "f": app.pane.fitAll(); break;
      case "[": step(-1); break;
      case "]": step(1); break;
      case "g": mode("one"); break;
      case "b": mode("side"); break;
      case "d": mode("difference"); break;
      case "e": app.store.update({ evaluated: !app.state.evaluated }); break;
      case "p": app.store.update({ parameters: !app.state.parameters }); break;
      case "t": actions.theme(); break;
      case "s": actions.save(); break;
      case "o": app.openAll(true); break;
      case "c": app.openAll(false); break;
      case "u": unfold(app); break;
      case "Escape": app.store.update({ selected: null, lit: null }); break;
      default:
        if (onControl || !walk(app, event)) return;
    }
    event.preventDefault();
  });
}

function unfold(app: App): void {
  const item = app.state.selected === null ? null : app.pane.itemOf(app.state.selected);
  for (let at = item; at !== null; at = at.parent) {
    const fold = at.kind === "module" ? app.structure.folds.get(at.module) : undefined;
    if (fold !== undefined) return app.unfold(app.structure.stage.modules[fold.leader].path);
  }
}

/** Arrows go along the edges of the picture, Enter opens, Backspace goes out. */
function walk(app: App, event: KeyboardEvent): boolean {
  const { pane } = app;
  if (event.shiftKey && event.key.startsWith("Arrow")) {
    const by = 80 / pane.camera.zoom;
    pane.camera = { ...pane.camera, x: pane.camera.x + (event.key === "ArrowRight" ? by : event.key === "ArrowLeft" ? -by : 0), y: pane.camera.y + (event.key === "ArrowDown" ? by : event.key === "ArrowUp" ? -by : 0) };
    pane.draw();
    return true;
  }
  const { visible, boxes } = pane.scene;
  const item = app.state.selected === null ? null : pane.itemOf(app.state.selected);
  const go = (to: Item | undefined): void => {
    if (to !== undefined) app.goTo(app.selectionOf(to));
  };
  if (item === null) {
    if (!event.key.startsWith("Arrow") && event.key !== "Enter") return false;
    go(visible.items.find((one) => one.parent !== null));
    return true;
  }
  // Of several the one that is closest in the picture.
  const nearest = (items: Item[]): Item | undefined => {
    const here = boxes[item.index];
    const distance = (one: Item): number => Math.hypot(boxes[one.index].x + boxes[one.index].width / 2 - here.x - here.width / 2, boxes[one.index].y - here.y);
    return [...new Set(items)].sort((a, b) => distance(a) - distance(b))[0];
  };
  const beside = (sign: number): Item | undefined => {
    const here = boxes[item.index];
    return nearest((item.parent?.children ?? []).filter((one) => {
      const box = boxes[one.index];
      return one !== item && sign * (box.x - here.x) > 0 && box.y < here.y + here.height && box.y + box.height > here.y;
    }));
  };
  switch (event.key) {
    case "ArrowDown": go(item.open ? item.children[0] : nearest(visible.flows.filter((flow) => flow.from === item).map((flow) => flow.to))); return true;
    case "ArrowUp": go(nearest(visible.flows.filter((flow) => flow.to === item).map((flow) => flow.from)) ?? (item.parent?.parent != null ? item.parent : undefined)); return true;
    case "ArrowLeft": go(beside(-1)); return true;
    case "ArrowRight": go(beside(1)); return true;
    case "Enter": case " ": app.toggle(app.selectionOf(item)); return true;
    case "Backspace": if (item.parent?.parent != null) go(item.parent); return true;
    default: return false;
  }
}
