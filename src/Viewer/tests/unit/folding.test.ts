import { describe, expect, it } from "vitest";
import { openAtFirst, visible, type Opened, type Visible } from "../../layout/visible.ts";
import { Structure } from "../../model/structure.ts";
import { from, layeredStage, node, root, stage } from "../documents.ts";

const look = (structure: Structure, open: string[] = [], unfolded: string[] = []): Visible => visible(structure, { modules: new Set(open), unfolded: new Set(unfolded), maybes: new Set() } satisfies Opened);
const names = (seen: Visible): string[] => seen.items.slice(1).map((item) => (item.kind === "module" ? `[${item.name}${item.fold === null ? "" : ` × ${item.fold.members.length}`}]` : seen.root && `${item.name}${item.node}`));

describe("folding", () => {
  const structure = new Structure(layeredStage(28));

  it("shows 28 identical layers as one box", () => {
    const seen = look(structure, ["model"]);
    expect(names(seen)).toContain("[layers.0–27 × 28]");
    expect(seen.items.filter((item) => item.kind === "module" && item.parent !== null)).toHaveLength(2);
  });

  it("draws what goes into the layers and what comes out of the last, not what goes from layer to layer", () => {
    const seen = look(structure, ["model"]);
    const layers = seen.items.find((item) => item.fold !== null)!;
    const key = (index: number): string => structure.stage.nodes[index].key;
    expect(seen.flows.filter((flow) => flow.to === layers).map((flow) => key(flow.from.node)).sort()).toEqual(["embed", "positions"]);
    expect(seen.flows.filter((flow) => flow.from === layers).map((flow) => key(flow.to.node))).toEqual(["head"]);
  });

  it("opens the one layer, with its own edges, and the last layer's result leaves from it", () => {
    const seen = look(structure, ["model", "model.layers.0", "model.layers.0.mlp"]);
    const flows = seen.flows.map((flow) => `${structure.stage.nodes[flow.from.node].key} ${structure.stage.nodes[flow.to.node].key}`);
    expect(flows.sort()).toEqual(["down0 head", "embed norm0", "head logits", "norm0 down0", "norm0 up0", "positions norm0", "tokens embed", "up0 down0"]);
  });

  it("spreads layers out", () => {
    const seen = look(structure, ["model", "model.layers"], ["model.layers.0"]);
    expect(seen.items.filter((item) => item.kind === "module" && /^\d+$/.test(item.name))).toHaveLength(28);
    expect(seen.flows.filter((flow) => /^\d+$/.test(flow.from.name) && /^\d+$/.test(flow.to.name))).toHaveLength(27);
  });

  it.each([[["q_norm", "k_norm"]], [["q1", "k1"]]])("does not fold siblings that are alike but stand side by side: %s", (names) => {
    const modules = [root, ...names.map((name, i) => ({ name, path: name, parent: 0, repeats: i === 0 ? -1 : 1 }))];
    const alike = new Structure(stage([node("x", { kind: "input" }), node("a", { module: 1, inputs: from(0) }), node("b", { module: 1, inputs: from(1) }), node("c", { module: 2, inputs: from(0) }), node("d", { module: 2, inputs: from(3) })], modules));
    expect(alike.folds.size).toBe(0);
    expect(look(alike).items.filter((item) => item.kind === "module")).toHaveLength(3);
  });

  it("folds only layers that follow each other", () => {
    const names = ["0", "1", "2", "3"];
    const modules = [root, ...names.map((name, i) => ({ name, path: name, parent: 0, repeats: i === 1 || i === 3 ? 1 : -1 }))];
    // The third is another kind of layer.
    const mixed = new Structure(stage(names.flatMap((_, i) => [node(`a${i}`, { module: i + 1, inputs: from(...(i === 0 ? [] : [2 * i - 1])) }), node(`b${i}`, { module: i + 1, inputs: from(2 * i) })]), modules));
    expect([...mixed.folds.keys()]).toEqual([1, 2]);
  });

  it("writes a box that holds one node as that node, and a box that holds one box as one", () => {
    const modules = [root, { name: "a", path: "a", parent: 0, repeats: -1 }, { name: "b", path: "a.b", parent: 1, repeats: -1 }, { name: "q_proj", path: "q_proj", parent: 0, repeats: -1 }];
    const seen = look(new Structure(stage([node("x", { module: 2 }), node("y", { module: 2, inputs: from(0) }), node("z", { module: 3, inputs: from(1) })], modules)));
    expect(names(seen)).toEqual(["[a.b]", "q_proj2"]);
  });

  it("hides parameters that operators read", () => {
    const seen = look(structure, ["model", "model.layers.0"]);
    expect(seen.items.some((item) => item.kind === "node" && structure.stage.nodes[item.node].kind === "parameter")).toBe(false);
    expect(structure.parametersOf(structure.byKey.get("norm0")!).map((parameter) => parameter.info.title)).toEqual(["model.layers.0.weight"]);
  });

  it("opens at first what can be taken in, and not the folded layers", () => {
    expect([...openAtFirst(structure)]).toEqual(["model"]);
    // What holds the folded layers opens before its siblings, which come first in the graph and would fill the page.
    const modules = [root, ...["embed", "head"].map((name) => ({ ...root, name, path: name, parent: 0 })), { ...root, name: "layers", path: "layers", parent: 0 }, { ...root, name: "0", path: "layers.0", parent: 3 }, { ...root, name: "1", path: "layers.1", parent: 3, repeats: 4 }];
    const nodes = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5].map((module, i) => node(`n${i}`, { module, inputs: i === 0 ? [] : from(i - 1) }));
    expect([...openAtFirst(new Structure(stage(nodes, modules)))]).toEqual(["layers", "embed"]);
    expect([...openAtFirst(new Structure(layeredStage(2)))]).toContain("model.layers.0.mlp");
  });
});
