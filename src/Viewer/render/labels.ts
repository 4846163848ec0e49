import type { Box, Wire } from "../layout/compound.ts";
import type { Colour } from "./palette.ts";
import type { Look } from "./paint.ts";
import type { Surface } from "./surface.ts";

export interface Label { text: string; x: number; y: number; width: number; strong: boolean; types: number[]; on: Colour }

const height = 14;
// Monospaced: a label is as wide as it has characters.
const character = 6.3;

/** One label for each value, where it leaves its box; those that would cover another label or a box are left out, the important ones come first. */
export function labelsOf(wires: readonly Wire[], boxes: readonly Box[], look: Look): Label[] {
  const focus = look.selected ?? look.hovered;
  const wanted = new Map<string, Label>();
  for (const wire of wires) {
    if (!wire.begins) continue;
    const key = `${wire.flows[0].from.index} ${wire.values.join(" ")}`;
    if (wanted.has(key)) continue;
    const types = [...new Set(wire.flows.map((flow) => flow.type).filter((type) => type >= 0))];
    if (types.length === 0) continue;
    const one = look.evaluated ? look.sizes.text(types[0]) : look.document.types[types[0]].text;
    const text = types.length === 1 ? one : `${one} +${types.length - 1}`;
    const strong = (look.lit !== null && types.some((type) => look.lit!.has(type))) || (focus !== null && wire.flows.some((flow) => flow.from === focus || flow.to === focus));
    const depth = wire.flows[0].from.depth - 1;
    const [x, y] = [wire.points[0], wire.points[1]];
    wanted.set(key, { text, x, y: y + 17, width: text.length * character + 8, strong, types, on: depth === 0 ? "canvas" : depth % 2 === 1 ? "box" : "box-deep" });
  }
  const taken = new Grid();
  for (const box of boxes) if (!box.item.open) taken.add(box.x, box.y, box.width, box.height);
  return [...wanted.values()].sort((a, b) => Number(b.strong) - Number(a.strong)).filter((label) => taken.claim(label.x - label.width / 2, label.y - height + 2, label.width, height));
}

export function paintLabels(surface: Surface, wires: readonly Wire[], boxes: readonly Box[], look: Look): void {
  const { palette } = look;
  for (const label of labelsOf(wires, boxes, look)) {
    const lit = look.lit !== null && label.types.some((type) => look.lit!.has(type));
    surface.box(label.x - label.width / 2, label.y - height + 3, label.width, height, { fill: palette[label.on], radius: 4 });
    surface.text(label.text, label.x, label.y, "mono", { fill: lit ? palette.lit : label.strong ? palette.accent : palette.muted, anchor: "middle", opacity: look.lit !== null && !lit ? 0.45 : 1 });
  }
}

/** Rectangles that are taken, in cells, so that asking costs no more than a few comparisons. */
class Grid {
  private readonly cells = new Map<number, [number, number, number, number][]>();

  add(x: number, y: number, width: number, tall: number): void {
    this.each(x, y, width, tall, (cell) => {
      const inside = this.cells.get(cell);
      if (inside === undefined) this.cells.set(cell, [[x, y, width, tall]]);
      else inside.push([x, y, width, tall]);
      return true;
    });
  }

  claim(x: number, y: number, width: number, tall: number): boolean {
    const free = this.each(x, y, width, tall, (cell) => (this.cells.get(cell) ?? []).every(([a, b, w, h]) => x >= a + w || a >= x + width || y >= b + h || b >= y + tall));
    if (free) this.add(x, y, width, tall);
    return free;
  }

  private each(x: number, y: number, width: number, tall: number, visit: (cell: number) => boolean): boolean {
    const size = 200;
    for (let i = Math.floor(x / size); i <= Math.floor((x + width) / size); i++)
      for (let j = Math.floor(y / size); j <= Math.floor((y + tall) / size); j++) if (!visit(i * 1_000_003 + j)) return false;
    return true;
  }
}
