/** A directed graph as arrays: edge e goes from from[e] to to[e]. */
export interface Arcs { count: number; from: Int32Array; to: Int32Array }

/** For each node the edges that begin at it, in compressed rows: edges[start[n]] … edges[start[n + 1] − 1]. */
export function rows(count: number, ends: Int32Array): { start: Int32Array; edges: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const end of ends) start[end + 1]++;
  for (let i = 0; i < count; i++) start[i + 1] += start[i];
  const edges = new Int32Array(ends.length);
  const next = start.slice();
  for (let e = 0; e < ends.length; e++) edges[next[ends[e]]++] = e;
  return { start, edges };
}

/**
 * An order in which edges go forward, as far as there is one. Closed boxes can read each other in a circle; such a circle is
 * cut at its first node in the given order, and the edges that then go back are marked.
 */
export function order(arcs: Arcs): { sequence: Int32Array; back: Uint8Array } {
  const { count, from, to } = arcs;
  const outgoing = rows(count, from);
  const waiting = new Int32Array(count);
  for (let e = 0; e < to.length; e++) waiting[to[e]]++;
  const sequence = new Int32Array(count);
  const placed = new Uint8Array(count);
  const back = new Uint8Array(from.length);
  // Nodes of which everything before is placed, taken in their given order: a heap of numbers.
  const ready = new Heap();
  for (let n = 0; n < count; n++) if (waiting[n] === 0) ready.push(n);
  let stuck = 0;
  for (let done = 0; done < count; ) {
    let node = ready.pop();
    if (node < 0) {
      while (placed[stuck] === 1) stuck++;
      node = stuck;
    }
    if (placed[node] === 1) continue;
    placed[node] = 1;
    sequence[done++] = node;
    for (let i = outgoing.start[node]; i < outgoing.start[node + 1]; i++) {
      const edge = outgoing.edges[i];
      if (placed[to[edge]] === 1) back[edge] = 1;
      else if (--waiting[to[edge]] === 0) ready.push(to[edge]);
    }
  }
  return { sequence, back };
}

/**
 * Longest-path ranks: every forward edge leads to a greater rank. What hangs on no input (constants, positions) moves down to
 * its first reader, so that it does not draw a line through the whole graph.
 */
export function rank(arcs: Arcs, lowest: (node: number) => number): { ranks: Int32Array; back: Uint8Array } {
  const { count, from, to } = arcs;
  const { sequence, back } = order(arcs);
  const incoming = rows(count, to);
  const outgoing = rows(count, from);
  const ranks = new Int32Array(count);
  const floating = new Uint8Array(count);
  for (const node of sequence) {
    let best = lowest(node);
    let floats = best >= 0 ? 1 : 0;
    for (let i = incoming.start[node]; i < incoming.start[node + 1]; i++) {
      const edge = incoming.edges[i];
      if (back[edge] === 1) continue;
      best = Math.max(best, ranks[from[edge]] + 1);
      floats &= floating[from[edge]];
    }
    ranks[node] = Math.max(best, 0);
    floating[node] = floats;
  }
  for (let i = count - 1; i >= 0; i--) {
    const node = sequence[i];
    if (floating[node] === 0) continue;
    let reader = Infinity;
    for (let j = outgoing.start[node]; j < outgoing.start[node + 1]; j++)
      if (back[outgoing.edges[j]] === 0) reader = Math.min(reader, ranks[to[outgoing.edges[j]]]);
    if (reader !== Infinity) ranks[node] = reader - 1;
  }
  return { ranks, back };
}

/** A binary heap of numbers, the least first. */
class Heap {
  private readonly items: number[] = [];

  push(value: number): void {
    const items = this.items;
    let at = items.push(value) - 1;
    for (let up = (at - 1) >> 1; at > 0 && items[up] > value; up = (at - 1) >> 1) {
      items[at] = items[up];
      at = up;
    }
    items[at] = value;
  }

  /** The least, or −1. */
  pop(): number {
    const items = this.items;
    if (items.length === 0) return -1;
    const least = items[0];
    const last = items.pop()!;
    if (items.length > 0) {
      let at = 0;
      for (let down = 1; down < items.length; down = 2 * at + 1) {
        if (down + 1 < items.length && items[down + 1] < items[down]) down++;
        if (items[down] >= last) break;
        items[at] = items[down];
        at = down;
      }
      items[at] = last;
    }
    return least;
  }
}
