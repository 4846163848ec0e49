import { describe, expect, it } from "vitest";
import { search } from "../../model/search.ts";
import { Structure } from "../../model/structure.ts";
import { openingsFor, Session } from "../../state/session.ts";
import { documentOf, from, layeredStage, node, root, stage } from "../documents.ts";

const structure = new Structure(layeredStage(3));
const titles = (query: string): string[] => search(structure, query).map((hit) => `${hit.kind} ${hit.where || hit.title}`);

describe("search", () => {
  it("finds nothing for nothing", () => expect(search(structure, "  ")).toEqual([]));
  it("finds operators by their name without a namespace, whatever the case", () => expect(search(structure, "RMS_norm").map((hit) => hit.title)).toEqual(["aten::rms_norm", "aten::rms_norm", "aten::rms_norm"]));
  it("finds modules by path", () => expect(titles("layers.1.mlp")[0]).toBe("module model.layers.1.mlp"));
  it("needs every word", () => {
    expect(search(structure, "linear layers.2")).toHaveLength(2);
    expect(search(structure, "linear layers.9")).toHaveLength(0);
  });
  it("finds parameters", () => expect(titles("layers.1.weight")).toEqual(["node model.layers.1"]));
  it("puts a whole name before a part of one", () => {
    const some = new Structure(stage([node("a", { title: "aten::add_relu" }), node("b", { title: "aten::add", inputs: from(0) })]));
    expect(search(some, "add").map((hit) => hit.title)).toEqual(["aten::add", "aten::add_relu"]);
  });
});

describe("what must be open to see a hit", () => {
  const session = new Session(documentOf(layeredStage(28)));
  const state = session.initial();
  it("opens every box around it and spreads out the layers that hide it", () => {
    const openings = openingsFor(session.structure(0), { kind: "node", key: "up17" }, state)!;
    expect([...openings.unfolded]).toEqual(["model.layers.0"]);
    expect([...openings.open]).toEqual(expect.arrayContaining(["model", "model.layers", "model.layers.17", "model.layers.17.mlp"]));
  });
  it("leaves layers folded where the first one shows it", () => expect([...openingsFor(session.structure(0), { kind: "node", key: "up0" }, state)!.unfolded]).toEqual([]));
  it("shows a parameter in its reader", () => expect([...openingsFor(session.structure(0), { kind: "node", key: "weight0" }, state)!.open]).toContain("model.layers.0"));
  it("knows that a stage lacks a node", () => expect(openingsFor(new Structure(stage([], [root])), { kind: "node", key: "up0" }, state)).toBeNull());
});
