import { branchOf, costOf } from "../model/costs.ts";
import type { NodeInfo } from "../model/document.ts";
import * as numbers from "../model/numbers.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";
import { facts, goTo, section, typeText } from "./parts.ts";

/** What is selected, in full. */
export function details(app: App): Node[] {
  const { selected } = app.state;
  if (selected === null) return [el("p", { class: "hint" }, "Click a box to see what it is. Double-click opens and closes it.")];
  if (selected.kind === "module") return moduleDetails(app, selected.path);
  const index = app.structure.byKey.get(selected.key);
  if (index === undefined) return [el("p", { class: "hint" }, "The selected node is not in this stage. ", el("code", {}, selected.key))];
  return nodeDetails(app, index);
}

function nodeDetails(app: App, index: number): Node[] {
  const { structure, session } = app;
  const { stage } = structure;
  const node = stage.nodes[index];
  const sizes = session.sizes(app.state);
  const cost = costOf(node, sizes);
  const path = stage.modules[node.module].path;
  const change = app.pane.shown.changes?.[index] ?? "same";
  const faults = stage.faults.filter((fault) => fault.node === index);
  const parts: (Node | null)[] = [
    el("header", { class: "what" }, el("span", { class: `kind ${node.kind}` }, node.kind), change === "same" ? null : el("span", { class: `kind ${change}` }, change), el("h2", {}, node.title)),
    ...faults.map((fault) => el("p", { class: "fault", role: "alert" }, fault.text)),
    facts([
      ["Module", path === "" ? null : goTo(app, path, { kind: "module", path })],
      ["Source", node.source],
      ["Runs on", node.placed],
      ["Sharding", node.sharding],
      ["Operations", node.operations == null ? null : `${numbers.operations(cost.operations)}  (${session.document.exprs[node.operations].text})`],
      ["Bytes", node.stored != null ? `${numbers.bytes(node.stored)} stored` : node.outputs.length > 0 ? numbers.bytes(cost.bytes) : null],
    ]),
    node.maybe == null ? null : branches(app, node),
    node.variants == null ? null : section("In other layers", el("ul", { class: "plain" }, ...node.variants.map((variant) => el("li", {}, variant)))),
    node.outputs.length === 0 ? null : section(node.outputs.length === 1 ? "Type" : "Types", el("ul", { class: "plain" }, ...node.outputs.map((type) => el("li", {}, typeText(app, type))))),
    node.inputs.length === 0 ? null : section("Operands", el("ul", { class: "plain" }, ...node.inputs.map((input) => {
      const source = stage.nodes[input.node];
      const type = source.outputs[input.output];
      return el("li", {}, el("span", { class: "name" }, input.name || "value"), goTo(app, source.outputs.length > 1 ? `${source.title} · ${input.output}` : source.title, { kind: "node", key: source.key }), type === undefined ? null : typeText(app, type));
    }))),
    node.args.length === 0 ? null : section("Arguments", facts(node.args)),
    structure.consumers[index].length === 0 ? null : section("Read by", el("ul", { class: "plain" }, ...structure.consumers[index].slice(0, 40).map((reader) => el("li", {}, goTo(app, stage.nodes[reader].title, { kind: "node", key: stage.nodes[reader].key }), el("span", { class: "where" }, stage.modules[stage.nodes[reader].module].path))))),
    ...(node.op < 0 ? [] : operator(app, node.op)),
  ];
  return parts.filter((part) => part !== null);
}

function operator(app: App, index: number): Node[] {
  const info = app.session.document.operators[index];
  if (info === undefined) return [];
  const rows = info.implementations.map((one) =>
    el("li", { class: one.chosen ? "implementation chosen" : "implementation" }, el("div", {}, el("b", {}, one.id), ` ${one.backend}`, el("span", { class: one.chosen ? "kind maybe" : "kind" }, one.chosen ? "chosen" : one.available ? "available" : "not available")), one.reason === "" ? null : el("p", {}, one.reason)));
  return [
    section("Schema", el("code", { class: "block" }, info.schema), facts([["Traits", info.traits.join(", ")], ["Fake", info.fake === "" ? null : el("code", {}, info.fake)]])),
    section("Implementations", rows.length === 0 ? el("p", { class: "hint" }, "None is known.") : el("ul", { class: "plain" }, ...rows)),
  ];
}

/** A maybe-node's predicate at the slider's size, and both branches, the taken one lit. */
function branches(app: App, node: NodeInfo): HTMLElement {
  const maybe = node.maybe!;
  const taken = branchOf(node, app.session.sizes(app.state));
  const size = app.session.document.exprs[maybe.size].text;
  const holds = [
    maybe.enabled ? "enabled" : "not enabled",
    `${maybe.ranks} ${maybe.ranks > 1 ? ">" : "≤"} 1 ranks`,
    `${size} = ${numbers.count(taken.size)} ${taken.size > maybe.threshold ? ">" : "≤"} ${numbers.count(maybe.threshold)}`,
  ];
  const branch = (name: string, steps: string[], lit: boolean): HTMLElement =>
    el("div", { class: lit ? "branch taken" : "branch", "data-branch": name, "data-taken": String(lit) }, el("h4", {}, name, lit ? el("span", { class: "kind maybe" }, "taken") : null), el("ol", {}, ...steps.map((step) => el("li", {}, step))));
  return section("Which branch",
    el("code", { class: "block" }, maybe.predicate),
    el("p", {}, holds.join(", "), ": ", el("b", {}, taken.fused ? "the fused branch" : "the plain branch")),
    branch("fused", maybe.fused, taken.fused),
    branch("plain", maybe.plain, !taken.fused),
    el("button", { type: "button", click: () => app.toggle({ kind: "node", key: node.key }) }, app.state.maybes.has(node.key) ? "Close the branches in the graph" : "Open the branches in the graph"));
}

function moduleDetails(app: App, path: string): Node[] {
  const { structure } = app;
  const { stage } = structure;
  const index = structure.byPath.get(path);
  if (index === undefined) return [el("p", { class: "hint" }, "The selected module is not in this stage. ", el("code", {}, path))];
  const inside = new Set<number>();
  stage.modules.forEach((module, i) => {
    if (i === index || (i > 0 && inside.has(module.parent))) inside.add(i);
  });
  const sizes = app.session.sizes(app.state);
  const sum = { bytes: 0, operations: 0, stored: 0 };
  const operators = new Map<string, number>();
  for (const node of stage.nodes) {
    if (!inside.has(node.module)) continue;
    const cost = costOf(node, sizes);
    if (node.kind === "parameter") {
      sum.stored += node.stored ?? cost.bytes;
      continue;
    }
    sum.bytes += cost.bytes;
    sum.operations += cost.operations;
    operators.set(node.title, (operators.get(node.title) ?? 0) + 1);
  }
  const fold = structure.folds.get(index);
  const leader = fold === undefined ? "" : stage.modules[fold.leader].path;
  const folded = fold !== undefined && !app.state.unfolded.has(leader);
  return [
    el("header", { class: "what" }, el("span", { class: "kind" }, "module"), el("h2", {}, path)),
    facts([
      ["Operators", numbers.count(structure.sizes[index])],
      ["Operations", numbers.operations(sum.operations)],
      ["Values", numbers.bytes(sum.bytes)],
      ["Parameters", sum.stored > 0 ? numbers.bytes(sum.stored) : null],
      ["Identical layers", fold === undefined ? null : `${fold.members.length}, ${folded ? "folded into one: figures are of one" : "spread out"}`],
    ]),
    el("div", { class: "row" },
      el("button", { type: "button", click: () => app.toggle({ kind: "module", path }) }, app.state.open.has(path) ? "Close" : "Open"),
      fold === undefined ? null : el("button", { type: "button", click: () => app.unfold(leader) }, folded ? `Spread out × ${fold.members.length}` : `Fold × ${fold.members.length}`)),
    section("Operators inside", el("ul", { class: "plain counts" }, ...[...operators].sort((a, b) => b[1] - a[1]).map(([name, times]) => el("li", {}, el("code", {}, name), el("span", {}, `× ${times}`))))),
  ];
}
