import type { App } from "../state/app.ts";
import { el } from "./dom.ts";
import { section } from "./parts.ts";

/** The stages in their order, what each pass says it did, and what is compared with what. */
export function passes(app: App): Node[] {
  const { document } = app.session;
  const { mode, stage, base } = app.state;
  const counts = app.state.mode === "one" ? null : changeCounts(app);
  const rows = document.stages.map((one, i) => {
    const faults = one.faults.length;
    return el("li", { class: i === stage ? "stage on" : "stage", "data-stage": i },
      el("div", { class: "row" },
        el("button", { type: "button", class: "link", "aria-current": i === stage ? "true" : "false", click: () => app.store.update({ stage: i, base: Math.max(0, Math.min(base, i - 1)) }) }, `${i}. ${one.name}`),
        faults > 0 ? el("span", { class: "kind fault" }, `${faults} fault${faults === 1 ? "" : "s"}`) : null,
        mode !== "one" && i === base ? el("span", { class: "kind" }, "before") : null,
        i > 0 ? el("button", { type: "button", class: "small", title: `What ${one.name} changed`, click: () => app.store.update({ mode: mode === "one" ? "difference" : mode, stage: i, base: i - 1 }) }, "what it did") : null),
      one.detail === "" ? null : el("pre", { class: "detail" }, one.detail));
  });
  const parts: Node[] = [];
  if (counts !== null) parts.push(section(`${document.stages[base].name} → ${document.stages[stage].name}`, el("p", { class: "counts", "data-counts": "" }, ...(["added", "removed", "changed"] as const).map((change) => el("span", { class: `kind ${change}` }, `${counts[change]} ${change}`)))));
  parts.push(section("Stages", el("ol", { class: "plain" }, ...rows)));
  return parts;
}

function changeCounts(app: App): Record<string, number> {
  const counts: Record<string, number> = { same: 0, added: 0, removed: 0, changed: 0 };
  for (const pane of app.panes)
    for (const change of pane.shown.changes ?? []) {
      // Side by side, what is in both panes counts in the second.
      if (app.panes.length === 1 || pane === app.panes[1] || change === "removed") counts[change]++;
    }
  return counts;
}

/** What the verifier says of the stage that is shown. */
export function faults(app: App): Node[] {
  const { stage } = app.structure;
  if (stage.faults.length === 0) return [el("p", { class: "hint" }, "The verifier found no fault in this stage.")];
  return [section(`${stage.faults.length} fault${stage.faults.length === 1 ? "" : "s"}`, el("ul", { class: "plain" }, ...stage.faults.map((fault) =>
    el("li", {}, el("p", { class: "fault" }, fault.text), fault.node < 0 ? null : el("button", { type: "button", class: "link", click: () => app.goTo({ kind: "node", key: stage.nodes[fault.node].key }) }, stage.nodes[fault.node].title)))))];
}
