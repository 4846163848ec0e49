import type { MaybeInfo } from "../model/document.ts";
import type { Box } from "../layout/compound.ts";
import { fonts, type Branches } from "./faces.ts";
import type { Palette } from "./palette.ts";
import type { Surface } from "./surface.ts";

/** The lower part of a maybe-node: its predicate and which branch it takes, and, while it is open, the steps of both. */
export function paintBranches(surface: Surface, box: Box, maybe: MaybeInfo, branches: Branches, taken: { size: number; fused: boolean }, palette: Palette): void {
  const y = box.y + branches.top - 4;
  const pill = taken.fused ? "fused" : "plain";
  const width = 46;
  const right = box.x + box.width - 12;
  surface.box(right - width, y - 1, width, 17, { fill: taken.fused ? palette["maybe-line"] : palette.muted, radius: 8.5 });
  surface.text(pill, right - width / 2, y + 11, "small", { fill: palette.card, anchor: "middle" });
  const room = Math.floor((box.width - width - 36) / 6.2);
  surface.text(maybe.predicate.length > room ? `${maybe.predicate.slice(0, room - 1)}…` : maybe.predicate, box.x + 14, y + 11, "mono", { fill: palette.ink });
  if (branches.column === 0) return;

  const top = y + 24;
  const height = box.y + box.height - top - 10;
  const column = (x: number, name: string, lines: string[], lit: boolean): void => {
    surface.box(x, top, branches.column, height, { fill: palette.card, stroke: lit ? palette["maybe-line"] : palette["card-line"], width: lit ? 2 : 1, radius: 6, opacity: lit ? 1 : 0.55 });
    surface.text(lit ? `${name} — taken` : name, x + 10, top + 17, "title", { fill: lit ? palette["maybe-line"] : palette.muted, size: 12 });
    lines.forEach((line, i) => surface.text(line, x + 10, top + 35 + i * fonts.small.line, "small", { fill: lit ? palette.ink : palette.muted, opacity: lit ? 1 : 0.75 }));
  };
  column(box.x + 12, "fused", branches.fused, taken.fused);
  column(box.x + 24 + branches.column, "plain", branches.plain, !taken.fused);
}
