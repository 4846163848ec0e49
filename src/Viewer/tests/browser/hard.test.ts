import { expect, it } from "vitest";
import { documentOf, from, node, randomStage, root, stage } from "../documents.ts";
import { boxOf, inBrowser, row } from "./page.ts";

const hostile = `</script><script>window.owned = 1</script><img src=x onerror="window.owned = 1">'"&`;

inBrowser("hard cases", (open) => {
  it("no text of a document can run script or ask a network", async () => {
    const nodes = [node(hostile, { kind: "input", title: hostile, op: -1 }), node(`${hostile}2`, { title: hostile, module: 1, inputs: [{ node: 0, output: 0, name: hostile }], args: [[hostile, hostile]], source: hostile, placed: hostile, sharding: hostile }), node("n3", { module: 1, inputs: from(1) })];
    const bad = { ...documentOf({ ...stage(nodes, [root, { name: hostile, path: hostile, parent: 0, repeats: -1 }], hostile), detail: hostile, faults: [{ node: 1, text: hostile }] }, stage(nodes.slice(0, 1), [root], hostile)), title: hostile };
    bad.symbols = [{ name: hostile, min: 1, max: 10, declared: hostile }];
    bad.exprs[0] = { text: hostile, tree: hostile };
    bad.operators[0] = { name: hostile, schema: hostile, traits: [hostile], fake: hostile, implementations: [{ id: hostile, backend: hostile, available: true, chosen: true, reason: hostile }] };
    const { page, errors } = await open(bad);
    await page.locator("#stage").selectOption("0");
    for (const tab of ["sizes", "details", "passes", "faults"]) await page.locator(`#tab-${tab}`).click();
    await page.keyboard.press("/");
    await page.keyboard.type("script");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.locator("[data-mode=difference]").click();
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    expect(await page.evaluate(() => (window as unknown as { owned?: number }).owned)).toBeUndefined();
    expect(await page.locator("img, script:not([id=graph]):not([type=module]), iframe, object").count()).toBe(0);
    expect(await page.locator("h1").first().textContent()).toBe(hostile);
    // And where a mistake let script in, the policy would stop it.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.owned = 2";
      document.body.append(script);
    });
    expect(await page.evaluate(() => (window as unknown as { owned?: number }).owned)).toBeUndefined();
    expect(errors.filter((error) => !error.includes("Content Security Policy"))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it("says what is wrong with a document of another format", async () => {
    const { page } = await open({ ...documentOf(stage([])), format: "evergraph-view/9" });
    expect(await page.getByRole("alert").innerText()).toContain("expected evergraph-view/1, found \"evergraph-view/9\"");
  });

  it("shows an empty graph", async () => {
    const { page, errors } = await open(documentOf(stage([])));
    expect(await page.locator("canvas").count()).toBe(1);
    await page.keyboard.press("0");
    expect(errors).toEqual([]);
  });

  it("opens ten thousand nodes without modules, and draws those that are seen", async () => {
    const { page, errors } = await open(documentOf(randomStage(1, 10_000)));
    // What a frame costs goes with the calls to the canvas. Times are bench/open.bench.ts's: they are the machine's as much as the page's.
    const calls = (): Promise<number> => page.evaluate(() => {
      const canvas = CanvasRenderingContext2D.prototype as unknown as Record<string, (...values: unknown[]) => unknown>;
      let count = 0;
      const names = ["moveTo", "lineTo", "bezierCurveTo", "rect", "roundRect", "fillRect", "strokeRect", "fillText"];
      const own = names.map((name) => canvas[name]);
      names.forEach((name, i) => canvas[name] = function (...values: unknown[]) { count++; return own[i].apply(this, values); });
      (window as unknown as { evergraph: { draw(): void } }).evergraph.draw();
      names.forEach((name, i) => canvas[name] = own[i]);
      return count;
    });
    await page.keyboard.press("0");
    const all = await calls();
    const box = (await boxOf(page, { kind: "node", key: "n5000" }))!;
    await page.evaluate(async ([clientX, clientY]) => {
      const canvas = document.querySelector("canvas")!;
      for (let n = 0; n < 20; n++) canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -120, clientX, clientY, bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
    }, [box.x, box.y]);
    const few = await calls();
    console.log(`10,000 nodes: ${all} calls to the canvas for all of them, ${few} near to some`);
    expect(all).toBeGreaterThan(10_000);
    expect(all).toBeLessThan(100_000);
    expect(few).toBeGreaterThan(10);
    expect(few).toBeLessThan(all / 4);
    expect(errors).toEqual([]);
  });

  it("fits a phone: the graph takes the page, panels come up as sheets", async () => {
    const { page, errors } = await open(documentOf(randomStage(2, 30)), { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const canvas = (await page.locator("canvas").boundingBox())!;
    expect([canvas.width, canvas.height > 550]).toEqual([390, true]);
    expect(await page.locator("#panel").isVisible()).toBe(false);
    const box = (await boxOf(page, { kind: "node", key: "x" }))!;
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator("#panel").waitFor({ state: "visible", timeout: 5000 });
    expect(await page.locator("#panel h2").innerText()).toBe("x");
    await page.getByRole("button", { name: "Close the panel" }).click();
    expect(await page.locator("#panel").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Outline" }).click();
    expect(await row(page, "x").isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });
});
