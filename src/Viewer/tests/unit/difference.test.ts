import { describe, expect, it } from "vitest";
import { compare, difference } from "../../model/difference.ts";
import { from, layeredStage, node, root, stage } from "../documents.ts";

const before = stage([node("x", { kind: "input" }), node("a", { inputs: from(0) }), node("b", { inputs: from(1), module: 1 }), node("c", { inputs: from(2) })], [root, { name: "gone", path: "gone", parent: 0, repeats: -1 }]);
const after = stage([node("x", { kind: "input" }), node("a", { inputs: from(0) }), node("new", { inputs: from(1) }), node("c", { inputs: from(2) })], [root], "pass");

describe("difference", () => {
  it("tells by key what was added, removed, changed", () => {
    expect(Object.fromEntries(compare(before, after))).toEqual({ x: "same", a: "same", b: "removed", c: "changed", new: "added" });
  });

  it.each([
    ["arguments", { args: [["dim", "1"]] as [string, string][] }],
    ["operator", { op: 3 }],
    ["types", { outputs: [1] }],
    ["operands", { inputs: [{ node: 0, output: 1, name: "self" }] }],
    ["sharding", { sharding: "1 of 2 along axis 0" }],
  ])("sees other %s", (_, more) => {
    const one = stage([node("x"), node("y", { inputs: from(0) })]);
    expect(compare(one, stage([node("x"), node("y", { inputs: from(0) })])).get("y")).toBe("same");
    expect(compare(one, stage([node("x"), node("y", { inputs: from(0), ...more })])).get("y")).toBe("changed");
  });

  it("does not see a node that only has another number", () => {
    const moved = stage([node("first"), node("x", { kind: "input" }), node("a", { inputs: from(1) })]);
    expect(compare(stage([node("x", { kind: "input" }), node("a", { inputs: from(0) })]), moved).get("a")).toBe("same");
  });

  it("keeps removed nodes in one graph with the others, in their modules, with their operands", () => {
    const both = difference(before, after);
    expect(both.stage.nodes.map((one) => one.key)).toEqual(["x", "a", "b", "new", "c"]);
    expect(both.changes).toEqual(["same", "same", "removed", "added", "changed"]);
    expect(both.stage.modules[both.stage.nodes[2].module].path).toBe("gone");
    expect(both.stage.nodes[2].inputs[0].node).toBe(1);
    expect(both.stage.nodes[4].inputs[0].node).toBe(3);
  });

  it("unfolds layers to which different things happened", () => {
    const changed = layeredStage(3);
    changed.nodes = changed.nodes.map((one) => (one.key === "up1" ? { ...one, args: [["scale", "2"]] } : one));
    const both = difference(layeredStage(3), changed);
    const layer = (i: number): number => both.stage.modules.find((module) => module.path === `model.layers.${i}`)!.repeats;
    expect([layer(1), layer(2)]).toEqual([-1, 3]);
  });

  it("takes the numbers of faults along", () => {
    const both = difference(before, { ...after, faults: [{ node: 3, text: "wrong" }, { node: -1, text: "all wrong" }] });
    expect(both.stage.faults).toEqual([{ node: 4, text: "wrong" }, { node: -1, text: "all wrong" }]);
  });
});
