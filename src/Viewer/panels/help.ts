import { el } from "./dom.ts";

const keys: [string, string][] = [
  ["/", "search; Enter, ↓ and ↑ go through the hits"],
  ["↓ ↑", "to what reads the selected box, to what it reads"],
  ["← →", "to its neighbours"],
  ["Enter", "open or close the selected box"],
  ["Backspace", "to the box around it"],
  ["u", "spread identical layers out, or fold them"],
  ["o  c", "open all boxes, close all boxes"],
  ["Shift + arrows", "move the picture"],
  ["+  −  0", "larger, smaller, all of it"],
  ["[  ]", "the stage before, the stage after"],
  ["g  b  d", "one graph, side by side, difference"],
  ["e", "symbolic or evaluated shapes on edges"],
  ["p", "parameters in nodes, or hidden"],
  ["t", "dark or light"],
  ["s", "save the picture as SVG"],
  ["Escape", "nothing selected, nothing lit"],
  ["?", "this help"],
];

export function helpDialog(): HTMLDialogElement {
  const list = el("dl", { class: "keys" });
  for (const [key, text] of keys) list.append(el("dt", {}, el("kbd", {}, key)), el("dd", {}, text));
  const dialog: HTMLDialogElement = el("dialog", { id: "help", "aria-label": "Help" },
    el("h2", {}, "Keys"), list,
    el("h2", {}, "Pointer"),
    el("p", {}, "Drag to move, wheel or pinch to zoom. Click selects; a double-click, or a click on the triangle, opens and closes a box. A click on an edge's label lights every edge that carries the same symbol."),
    el("h2", {}, "Reading it"),
    el("p", {}, "Values flow from top to bottom. Parameters are written in the nodes that read them. A stack with × 28 is 28 identical layers, one after the other; what flows from layer to layer is not drawn. The address of the page restores this view."),
    el("form", { method: "dialog" }, el("button", { class: "main" }, "Close")));
  return dialog;
}
