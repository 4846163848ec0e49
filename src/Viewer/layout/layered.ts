import { Spreader } from "./coordinates.ts";
import { rank, rows, type Arcs } from "./ranks.ts";

/** One level of the picture: boxes, and edges between them. A port is where an edge meets a box, measured from the box's middle. */
export interface Level {
  width: number[];
  height: number[];
  /** −1 for what values enter by (above all else), 1 for what they leave by (below all else), 0 for boxes. */
  side: number[];
  edges: { from: number; to: number; fromPort: number; toPort: number }[];
}

export interface Placed {
  /** The middle of each box from the left, and its top. */
  x: number[];
  y: number[];
  width: number;
  height: number;
  /** The rank of each box. */
  ranks: Int32Array;
  /** For each edge the points between its ends, two for each rank that it passes: x, y, x, y… */
  bends: number[][];
}

export const gaps = { rank: 46, box: 30, line: 14, end: 20 };

/** Ranks that an edge passes cost a place each; beyond this many places, for the whole level, long edges go straight. */
const places = (boxes: number): number => boxes / 2 + 2000;

/** Beyond this many boxes and places fewer sweeps must do: such a graph is looked at from afar, or a few boxes at a time. */
const large = 8000;

/** Lays out a level from top to bottom: ranks by longest paths, order by barycentres, positions by weighted squares. O(E log V). */
export function layered(level: Level): Placed {
  const count = level.width.length;
  const arcs: Arcs = { count, from: Int32Array.from(level.edges, (e) => e.from), to: Int32Array.from(level.edges, (e) => e.to) };
  const entries = level.side.some((side) => side < 0);
  const { ranks } = rank(arcs, (node) => (level.side[node] < 0 ? -1 : entries ? 1 : 0));
  const depth = ranks.reduce((most, r, i) => (level.side[i] > 0 ? most : Math.max(most, r)), 0) + 1;
  for (let i = 0; i < count; i++) {
    if (level.side[i] < 0) ranks[i] = 0;
    if (level.side[i] > 0) ranks[i] = depth;
  }

  const net = addPlaces(level, ranks);
  const ends: Ends = { up: rows(net.rank.length, Int32Array.from(net.to)), down: rows(net.rank.length, Int32Array.from(net.from)) };
  const layers = sortLayers(net, ends);
  const x = positions(net, layers, ends);

  // The heights of ranks, and the points of edges.
  const tall = layers.map((layer) => layer.reduce((most, n) => (n < count ? Math.max(most, level.height[n]) : most), 0));
  const top: number[] = [];
  let below = 0;
  tall.forEach((height, r) => {
    top.push(below);
    const end = (r === 0 && entries) || (r + 1 === depth && layers.length > depth);
    below += height + (r + 1 < tall.length ? (end ? gaps.end : gaps.rank) : 0);
  });
  let left = Infinity;
  let right = -Infinity;
  for (let n = 0; n < net.width.length; n++) {
    left = Math.min(left, x[n] - net.width[n] / 2);
    right = Math.max(right, x[n] + net.width[n] / 2);
  }
  if (left === Infinity) left = right = 0;
  const bends = net.chains.map((chain) => {
    const points: number[] = [];
    for (const n of chain) points.push(x[n] - left, top[net.rank[n]], x[n] - left, top[net.rank[n]] + tall[net.rank[n]]);
    return points;
  });
  return {
    x: level.width.map((_, n) => x[n] - left),
    y: level.width.map((_, n) => top[ranks[n]] + (tall[ranks[n]] - level.height[n]) / 2),
    width: right - left,
    height: below,
    ranks,
    bends,
  };
}

/** The level with one place of no width in each rank that an edge passes. */
interface Net {
  width: number[];
  rank: number[];
  /** How many are boxes; what comes after are places. */
  boxes: number;
  /** Short edges: between neighbouring ranks. */
  from: number[];
  to: number[];
  fromPort: number[];
  toPort: number[];
  weight: number[];
  /** For each edge of the level, the places that it passes. */
  chains: number[][];
  /** Where each box, or the edge of each place, comes in the graph's order. */
  first: number[];
}

/** The short edges that come into each box or place, and those that leave it. */
interface Ends { up: ReturnType<typeof rows>; down: ReturnType<typeof rows> }

function addPlaces(level: Level, ranks: Int32Array): Net {
  const count = level.width.length;
  const net: Net = { width: [...level.width], rank: Array.from(ranks), boxes: count, from: [], to: [], fromPort: [], toPort: [], weight: [], chains: level.edges.map(() => []), first: level.width.map((_, n) => n) };
  const span = level.edges.map((edge) => ranks[edge.to] - ranks[edge.from]);
  const shortFirst = level.edges.map((_, e) => e).filter((e) => span[e] > 0).sort((a, b) => span[a] - span[b]);
  let left = places(count);
  const link = (from: number, to: number, fromPort: number, toPort: number): void => {
    net.from.push(from);
    net.to.push(to);
    net.fromPort.push(fromPort);
    net.toPort.push(toPort);
    // Long edges shall run straight before anything else does.
    net.weight.push((from < count ? 1 : 3) * (to < count ? 1 : 3));
  };
  for (const e of shortFirst) {
    const edge = level.edges[e];
    left -= span[e] - 1;
    if (left < 0) break;
    let previous = edge.from;
    for (let r = ranks[edge.from] + 1; r < ranks[edge.to]; r++) {
      const place = net.width.push(0) - 1;
      net.rank.push(r);
      net.first.push(edge.from);
      net.chains[e].push(place);
      link(previous, place, previous === edge.from ? edge.fromPort : 0, 0);
      previous = place;
    }
    link(previous, edge.to, previous === edge.from ? edge.fromPort : 0, edge.toPort);
  }
  return net;
}

function sortLayers(net: Net, { up, down }: Ends): number[][] {
  const layers: number[][] = Array.from({ length: net.rank.reduce((most, r) => Math.max(most, r), 0) + 1 }, () => []);
  net.rank.forEach((r, n) => layers[r].push(n));
  const at = new Float64Array(net.rank.length);
  const number = (layer: number[]): void => layer.forEach((n, i) => (at[n] = i));
  for (const layer of layers) {
    layer.sort((a, b) => net.first[a] - net.first[b]);
    number(layer);
  }
  const key = new Float64Array(net.rank.length);
  const sweep = (layer: number[], edges: typeof up, ends: number[], ports: number[]): void => {
    for (const n of layer) {
      let sum = 0;
      const first = edges.start[n];
      const last = edges.start[n + 1];
      // A port shifts by less than a place: it orders edges that come from one wide box.
      for (let i = first; i < last; i++) sum += at[ends[edges.edges[i]]] + Math.tanh(ports[edges.edges[i]] / 500) * 0.49;
      key[n] = last > first ? sum / (last - first) : at[n];
    }
    layer.sort((a, b) => key[a] - key[b] || at[a] - at[b]);
    number(layer);
  };
  for (let round = 0; round < (net.rank.length > large ? 1 : 3); round++) {
    for (let r = 1; r < layers.length; r++) sweep(layers[r], up, net.from, net.fromPort);
    for (let r = layers.length - 2; r >= 0; r--) sweep(layers[r], down, net.to, net.toPort);
  }
  for (let r = 1; r < layers.length; r++) sweep(layers[r], up, net.from, net.fromPort);
  return layers;
}

function positions(net: Net, layers: number[][], { up, down }: Ends): Float64Array {
  const x = new Float64Array(net.rank.length);
  const spreader = new Spreader(layers.reduce((most, layer) => Math.max(most, layer.length), 0));
  const distances = layers.map((layer) => {
    const apart = new Float64Array(Math.max(0, layer.length - 1));
    for (let i = 0; i < apart.length; i++) {
      const [a, b] = [layer[i], layer[i + 1]];
      apart[i] = (net.width[a] + net.width[b]) / 2 + (a < net.boxes && b < net.boxes ? gaps.box : gaps.line);
    }
    return apart;
  });
  layers.forEach((layer, r) => {
    let at = 0;
    for (let i = 0; i < layer.length; i++) {
      if (i > 0) at += distances[r][i - 1];
      x[layer[i]] = at;
    }
    for (const n of layer) x[n] -= at / 2;
  });
  const sweep = (r: number, above: boolean, below: boolean): void => {
    const layer = layers[r];
    for (let at = 0; at < layer.length; at++) {
      const n = layer[at];
      let sum = 0;
      let mass = 0;
      for (let i = up.start[n]; above && i < up.start[n + 1]; i++) {
        const e = up.edges[i];
        sum += net.weight[e] * (x[net.from[e]] + net.fromPort[e] - net.toPort[e]);
        mass += net.weight[e];
      }
      for (let i = down.start[n]; below && i < down.start[n + 1]; i++) {
        const e = down.edges[i];
        sum += net.weight[e] * (x[net.to[e]] + net.toPort[e] - net.fromPort[e]);
        mass += net.weight[e];
      }
      spreader.wish[at] = mass > 0 ? sum / mass : x[n];
      spreader.weight[at] = mass > 0 ? mass : 0.01;
    }
    const found = spreader.spread(layer.length, distances[r]);
    for (let at = 0; at < layer.length; at++) x[layer[at]] = found[at];
  };
  for (let round = 0; round < (net.rank.length > large ? 1 : 4); round++) {
    for (let r = 1; r < layers.length; r++) sweep(r, true, false);
    for (let r = layers.length - 2; r >= 0; r--) sweep(r, false, true);
  }
  for (let round = 0; round < (net.rank.length > large ? 1 : 2); round++) for (let r = 0; r < layers.length; r++) sweep(r, true, true);
  return x;
}
