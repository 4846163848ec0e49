import { describe, expect, it } from "vitest";
import { arrange, type Scene } from "../../layout/compound.ts";
import { Spreader } from "../../layout/coordinates.ts";
import { order, rank } from "../../layout/ranks.ts";
import { visible } from "../../layout/visible.ts";
import { Structure } from "../../model/structure.ts";
import { layeredStage, randomStage } from "../documents.ts";
import { random } from "../random.ts";

function sceneOf(structure: Structure, open: (index: number) => boolean): Scene {
  const modules = new Set(structure.stage.modules.filter((_, i) => i > 0 && open(i)).map((module) => module.path));
  return arrange(visible(structure, { modules, unfolded: new Set(), maybes: new Set() }), (item) => ({ width: 80 + ((item.node * 37) % 90), height: 30 + ((item.node * 13) % 40) }), () => 90);
}

const seeds = Array.from({ length: 40 }, (_, i) => i + 1);

describe("layout", () => {
  it.each(seeds)("boxes do not overlap, are inside their box, and values flow down (seed %d)", (seed) => {
    const next = random(seed);
    const structure = new Structure(randomStage(seed, 20 + Math.floor(next() * 150), Math.floor(next() * 6)));
    const scene = sceneOf(structure, () => next() < 0.7);
    const wrong: string[] = [];
    for (const box of scene.boxes) {
      const { children } = box.item;
      children.forEach((child, i) => {
        const inner = scene.boxes[child.index];
        if (!(inner.x >= box.x && inner.x + inner.width <= box.x + box.width + 1e-6 && inner.y >= box.y && inner.y + inner.height <= box.y + box.height + 1e-6)) wrong.push(`${child.index} is not inside ${box.item.index}`);
        for (const other of children.slice(i + 1)) {
          const b = scene.boxes[other.index];
          const apart = inner.x + inner.width <= b.x + 1e-6 || b.x + b.width <= inner.x + 1e-6 || inner.y + inner.height <= b.y + 1e-6 || b.y + b.height <= inner.y + 1e-6;
          if (!apart) wrong.push(`${child.index} and ${other.index} overlap`);
        }
      });
    }
    for (const flow of scene.visible.flows) {
      const [a, b] = [scene.boxes[flow.from.index], scene.boxes[flow.to.index]];
      if (structure.stage.modules.length === 1 && a.y + a.height > b.y) wrong.push(`${flow.from.index} is not above ${flow.to.index}`);
    }
    expect(wrong, `seed ${seed}`).toEqual([]);
  });

  it.each(seeds)("wires that are led around boxes cross none on their level (seed %d)", (seed) => {
    const scene = sceneOf(new Structure(randomStage(seed, 60, 3)), () => true);
    for (const wire of scene.wires) {
      if (wire.direct) continue;
      const parent = wire.flows[0].from.parent;
      for (let i = 2; i < wire.points.length; i += 2) {
        // Only upright pieces pass ranks; between ranks there are no boxes.
        if (wire.points[i] !== wire.points[i - 2]) continue;
        const crossed = parent?.children.filter((child) => {
          const box = scene.boxes[child.index];
          return !wire.flows.some((flow) => flow.from === child || flow.to === child) && wire.begins && wire.points[i] > box.x && wire.points[i] < box.x + box.width && wire.points[i - 1] < box.y && wire.points[i + 1] > box.y + box.height;
        });
        expect(crossed ?? [], `seed ${seed}`).toEqual([]);
      }
    }
  });

  it("every wire inside an open box joins the one outside", () => {
    const scene = sceneOf(new Structure(layeredStage(3)), () => true);
    const ends = new Set(scene.wires.map((wire) => `${Math.round(wire.points.at(-2)!)} ${Math.round(wire.points.at(-1)!)}`));
    const starts = scene.wires.filter((wire) => !wire.begins);
    expect(starts.length).toBeGreaterThan(0);
    for (const wire of starts) expect(ends).toContain(`${Math.round(wire.points[0])} ${Math.round(wire.points[1])}`);
  });

  it("puts what hangs on no input right above its reader", () => {
    // 0 → 1 → 2 → 3, and 4 → 5 → 3 where 4 reads nothing.
    const { ranks } = rank({ count: 6, from: Int32Array.of(0, 1, 2, 4, 5), to: Int32Array.of(1, 2, 3, 5, 3) }, () => 0);
    expect([...ranks]).toEqual([0, 1, 2, 3, 1, 2]);
  });

  it("cuts circles, once each", () => {
    const { sequence, back } = order({ count: 4, from: Int32Array.of(0, 1, 2, 2), to: Int32Array.of(1, 2, 1, 3) });
    expect([...sequence].sort()).toEqual([0, 1, 2, 3]);
    expect([...back]).toEqual([0, 0, 1, 0]);
  });

  it("keeps distances and stays as close to the wishes as can be", () => {
    const next = random(3);
    for (let round = 0; round < 200; round++) {
      const count = 1 + Math.floor(next() * 12);
      const wishes = Array.from({ length: count }, () => next() * 100);
      const apart = Array.from({ length: count - 1 }, () => next() * 20);
      const spreader = new Spreader(count);
      wishes.forEach((wish, i) => {
        spreader.wish[i] = wish;
        spreader.weight[i] = 1;
      });
      const found = [...spreader.spread(count, apart)];
      const cost = (x: number[]): number => x.reduce((sum, at, i) => sum + (at - wishes[i]) ** 2, 0);
      for (let i = 1; i < count; i++) expect(found[i] - found[i - 1]).toBeGreaterThanOrEqual(apart[i - 1] - 1e-9);
      // Any other legal placing costs at least as much.
      for (let i = 0; i < count; i++)
        for (const step of [-0.1, 0.1]) {
          const moved = found.map((at, j) => (j === i ? at + step : at));
          if (moved.every((at, j) => j === 0 || at - moved[j - 1] >= apart[j - 1])) expect(cost(moved)).toBeGreaterThanOrEqual(cost(found) - 1e-9);
        }
    }
  });

  it("lays out ten thousand nodes", () => {
    const scene = sceneOf(new Structure(randomStage(1, 10_000)), () => true);
    expect(scene.boxes).toHaveLength(10_001);
    expect(scene.boxes.every((box) => Number.isFinite(box.x) && Number.isFinite(box.y))).toBe(true);
  });
});
