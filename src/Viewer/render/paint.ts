import type { ViewDocument } from "../model/document.ts";
import { branchOf } from "../model/costs.ts";
import type { Change } from "../model/difference.ts";
import type { Sizes } from "../model/expressions.ts";
import type { Structure } from "../model/structure.ts";
import type { Box, Scene, Wire } from "../layout/compound.ts";
import { border } from "../layout/compound.ts";
import type { Item } from "../layout/visible.ts";
import { paintBranches } from "./branches.ts";
import { fonts, type Faces } from "./faces.ts";
import { paintLabels } from "./labels.ts";
import { mix, type Colour, type Palette } from "./palette.ts";
import type { Fill, Surface } from "./surface.ts";

/** What a picture of a scene depends on besides the scene. */
export interface Look {
  palette: Palette;
  zoom: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  document: ViewDocument;
  structure: Structure;
  sizes: Sizes;
  evaluated: boolean;
  selected: Item | null;
  hovered: Item | null;
  /** The types that carry the symbol that was clicked. */
  lit: ReadonlySet<number> | null;
  change: ((item: Item) => Change) | null;
  /** 0 to 1, or −1 where nothing was measured. */
  heat: ((item: Item) => number) | null;
  faulty: (item: Item) => boolean;
}

/** From these zooms on, what is written can be read. The first look at a whole picture is at 0.5 or more, and shows all of it. */
export const detail = { boxes: 0.12, title: 0.34, caption: 0.5, label: 0.5 };

/** Paints what of a scene is in view, at the level of detail that the zoom can show. */
export function paint(surface: Surface, scene: Scene, faces: Faces, look: Look): void {
  const seen = (box: { left: number; right: number; top: number; bottom: number }): boolean => box.right >= look.left && box.left <= look.right && box.bottom >= look.top && box.top <= look.bottom;
  const boxes = scene.boxes.filter((box) => box.item.parent !== null && box.x + box.width >= look.left && box.x <= look.right && box.y + box.height >= look.top && box.y <= look.bottom);
  for (const box of boxes) if (box.item.open) paintOpen(surface, box, look);
  const wires = scene.wires.filter(seen);
  paintWires(surface, wires, look);
  for (const box of boxes) {
    if (box.item.open) paintHeader(surface, box, faces, look);
    else paintBox(surface, box, faces, look);
  }
  if (look.zoom >= detail.label) paintLabels(surface, wires, boxes, look);
}

function paintOpen(surface: Surface, box: Box, look: Look): void {
  const { palette } = look;
  const selected = look.selected === box.item;
  surface.box(box.x, box.y, box.width, box.height, {
    fill: box.item.depth % 2 === 1 ? palette.box : palette["box-deep"],
    stroke: selected ? palette.accent : palette["box-line"],
    width: (selected ? 2 : 1) / Math.min(1, look.zoom),
    radius: 10,
  });
}

function paintHeader(surface: Surface, box: Box, faces: Faces, look: Look): void {
  const { palette } = look;
  const face = faces.of(box.item);
  // Names of boxes stay readable when everything else has become too small, as long as there is room.
  const size = Math.min(fonts.title.size / Math.min(1, look.zoom * 1.25), (box.width / Math.max(face.title.length, 4)) * 1.2, border.header * 0.7);
  if (size * look.zoom < 6.5) return;
  const baseline = box.y + Math.max(border.header / 2 + size * 0.32, size * 1.2);
  surface.text(`▾ ${face.title}`, box.x + 12, baseline, "title", { fill: palette.muted, size });
  if (face.badge !== "" && look.zoom >= detail.title) surface.text(face.badge, box.x + box.width - 12, baseline, "title", { fill: palette.accent, anchor: "end", size });
}

function paintWires(surface: Surface, wires: Wire[], look: Look): void {
  const { palette, zoom } = look;
  const plain: number[][] = [];
  const direct: number[][] = [];
  const strong: number[][] = [];
  const lit: number[][] = [];
  const focus = look.selected ?? look.hovered;
  const arrows = { plain: [] as number[], strong: [] as number[], lit: [] as number[] };
  // Wires too short to be seen are left out once there are many.
  const least = wires.length > 3000 ? 1.5 / zoom : 0;
  for (const wire of wires) {
    if (least > 0 && wire.bottom - wire.top < least && wire.right - wire.left < least) continue;
    const isStrong = focus !== null && wire.flows.some((flow) => flow.from === focus || flow.to === focus);
    const isLit = look.lit !== null && wire.flows.some((flow) => look.lit!.has(flow.type));
    const into = isLit ? "lit" : isStrong ? "strong" : "plain";
    (isLit ? lit : isStrong ? strong : wire.direct ? direct : plain).push(wire.points);
    if (wire.ends) arrows[into].push(wire.points[wire.points.length - 2], wire.points[wire.points.length - 1]);
  }
  const dimmed = look.lit !== null;
  const straight = zoom < 0.1;
  const thin = Math.max(1.2, 0.8 / zoom);
  surface.lines(direct, { stroke: palette.wire, width: thin * 0.8, opacity: dimmed ? 0.15 : 0.35 }, straight);
  surface.lines(plain, { stroke: palette.wire, width: thin, opacity: dimmed ? 0.3 : 1 }, straight);
  surface.lines(strong, { stroke: palette.accent, width: Math.max(2, 1.4 / zoom) }, straight);
  surface.lines(lit, { stroke: palette.lit, width: Math.max(2.2, 1.5 / zoom) }, straight);
  if (zoom < detail.title) return;
  surface.arrows(arrows.plain, 6, palette.wire, dimmed ? 0.3 : 1);
  surface.arrows(arrows.strong, 8, palette.accent, 1);
  surface.arrows(arrows.lit, 8, palette.lit, 1);
}

/** A box's colours: what it is, unless the page shows what became of it, or what it cost. */
function colours(item: Item, look: Look): { fill: string; line: string; bar: string } {
  const { palette } = look;
  const node = look.structure.stage.nodes[item.node];
  const kind: Partial<Record<string, [Colour, Colour]>> = { input: ["input", "input-line"], output: ["input", "input-line"], parameter: ["parameter", "card-line"], collective: ["collective", "collective-line"], maybe: ["maybe", "maybe-line"] };
  const [fill, line]: [Colour, Colour] = (item.kind === "node" ? kind[node.kind] : undefined) ?? (item.kind === "module" ? ["box", "box-line"] : ["card", "card-line"]);
  let result = { fill: palette[fill], line: palette[line], bar: item.kind === "node" && fill !== "card" ? palette[line] : "" };
  if (look.heat !== null) {
    const value = look.heat(item);
    result = value < 0 ? { fill: palette.card, line: palette["card-line"], bar: "" } : { fill: mix(palette["heat-low"], palette["heat-high"], value), line: palette["card-line"], bar: "" };
  }
  const change = look.change?.(item) ?? "same";
  if (change !== "same") result = { fill: palette[`${change}-soft`], line: palette[change], bar: palette[change] };
  if (look.faulty(item)) result = { fill: palette["fault-soft"], line: palette.fault, bar: palette.fault };
  return result;
}

function paintBox(surface: Surface, box: Box, faces: Faces, look: Look): void {
  const { palette, zoom } = look;
  const { item } = box;
  const colour = colours(item, look);
  if (zoom < detail.boxes) {
    const plain = colour.fill === palette.card || colour.fill === palette.box;
    surface.box(box.x, box.y, box.width, box.height, { fill: look.selected === item ? palette.accent : plain ? palette.wire : colour.line === palette["card-line"] ? colour.fill : colour.line });
    return;
  }
  const style: Fill = { fill: colour.fill, stroke: colour.line, width: Math.max(1, 0.9 / zoom), radius: zoom < detail.title ? 0 : radiusOf(box, look) };
  if (item.fold !== null) for (const shift of [8, 4]) surface.box(box.x + shift, box.y + shift, box.width, box.height, style);
  surface.box(box.x, box.y, box.width, box.height, style);
  if (colour.bar !== "" && zoom >= detail.title && style.radius! < 12) surface.box(box.x, box.y + 8, 3, box.height - 16, { fill: colour.bar });
  if (look.selected === item || look.hovered === item)
    surface.box(box.x - 3, box.y - 3, box.width + 6, box.height + 6, { stroke: palette.accent, width: look.selected === item ? 2 : 1, radius: radiusOf(box, look) + 3, opacity: look.selected === item ? 1 : 0.6 });
  if (zoom >= detail.title || (item.kind === "module" && box.width * zoom > 60)) paintFace(surface, box, faces, look);
}

function radiusOf(box: Box, look: Look): number {
  const kind = look.structure.stage.nodes[box.item.node]?.kind;
  return box.item.kind === "node" && (kind === "input" || kind === "output") ? Math.min(18, box.height / 2) : 7;
}

function paintFace(surface: Surface, box: Box, faces: Faces, look: Look): void {
  const { palette, zoom } = look;
  const face = faces.of(box.item);
  const middle = box.x + box.width / 2;
  let y = box.y + 9 + fonts.title.line - 4;
  if (box.item.kind === "module") {
    surface.text(`▸ ${face.title}`, box.x + 14, y, "title", { fill: palette.ink });
    if (face.badge !== "") surface.text(face.badge, box.x + box.width - 14, y, "title", { fill: palette.accent, anchor: "end" });
  } else {
    surface.text(face.title, middle, y, "title", { fill: palette.ink, anchor: "middle" });
  }
  if (zoom >= detail.caption) {
    if (face.caption !== "") {
      y += fonts.small.line;
      if (box.item.kind === "module") surface.text(face.caption, box.x + 14, y, "small", { fill: palette.muted });
      else surface.text(face.caption, middle, y, "small", { fill: palette.muted, anchor: "middle" });
    }
    for (const line of face.lines) {
      y += fonts.mono.line;
      surface.text(line, middle, y, "mono", { fill: palette.muted, anchor: "middle", opacity: 0.85 });
    }
    if (face.branches !== null) {
      const node = look.structure.stage.nodes[box.item.node];
      paintBranches(surface, box, node.maybe!, face.branches, branchOf(node, look.sizes), palette);
    }
  }
  if (look.faulty(box.item)) {
    surface.box(box.x + box.width - 9, box.y - 8, 17, 17, { fill: palette.fault, radius: 8.5 });
    surface.text("!", box.x + box.width - 0.5, box.y + 5, "title", { fill: palette.card, anchor: "middle" });
  }
}
