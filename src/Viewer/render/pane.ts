import { heat, spent } from "../model/costs.ts";
import type { Change } from "../model/difference.ts";
import { arrange, type Box, type Scene } from "../layout/compound.ts";
import { visible, type Item } from "../layout/visible.ts";
import type { Session, Shown } from "../state/session.ts";
import type { Selection, ViewState } from "../state/view.ts";
import { firstLook, fit, zoomAt, type Camera } from "./camera.ts";
import { Faces, type Measure } from "./faces.ts";
import { labelsOf } from "./labels.ts";
import { paint, type Look } from "./paint.ts";
import type { Palette } from "./palette.ts";
import { CanvasSurface, fontOf } from "./surface.ts";
import { SvgSurface } from "./svg.ts";

/** One picture of a graph: its scene, its canvas, and where the camera is. */
export class Pane {
  readonly canvas = document.createElement("canvas");
  camera: Camera = { x: 0, y: 0, zoom: 1 };
  scene!: Scene;
  shown!: Shown;
  hovered: Item | null = null;
  private faces!: Faces;
  private state!: ViewState;
  private marks: ReturnType<Pane["markItems"]> | null = null;
  private frame = 0;
  private readonly context = this.canvas.getContext("2d", { alpha: false })!;

  constructor(private readonly session: Session, private readonly measure: Measure, private palette: Palette) {
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
  }

  get width(): number {
    return this.canvas.clientWidth;
  }

  get height(): number {
    return this.canvas.clientHeight;
  }

  /** Lays out what is shown in this state. What is under the kept item stays where it is on the screen. */
  arrange(shown: Shown, state: ViewState, keep: Selection | null): void {
    const before = keep === null || this.scene === undefined ? null : this.boxOf(keep);
    this.shown = shown;
    this.state = state;
    this.hovered = null;
    this.marks = null;
    const seen = visible(shown.structure, { modules: state.open, unfolded: state.unfolded, maybes: state.maybes });
    this.faces = new Faces(this.session.document, shown.structure, { modules: state.open, unfolded: state.unfolded, maybes: state.maybes }, state.parameters, this.measure);
    this.scene = arrange(seen, (item) => this.faces.of(item), (item) => this.faces.header(item));
    const after = before === null ? null : this.boxOf(keep!);
    if (before !== null && after !== null)
      this.camera = { ...this.camera, x: this.camera.x + after.x + after.width / 2 - before.x - before.width / 2, y: this.camera.y + after.y - before.y };
    this.draw();
  }

  /** Shows the state anew without a new layout. */
  show(state: ViewState, palette: Palette): void {
    this.state = state;
    this.palette = palette;
    this.marks = null;
    this.draw();
  }

  /** What shows a selection: the node, or the closed box or reader in which it is. */
  itemOf(selection: Selection): Item | null {
    const { structure } = this.shown;
    const { owner, items } = this.scene.visible;
    if (selection.kind === "node") {
      const node = structure.byKey.get(selection.key);
      if (node === undefined) return null;
      return owner[node] ?? (structure.consumers[node].length > 0 ? owner[structure.consumers[node][0]] : null);
    }
    const module = structure.byPath.get(selection.path);
    if (module === undefined) return null;
    const box = items.find((item) => item.kind === "module" && item.module === module);
    return box ?? owner[structure.nodesInside(module)[0]] ?? null;
  }

  boxOf(selection: Selection): Box | null {
    const item = this.itemOf(selection);
    return item === null ? null : this.scene.boxes[item.index];
  }

  /** The innermost box at a point of the canvas. */
  boxAt(x: number, y: number): Box | null {
    const [wx, wy] = [this.camera.x + x / this.camera.zoom, this.camera.y + y / this.camera.zoom];
    let found: Box | null = null;
    // Boxes inside come after those around them.
    for (const box of this.scene.boxes) if (box.item.parent !== null && wx >= box.x && wx <= box.x + box.width && wy >= box.y && wy <= box.y + box.height) found = box;
    return found;
  }

  /** The types on the label at a point of the canvas. */
  labelAt(x: number, y: number): number[] | null {
    const [wx, wy] = [this.camera.x + x / this.camera.zoom, this.camera.y + y / this.camera.zoom];
    const label = labelsOf(this.scene.wires, this.scene.boxes, this.look()).find((one) => Math.abs(wx - one.x) <= one.width / 2 && wy <= one.y + 4 && wy >= one.y - 12);
    return label?.types ?? null;
  }

  /** Shows the beginning; or all of it, where two stages are compared and it is the coloured spots that matter. */
  lookFirst(): void {
    const first = this.scene.boxes[1];
    const start = first === undefined ? 0 : first.x + first.width / 2;
    this.camera = firstLook(this.scene.width, this.scene.height, start, { width: this.width, height: this.height }, this.shown.changes === null ? 0.5 : 0.2);
    this.draw();
  }

  fitAll(): void {
    this.camera = fit(0, 0, this.scene.width, this.scene.height, { width: this.width, height: this.height });
    this.draw();
  }

  zoomBy(factor: number): void {
    this.camera = zoomAt(this.camera, factor, this.width / 2, this.height / 2);
    this.draw();
  }

  /** Moves so that a box is seen, as little as is needed, and large enough to read. */
  reveal(selection: Selection): void {
    const box = this.boxOf(selection);
    if (box === null) return;
    const zoom = Math.max(this.camera.zoom, Math.min(0.8, (this.width - 40) / box.width));
    const tall = Math.min(box.height, this.height / zoom - 80);
    const wide = Math.min(box.width, this.width / zoom - 40);
    const inside = (at: number, size: number, from: number, room: number): boolean => at >= from + 20 / zoom && at + size <= from + room - 20 / zoom;
    if (zoom === this.camera.zoom && inside(box.x, wide, this.camera.x, this.width / zoom) && inside(box.y, tall, this.camera.y, this.height / zoom)) return this.draw();
    this.camera = { zoom, x: box.x + wide / 2 - this.width / zoom / 2, y: box.y + tall / 2 - this.height / zoom / 2 };
    this.draw();
  }

  draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  /** Paints at once; what it took is in the page's performance entries. */
  drawNow(): void {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (width === 0 || height === 0) return;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const { context, camera } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = this.palette.canvas;
    context.fillRect(0, 0, width, height);
    const scale = camera.zoom * ratio;
    context.setTransform(scale, 0, 0, scale, -camera.x * scale, -camera.y * scale);
    paint(new CanvasSurface(context), this.scene, this.faces, this.look());
  }

  /** What is shown, or the whole graph, as an SVG file in the given colours. */
  svg(whole: boolean, palette: Palette): string {
    const surface = new SvgSurface();
    const look = { ...this.look(), palette, hovered: null };
    const area = whole ? { left: -20, top: -20, right: this.scene.width + 20, bottom: this.scene.height + 20, zoom: 1 } : { left: look.left, top: look.top, right: look.right, bottom: look.bottom };
    paint(surface, this.scene, this.faces, { ...look, ...area });
    return surface.file(`${this.session.document.title}: ${this.shown.structure.stage.name}`, palette.canvas, area.left, area.top, area.right - area.left, area.bottom - area.top);
  }

  private look(): Look {
    const { camera, state, shown } = this;
    this.marks ??= this.markItems();
    return {
      ...this.marks,
      palette: this.palette,
      zoom: camera.zoom,
      left: camera.x,
      top: camera.y,
      right: camera.x + this.width / camera.zoom,
      bottom: camera.y + this.height / camera.zoom,
      document: this.session.document,
      structure: shown.structure,
      sizes: this.session.sizes(state),
      evaluated: state.evaluated,
      hovered: this.hovered,
      lit: state.lit === null ? null : (this.session.carriers.get(state.lit) ?? null),
    };
  }

  // Worked out once for a state, not once for each frame of a drag.
  private markItems(): Pick<Look, "selected" | "change" | "heat" | "faulty"> {
    const { state, shown } = this;
    const faults = new Set(shown.structure.stage.faults.filter((fault) => fault.node >= 0).map((fault) => this.scene.visible.owner[fault.node] ?? this.readerOf(fault.node)));
    return {
      selected: state.selected === null ? null : this.itemOf(state.selected),
      change: shown.changes === null ? null : this.changes(shown.changes),
      heat: state.heat !== null && shown.last ? this.heats() : null,
      faulty: (item) => faults.has(item),
    };
  }

  private readerOf(node: number): Item | null {
    const [reader] = this.shown.structure.consumers[node];
    return reader === undefined ? null : this.scene.visible.owner[reader];
  }

  // A closed box is added or removed when all of it is; when only some of it is other than before, it is changed.
  private changes(changes: Change[]): (item: Item) => Change {
    const ofItem = new Map<Item, Change>();
    this.scene.visible.owner.forEach((item, node) => {
      if (item === null) return;
      const known = ofItem.get(item);
      ofItem.set(item, known === undefined || known === changes[node] ? changes[node] : "changed");
    });
    return (item) => ofItem.get(item) ?? "same";
  }

  /** What the warmest colour stands for: of folded layers and closed boxes it is the sum. */
  mostSpent(): number {
    return Math.max(0, ...this.spentByItem().values());
  }

  private heats(): (item: Item) => number {
    const ofItem = this.spentByItem();
    const most = this.mostSpent();
    return (item) => (ofItem.has(item) ? heat(ofItem.get(item)!, most) : -1);
  }

  private spentByItem(): Map<Item, number> {
    const run = this.session.document.runs?.[this.state.run];
    const ofItem = new Map<Item, number>();
    if (run !== undefined && this.state.heat !== null)
      for (const [node, value] of spent(run, this.state.heat)) {
        const item = this.scene.visible.owner[node];
        if (item !== null && item !== undefined) ofItem.set(item, (ofItem.get(item) ?? 0) + value);
      }
    return ofItem;
  }
}

/** Measures text as the canvas writes it; every text once. */
export function canvasMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d")!;
  const known = new Map<string, number>();
  return (text, font) => {
    if (text === "") return 0;
    const key = `${font}${text}`;
    let width = known.get(key);
    if (width === undefined) {
      context.font = fontOf(font);
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}
