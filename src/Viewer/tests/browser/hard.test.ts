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

  it("opens ten thousand nodes without modules in under a second, and stays smooth", async () => {
    // The machine may be busy with other things: of a few times, the best is closest to what the page itself takes.
    const times: number[] = [];
    let frames: number[] = [];
    for (let i = 0; i < 5 && (i === 0 || Math.min(...times) >= 900); i++) {
      const { page, errors } = await open(documentOf(randomStage(1, 10_000)));
      times.push(await page.evaluate(() => performance.getEntriesByName("evergraph-ready-work")[0].duration));
      await page.keyboard.press("0");
      frames = await page.evaluate(async () => {
        const canvas = document.querySelector("canvas")!;
        const found: number[] = [];
        for (let n = 0; n < 40; n++) {
          canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: n < 20 ? -120 : 120, clientX: 500, clientY: 400, bubbles: true, cancelable: true }));
          const start = performance.now();
          (window as unknown as { evergraph: { draw(): void } }).evergraph.draw();
          found.push(performance.now() - start);
          await new Promise(requestAnimationFrame);
        }
        return found.sort((a, b) => a - b);
      });
      expect(errors).toEqual([]);
      await page.context().close();
    }
    console.log(`10,000 nodes: opened in ${times.map((time) => `${Math.round(time)} ms`).join(", ")}; a frame takes ${frames[20].toFixed(1)} ms, at worst ${frames[39].toFixed(1)} ms`);
    expect(Math.min(...times)).toBeLessThan(1000);
    expect(frames[20]).toBeLessThan(50);
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
