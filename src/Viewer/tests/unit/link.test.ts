import { describe, expect, it } from "vitest";
import { DocumentError, readDocument } from "../../model/document.ts";
import { readLink, writeLink } from "../../state/link.ts";
import { Session } from "../../state/session.ts";
import type { ViewState } from "../../state/view.ts";
import { documentOf, layeredStage, node, root, stage } from "../documents.ts";
import { pack } from "../pack.ts";
import { positionOf, sizeAt, sliderEnd } from "../../panels/sizes.ts";

const both = documentOf(layeredStage(4), layeredStage(4));
both.runs = [{ name: "first", symbols: { s0: 512 }, steps: [] }, { name: "second", symbols: {}, steps: [] }];
const initial = new Session(both).initial();
const back = (state: ViewState): ViewState => readLink(`#${writeLink(state, initial)}`, initial, both);

describe("links", () => {
  it("are empty for the view that a page opens with", () => expect(writeLink(initial, initial)).toBe(""));

  it("bring every part of a view back", () => {
    const state: ViewState = {
      mode: "difference", stage: 1, base: 0, open: new Set(["model.layers.0", "a&b=c#d,ü"]), unfolded: new Set(["model.layers.0"]), maybes: new Set(["key|with|bars"]),
      selected: { kind: "node", key: "m|operator|aten::mul|0" }, symbols: { s0: 777 }, lit: "s0", evaluated: true, parameters: false, run: 1, heat: "bytes",
      theme: "dark", panel: "passes", camera: { x: -12.5, y: 1000, zoom: 0.75 },
    };
    expect(back(state)).toEqual(state);
    expect(back({ ...state, selected: { kind: "module", path: "model.layers" }, lit: null, heat: null, mode: "side" })).toEqual({ ...state, selected: { kind: "module", path: "model.layers" }, lit: null, heat: null, mode: "side" });
  });

  it("remember boxes that were closed", () => {
    expect(initial.open.size).toBeGreaterThan(0);
    expect(back({ ...initial, open: new Set() }).open.size).toBe(0);
  });

  it.each(["#stage=99", "#stage=-1", "#stage=x", "#mode=evil", "#size.s0=1e9", "#size.s0=0", "#size.s0=1.5", "#theme=<script>", "#at=1,2", "#at=1,2,0", "#at=a,b,c", "#run=7", "#heat=cold", "#lit=s9", "#%", "#&&=="])("ignore what does not fit: %s", (link) => expect(readLink(link, initial, both)).toEqual(initial));
});

describe("slider", () => {
  const symbol = { name: "s", min: 1, max: 8192, declared: "" };
  it("reaches both ends, and every position keeps its place", () => {
    expect([sizeAt(symbol, 0), sizeAt(symbol, 1000)]).toEqual([1, 8192]);
    for (let position = 300; position <= 1000; position++) expect(Math.abs(positionOf(symbol, sizeAt(symbol, position)) - position)).toBeLessThanOrEqual(3);
  });
  it("ends somewhere where nothing bounds the symbol", () => expect(sizeAt({ ...symbol, max: null }, 1000)).toBe(sliderEnd));
  it("has one place for one size", () => expect([sizeAt({ ...symbol, min: 4, max: 4 }, 500), positionOf({ ...symbol, min: 4, max: 4 }, 4)]).toEqual([4, 0]));
});

describe("documents", () => {
  it("are read", () => expect(readDocument(JSON.stringify(pack(both))).stages).toHaveLength(2));
  it.each([
    ["", "This page has no graph in it: expected a document in the element #graph, found nothing. Write a page with 'evergraph view MODEL -o page.html'."],
    ['{"format":"evergraph-view/2"}', 'The graph in this page is of another format: expected evergraph-view/1, found "evergraph-view/2". Write the page again with the version of evergraph whose page this is.'],
    ["null", "The graph in this page is of another format: expected evergraph-view/1, found null. Write the page again with the version of evergraph whose page this is."],
    [JSON.stringify(pack(documentOf())), "The document has no stage to show: expected at least the imported graph, found none. Write the page again."],
    [JSON.stringify(pack(documentOf(stage([node("a", { inputs: [{ node: 4, output: 0, name: "" }] })])))), "The document is damaged: node 0 of stage 'imported' refers to node 4: expected 0 to 0. Write the page again."],
    [JSON.stringify({ ...pack(both), nodes: [] }), `The document is damaged: node 0 of stage '${both.stages[0].name}' is written as node 0: expected 0 to -1. Write the page again.`],
    [JSON.stringify({ ...pack(documentOf()), nodes: [{ names: ["self"] }], stages: [{ name: "imported", modules: [root], nodes: [[0, 0]] }] }), "The document is damaged: node 0 of stage 'imported' has 1 operands: expected 4 numbers, found 2. Write the page again."],
  ])("are refused with a reason (%#)", (text, message) => expect(() => readDocument(text)).toThrow(new DocumentError(message)));
  it("say nodes once that stages share", () => {
    const packed = pack(both);
    expect(packed.nodes.length).toBeLessThan(packed.stages.reduce((sum, one) => sum + one.nodes.length, 0));
    expect(readDocument(JSON.stringify(packed))).toEqual(both);
  });
  it("that were cut off are refused", () => expect(() => readDocument('{"format":')).toThrow(/expected JSON, found 10 characters that are not/));
});
