import { layered, type Level, type Placed } from "./layered.ts";
import { rows } from "./ranks.ts";
import type { Flow, Item, Visible } from "./visible.ts";

export interface Box { item: Item; x: number; y: number; width: number; height: number }

/** A line on one level. A value that crosses the border of an open box goes on inside as another wire. */
export interface Wire {
  /** x, y, x, y… from top to bottom; between two points of different height the line swings over. */
  points: number[];
  flows: Flow[];
  /** The values it carries, each once. */
  values: number[];
  /** Whether it begins at the item that gives the value, where its label is. */
  begins: boolean;
  /** Whether it ends at the item that reads the value, where its arrow is. */
  ends: boolean;
  /** Whether it was given no way around boxes and goes behind them. */
  direct: boolean;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Scene { visible: Visible; boxes: Box[]; wires: Wire[]; width: number; height: number }

export const border = { side: 16, header: 34, bottom: 14 };

/** The insides of one open box, before it is known where the box goes. */
interface Inside {
  level: Level;
  children: Item[];
  local: Map<Item, number>;
  entries: Map<number, number>;
  exits: Map<number, number>;
  flows: Flow[][];
  byEnds: Map<number | string, number>;
  begins: boolean[];
  placed: Placed | null;
  width: number;
  height: number;
}

/** Where values enter and leave an open box, from its middle. */
interface Ports { entries: Map<number, number>; exits: Map<number, number> }

/** An item, or the place of an entry or exit among the boxes of its level. */
interface End { item: Item | null; index: number }

/** Lays out open boxes from the inside out; then places everything from the outside in. */
export function arrange(visible: Visible, sizeOf: (item: Item) => { width: number; height: number }, headerOf: (item: Item) => number): Scene {
  const insides = new Map<Item, Inside>();
  for (const item of visible.items) {
    if (!item.open) continue;
    insides.set(item, { level: { width: [], height: [], side: [], edges: [] }, children: item.children, local: new Map(item.children.map((child, i) => [child, i])), entries: new Map(), exits: new Map(), flows: [], byEnds: new Map(), begins: [], placed: null, width: 0, height: 0 });
    const level = insides.get(item)!.level;
    for (let i = 0; i < item.children.length; i++) {
      level.width.push(0);
      level.height.push(0);
      level.side.push(0);
    }
  }
  for (const flow of visible.flows) connect(insides, flow);

  const ports = new Map<Item, Ports>();
  for (const item of [...insides.keys()].reverse()) {
    const inside = insides.get(item)!;
    layOut(inside, insides, ports, sizeOf);
    const { placed } = inside;
    inside.width = Math.max(placed!.width, headerOf(item)) + 2 * border.side;
    inside.height = placed!.height + border.header + border.bottom;
    const shift = (inside.width - placed!.width) / 2 - inside.width / 2;
    const port = (at: Map<number, number>): Map<number, number> => new Map([...at].map(([value, n]) => [value, placed!.x[n] + shift]));
    ports.set(item, { entries: port(inside.entries), exits: port(inside.exits) });
  }

  const boxes: Box[] = new Array<Box>(visible.items.length);
  const wires: Wire[] = [];
  const root = insides.get(visible.root)!;
  boxes[0] = { item: visible.root, x: 0, y: 0, width: root.width, height: root.height };
  for (const [item, inside] of insides) place(boxes[item.index], inside, insides, boxes, wires, sizeOf);
  return { visible, boxes, wires, width: root.width, height: root.height };
}

function connect(insides: Map<Item, Inside>, flow: Flow): void {
  let from: End = { item: flow.from, index: 0 };
  let to: End = { item: flow.to, index: 0 };
  let a = flow.from;
  let b = flow.to;
  while (a.parent !== b.parent) {
    if (a.depth >= b.depth) {
      const inside = insides.get(a.parent!)!;
      link(inside, from, { item: null, index: end(inside, inside.exits, flow.value, 1) }, flow, a === flow.from);
      a = a.parent!;
      from = { item: a, index: 0 };
    } else {
      const inside = insides.get(b.parent!)!;
      link(inside, { item: null, index: end(inside, inside.entries, flow.value, -1) }, to, flow, false);
      b = b.parent!;
      to = { item: b, index: 0 };
    }
  }
  link(insides.get(a.parent!)!, from, to, flow, a === flow.from);
}

function end(inside: Inside, ends: Map<number, number>, value: number, side: number): number {
  let at = ends.get(value);
  if (at === undefined) {
    at = inside.level.width.push(0) - 1;
    inside.level.height.push(0);
    inside.level.side.push(side);
    ends.set(value, at);
  }
  return at;
}

function link(inside: Inside, from: End, to: End, flow: Flow, begins: boolean): void {
  const a = from.item === null ? from.index : inside.local.get(from.item)!;
  const b = to.item === null ? to.index : inside.local.get(to.item)!;
  // Several values between the same two things are one line, but for open boxes, where each value has a port of its own.
  const key = from.item?.open === true || to.item?.open === true ? `${a} ${b} ${flow.value}` : a * 0x4000000 + b;
  const known = inside.byEnds.get(key);
  if (known !== undefined) {
    inside.flows[known].push(flow);
    return;
  }
  inside.byEnds.set(key, inside.level.edges.push({ from: a, to: b, fromPort: 0, toPort: 0 }) - 1);
  inside.flows.push([flow]);
  inside.begins.push(begins);
}

function layOut(inside: Inside, insides: Map<Item, Inside>, ports: Map<Item, Ports>, sizeOf: (item: Item) => { width: number; height: number }): void {
  const { level } = inside;
  inside.children.forEach((child, i) => {
    const size = insides.get(child) ?? sizeOf(child);
    level.width[i] = size.width;
    level.height[i] = size.height;
  });
  level.edges.forEach((edge, e) => {
    const value = inside.flows[e][0].value;
    const from = inside.children[edge.from];
    const to = inside.children[edge.to];
    if (from?.open) edge.fromPort = ports.get(from)!.exits.get(value) ?? 0;
    if (to?.open) edge.toPort = ports.get(to)!.entries.get(value) ?? 0;
  });
  inside.placed = layered(level);
}

function place(box: Box, inside: Inside, insides: Map<Item, Inside>, boxes: Box[], wires: Wire[], sizeOf: (item: Item) => { width: number; height: number }): void {
  const { level } = inside;
  const placed = inside.placed!;
  const left = box.x + (box.width - placed.width) / 2;
  const top = box.y + border.header;
  inside.children.forEach((child, i) => {
    const size = insides.get(child) ?? sizeOf(child);
    boxes[child.index] = { item: child, x: left + placed.x[i] - size.width / 2, y: top + placed.y[i], width: size.width, height: size.height };
  });

  const arriving = fan(inside, placed, "to");
  const leaving = fan(inside, placed, "from");
  level.edges.forEach((edge, e) => {
    const points: number[] = [];
    const from = inside.children[edge.from];
    const to = inside.children[edge.to];
    points.push(left + placed.x[edge.from] + (from?.open ? edge.fromPort : leaving[e]), from === undefined ? box.y : top + placed.y[edge.from] + level.height[edge.from]);
    for (let i = 0; i < placed.bends[e].length; i += 2) points.push(left + placed.bends[e][i], top + placed.bends[e][i + 1]);
    points.push(left + placed.x[edge.to] + (to?.open ? edge.toPort : arriving[e]), to === undefined ? box.y + box.height : top + placed.y[edge.to]);
    const flows = inside.flows[e];
    const values = flows.length === 1 ? [flows[0].value] : [...new Set(flows.map((flow) => flow.value))];
    const wire: Wire = {
      points, flows, values,
      begins: inside.begins[e],
      ends: to !== undefined && !to.open,
      direct: placed.bends[e].length === 0 && Math.abs(placed.ranks[edge.to] - placed.ranks[edge.from]) !== 1,
      left: points[0], top: points[1], right: points[0], bottom: points[1],
    };
    for (let i = 2; i < points.length; i += 2) {
      wire.left = Math.min(wire.left, points[i]);
      wire.right = Math.max(wire.right, points[i]);
      wire.top = Math.min(wire.top, points[i + 1]);
      wire.bottom = Math.max(wire.bottom, points[i + 1]);
    }
    wires.push(wire);
  });
}

/**
 * Lines that end at one box arrive side by side, in the order from which they come. Those of one value leave it together, so that
 * it is seen that they are one; different values leave side by side.
 */
function fan(inside: Inside, placed: Placed, side: "from" | "to"): number[] {
  const { level } = inside;
  const other = side === "from" ? "to" : "from";
  const ends = rows(level.width.length, Int32Array.from(level.edges, (edge) => edge[side]));
  const far = (e: number): number => placed.bends[e].at(side === "from" ? 0 : -2) ?? placed.x[level.edges[e][other]] + level.edges[e][side === "from" ? "toPort" : "fromPort"];
  const offset = level.edges.map(() => 0);
  for (let box = 0; box < inside.children.length; box++) {
    if (ends.start[box + 1] - ends.start[box] < 2) continue;
    const lines = new Map<number, number[]>();
    for (let i = ends.start[box]; i < ends.start[box + 1]; i++) {
      const e = ends.edges[i];
      const line = side === "from" ? inside.flows[e][0].value : e;
      const edges = lines.get(line);
      if (edges === undefined) lines.set(line, [e]);
      else edges.push(e);
    }
    if (lines.size === 1) continue;
    const mean = [...lines.values()].map((edges) => ({ edges, at: edges.reduce((sum, e) => sum + far(e), 0) / edges.length }));
    mean.sort((a, b) => a.at - b.at);
    const step = Math.min(18, (level.width[box] * 0.7) / mean.length);
    mean.forEach(({ edges }, i) => {
      for (const e of edges) offset[e] = (i - (mean.length - 1) / 2) * step;
    });
  }
  return offset;
}
