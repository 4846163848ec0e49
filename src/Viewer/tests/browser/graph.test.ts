import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { documentOf, from, layeredStage, maybe, node, root, stage } from "../documents.ts";
import { boxOf, inBrowser, moduleRow, row } from "./page.ts";

inBrowser("the graph", (open) => {
  it("opens, folds identical layers into one, opens and closes boxes, and says nothing is wrong", async () => {
    const { page, errors } = await open(documentOf(layeredStage(28)));
    expect(await page.title()).toBe("test.pt2 – Evergraph");
    const layers = moduleRow(page, "model.layers.0");
    expect(await layers.textContent()).toContain("layers.0–27");
    expect(await layers.textContent()).toContain("× 28");
    expect(await layers.getAttribute("aria-expanded")).toBe("false");
    const closed = (await boxOf(page, { kind: "module", path: "model.layers.0" }))!;
    await page.mouse.dblclick(closed.x + closed.width / 2, closed.y + closed.height / 2);
    expect(await layers.getAttribute("aria-expanded")).toBe("true");
    expect(await row(page, "norm0").count()).toBe(1);
    const opened = (await boxOf(page, { kind: "module", path: "model.layers.0" }))!;
    expect(opened.height).toBeGreaterThan(closed.height * 2);
    // The box grows where it stands.
    expect(Math.abs(opened.x + opened.width / 2 - closed.x - closed.width / 2)).toBeLessThan(1);
    expect(Math.abs(opened.y - closed.y)).toBeLessThan(1);
    await page.mouse.click(opened.x + 14 * (opened.width / 300 > 1 ? 1 : 0.6), opened.y + 10);
    expect(await layers.getAttribute("aria-expanded")).toBe("false");
    expect(errors).toEqual([]);
  });

  it("spreads layers out and folds them again", async () => {
    const { page } = await open(documentOf(layeredStage(28)));
    await moduleRow(page, "model.layers.0").locator(".fold").click();
    await moduleRow(page, "model.layers").locator(".twist").click();
    expect(await page.locator("[role=treeitem][data-path^='model.layers.']").count()).toBeGreaterThan(10);
    await moduleRow(page, "model.layers.0").locator(".fold").click();
    expect(await moduleRow(page, "model.layers.1").count()).toBe(0);
  });

  it("says what a node is in the other layers of its fold", async () => {
    const layers = layeredStage(3);
    layers.nodes.find((one) => one.key === "norm0")!.variants = ["in 1–2: rms_norm.residual"];
    const { page, errors } = await open(documentOf(layers, { ...layers, name: "last" }), { hash: "#open=model&open=model.layers.0" });
    await row(page, "norm0").click();
    expect(await page.locator("#panel").innerText()).toContain("in 1–2: rms_norm.residual");
    await page.keyboard.press("s");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "All of it, as it is open" }).click()]);
    expect(readFileSync((await file.path())!, "utf8")).toContain(">in 1–2: rms_norm.residual<");
    expect(errors).toEqual([]);
  });

  it("zooms with the wheel where the pointer is, and moves when dragged", async () => {
    const { page } = await open(documentOf(layeredStage(2)));
    const before = (await boxOf(page, { kind: "node", key: "embed" }))!;
    const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -200);
    const larger = (await boxOf(page, { kind: "node", key: "embed" }))!;
    expect(larger.width).toBeGreaterThan(before.width * 1.3);
    expect(Math.abs(larger.x + larger.width / 2 - x)).toBeLessThan(1);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 4 });
    await page.mouse.up();
    const moved = (await boxOf(page, { kind: "node", key: "embed" }))!;
    expect([Math.round(moved.x - larger.x), Math.round(moved.y - larger.y)]).toEqual([60, 40]);
    // A drag selects nothing.
    expect(await page.locator("[role=treeitem][aria-selected=true]").count()).toBe(0);
  });

  it("shows on a click what a node is: schema, operands, fake, implementations and which is chosen, source", async () => {
    const one = stage([node("x", { kind: "input", title: "x", op: -1 }), node("w", { kind: "parameter", title: "block.weight", op: -1, outputs: [2], stored: 256, module: 1 }), node("mul", { title: "aten::mul.Tensor", module: 1, inputs: [{ node: 0, output: 0, name: "self" }, { node: 1, output: 0, name: "other" }], args: [["alpha", "2"]], source: "modeling.py:31", operations: 3, placed: "onnx: Mul" })], [root, { name: "block", path: "block", parent: 0, repeats: -1 }]);
    const { page } = await open(documentOf(one));
    const box = (await boxOf(page, { kind: "node", key: "mul" }))!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const panel = await page.locator("#panel").innerText();
    for (const text of ["aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", "modeling.py:31", "block", "onnx: Mul", "Evergraph.CustomOps.Aten.MulTensor.Fake", "Pure, Elementwise", "block.weight", "float32[128, 64]", "32.0 KiB", "16.4 k", "alpha"]) expect(panel).toContain(text);
    expect(await page.locator(".implementation.chosen").innerText()).toContain("vectorized");
    expect(await page.locator(".implementation.chosen").innerText()).toContain("priority 100");
    await page.getByRole("button", { name: "block.weight" }).click();
    expect(await page.locator("#panel h2").innerText()).toBe("block.weight");
    expect(await page.locator("#panel").innerText()).toContain("256 B stored");
  });

  it("finds nodes, opens what hides them and goes from hit to hit by keys", async () => {
    const { page } = await open(documentOf(layeredStage(28)));
    await page.keyboard.press("/");
    await page.keyboard.type("linear layers.0");
    expect(await page.locator(".search .count").textContent()).toBe("2");
    await page.keyboard.press("Enter");
    expect(await page.locator(".search .count").textContent()).toBe("1 of 2");
    expect(await row(page, "up0").getAttribute("aria-selected")).toBe("true");
    const box = (await boxOf(page, { kind: "node", key: "up0" }))!;
    expect(box.x > 248 && box.x + box.width < 940 && box.y > 50 && box.y < 800).toBe(true);
    await page.keyboard.press("ArrowDown");
    expect(await row(page, "down0").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Enter");
    expect(await row(page, "up0").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Escape");
    // Back in the graph, arrows walk along its edges.
    await page.keyboard.press("ArrowDown");
    expect(await row(page, "down0").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await row(page, "norm0").getAttribute("aria-selected")).toBe("true");
    // One of 28 layers that are folded is found by its number.
    await page.keyboard.press("/");
    await page.keyboard.type("linear layers.17.");
    await page.keyboard.press("Enter");
    expect(await row(page, "up17").getAttribute("aria-selected")).toBe("true");
  });

  it("walks the outline by keys", async () => {
    const { page } = await open(documentOf(layeredStage(28)));
    await page.locator("[role=tree]").focus();
    for (const key of ["Home", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    expect(await row(page, "embed").getAttribute("aria-selected")).toBe("true");
    for (const key of ["ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
    expect(await moduleRow(page, "model").getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("Enter");
    expect(await moduleRow(page, "model").getAttribute("aria-expanded")).toBe("true");
  });

  it("lets a slider evaluate shapes, bytes and operations, and a maybe-node take its other branch at the threshold", async () => {
    const { page, errors } = await open(documentOf(stage([node("x", { kind: "input", title: "x", op: -1 }), maybe("m", { inputs: from(0) }), node("y", { kind: "output", title: "y", op: -1, inputs: from(1), outputs: [] })])));
    const box = page.getByLabel("Size of s0 as a number");
    const totals = page.locator("[data-totals]");
    expect(await totals.innerText()).toContain("16.4 k");
    const slider = page.getByLabel("Size of s0", { exact: true });
    await slider.focus();
    await page.keyboard.press("End");
    expect(await box.inputValue()).toBe("8192");
    expect(await totals.innerText()).toContain("1.05 M");
    await row(page, "m").click();
    const branch = async (): Promise<string | null> => page.locator("[data-taken=true]").getAttribute("data-branch");
    const set = async (size: string): Promise<void> => {
      await page.locator("#tab-sizes").click();
      await box.fill(size);
      await box.press("Enter");
      await page.locator("#tab-details").click();
    };
    expect(await branch()).toBe("fused");
    await set("1000");
    expect(await branch()).toBe("plain");
    expect(await page.locator("#panel").innerText()).toContain("s0 = 1,000 ≤ 1,000");
    await set("1001");
    expect(await branch()).toBe("fused");
    expect(await page.locator("#panel").innerText()).toContain("float32[501, 64]");
    // Out of range is brought back into it.
    await set("99999");
    await page.locator("#tab-sizes").click();
    expect(await box.inputValue()).toBe("8192");
    // Both branches are in the graph once the node is open, and in what is saved of it.
    const closed = (await boxOf(page, { kind: "node", key: "m" }))!;
    await row(page, "m").click();
    await page.keyboard.press("Escape");
    await row(page, "m").click();
    await page.getByRole("button", { name: "Open the branches" }).click();
    expect((await boxOf(page, { kind: "node", key: "m" }))!.height).toBeGreaterThan(closed.height * 1.5);
    expect(errors).toEqual([]);
  });

  it("lights the edges that carry a symbol, and says its range and where it was declared", async () => {
    const { page } = await open(documentOf(layeredStage(2)));
    const paint = (): Promise<string> => page.evaluate(() => {
      (window as unknown as { evergraph: { draw(): void } }).evergraph.draw();
      return document.querySelector("canvas")!.toDataURL();
    });
    const before = await paint();
    await page.locator("#panel [data-symbol=s0]").click();
    expect(await page.locator(".legend").innerText()).toContain("carries s0");
    expect(await page.locator("[data-size=s0]").innerText()).toContain("1 to 8,192 · declared by input tokens, axis 0");
    expect(await paint()).not.toBe(before);
    await page.getByRole("button", { name: "clear" }).click();
    expect(await paint()).toBe(before);
    // A click on the label of an edge does the same.
    const input = (await boxOf(page, { kind: "node", key: "tokens" }))!;
    const zoom = input.height / 35;
    await page.mouse.click(input.x + input.width / 2, input.y + input.height + 13 * zoom);
    expect(await page.locator(".legend").innerText()).toContain("carries s0");
  });
});
