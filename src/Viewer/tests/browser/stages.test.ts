import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { documentOf, from, layeredStage, maybe, node, root, stage } from "../documents.ts";
import { boxOf, inBrowser, moduleRow, row } from "./page.ts";

const before = stage([node("x", { kind: "input", title: "x", op: -1 }), node("a", { inputs: from(0) }), node("b", { inputs: from(1) }), node("c", { inputs: from(2) })]);
const after = { ...stage([node("x", { kind: "input", title: "x", op: -1 }), node("a", { inputs: from(0) }), maybe("m", { inputs: from(1) }), node("c", { inputs: from(2) })], [root], "fuse-something"), detail: "f(g(x)) = h(x), once" };

inBrowser("stages", (open) => {
  it("shows any stage, two side by side, and what a pass added, removed and changed", async () => {
    const { page, errors } = await open(documentOf(before, after));
    expect(await row(page, "b").count()).toBe(0);
    await page.locator("#stage").selectOption("0");
    expect(await row(page, "b").count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.locator("#tab-passes").click();
    await page.getByRole("button", { name: "what it did" }).click();
    expect(await page.locator("[data-counts]").innerText()).toMatch(/1 added\s*1 removed\s*1 changed/);
    expect(await page.locator("#panel").innerText()).toContain("f(g(x)) = h(x), once");
    for (const [key, change] of [["a", "same"], ["b", "removed"], ["m", "added"], ["c", "changed"]]) expect(await row(page, key).getAttribute("data-change")).toBe(change);
    await page.locator("[data-mode=side]").click();
    expect(await page.locator(".pane canvas").count()).toBe(2);
    expect(await page.locator(".pane-name").allInnerTexts()).toEqual(["before: imported", "after: fuse-something"]);
    expect(await page.locator("[data-counts]").innerText()).toMatch(/1 added\s*1 removed\s*1 changed/);
    await page.locator("[data-mode=one]").click();
    expect(await page.locator(".pane canvas").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it("restores a view from its link", async () => {
    const { page } = await open(documentOf(layeredStage(28), layeredStage(28)));
    await page.locator("#stage").selectOption("0");
    await moduleRow(page, "model.layers.0").locator(".twist").click();
    await row(page, "norm0").click();
    await page.locator("#tab-sizes").click();
    await page.getByLabel("Size of s0 as a number").fill("777");
    await page.getByLabel("Size of s0 as a number").press("Enter");
    await page.getByRole("button", { name: "Dark or light" }).click();
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => location.hash.includes("size.s0=777") && location.hash.includes("theme=dark"));
    const here = (await boxOf(page, { kind: "node", key: "norm0" }))!;
    const hash = new URL(page.url()).hash;
    const { page: again, errors } = await open(documentOf(layeredStage(28), layeredStage(28)), { hash });
    expect(await again.locator("#stage").inputValue()).toBe("0");
    expect(await row(again, "norm0").getAttribute("aria-selected")).toBe("true");
    expect(await again.getByLabel("Size of s0 as a number").inputValue()).toBe("777");
    expect(await again.locator("html").getAttribute("data-theme")).toBe("dark");
    const there = (await boxOf(again, { kind: "node", key: "norm0" }))!;
    expect(Math.hypot(there.x - here.x, there.y - here.y)).toBeLessThan(0.5);
    expect(errors).toEqual([]);
  });

  it("marks faults, and lists them at once", async () => {
    const { page } = await open(documentOf({ ...before, faults: [{ node: 2, text: "aten::b: expected float32[64], given float32[s0, 64]" }, { node: -1, text: "output c is missing" }] }));
    expect(await page.getByRole("tab", { name: "Faults 2" }).getAttribute("aria-selected")).toBe("true");
    expect(await page.locator("#panel .fault").allInnerTexts()).toEqual(["aten::b: expected float32[64], given float32[s0, 64]", "output c is missing"]);
    await page.locator("#panel li button").click();
    expect(await page.locator("#panel [role=alert]").innerText()).toContain("given float32[s0, 64]");
  });

  it("colours by what a run took and sorts its steps", async () => {
    const timed = { ...documentOf(before), runs: [{ name: "128 tokens", symbols: { s0: 64 }, peakBytes: 4096, steps: [{ node: 1, name: "a", start: 0, duration: 5, bytes: 10, operations: 1 }, { node: 2, name: "b", start: 5, duration: 50, bytes: 1, operations: 3 }, { node: 3, name: "c", start: 55, duration: 20, bytes: 5, operations: 2 }] }] };
    const { page } = await open(timed);
    expect(await page.getByLabel("Size of s0 as a number").inputValue()).toBe("64");
    await page.getByRole("tab", { name: "Run" }).click();
    const steps = (): Promise<(string | null)[]> => page.locator("tbody tr").evaluateAll((rows) => rows.map((one) => one.getAttribute("data-step")));
    expect(await steps()).toEqual(["b", "c", "a"]);
    await page.getByRole("button", { name: "Bytes" }).click();
    expect(await steps()).toEqual(["a", "c", "b"]);
    await page.getByLabel("Colour nodes by").selectOption("duration");
    expect(await page.locator(".legend").innerText()).toContain("50.0 µs");
    await page.getByRole("button", { name: "b", exact: true }).click();
    expect(await row(page, "b").getAttribute("aria-selected")).toBe("true");
  });

  it("saves what is shown as an SVG file that stands alone", async () => {
    const { page, errors } = await open(documentOf(before, after));
    await page.keyboard.press("s");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "All of it, as it is open" }).click()]);
    expect(file.suggestedFilename()).toBe("test.pt2.fuse-something.svg");
    const text = readFileSync((await file.path())!, "utf8");
    const seen = await page.evaluate((svg) => {
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
      return { error: parsed.querySelector("parsererror")?.textContent ?? "", texts: [...parsed.querySelectorAll("text")].map((one) => one.textContent), boxes: parsed.querySelectorAll("rect").length, title: parsed.querySelector("title")?.textContent };
    }, text);
    expect(seen.error).toBe("");
    expect(seen.title).toBe("test.pt2: fuse-something");
    expect(seen.texts).toEqual(expect.arrayContaining(["x", "a", "c", "row_linear_maybe_flashcomm", "float32[s0, 64]", "plain"]));
    expect(text).not.toMatch(/href|url\(|<style|class=/);
    expect(errors).toEqual([]);
  });

  it("prints the picture as lines and text, in light colours, without the panels", async () => {
    const { page } = await open(documentOf(before, after), { colorScheme: "dark" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator(".paper svg").isVisible()).toBe(true);
    expect(await page.locator("#app").isVisible()).toBe(false);
    expect(await page.locator(".paper svg > rect").first().getAttribute("fill")).toBe("#fafafa");
    expect(await page.locator(".paper p").innerText()).toContain("s0 = 128");
    expect((await page.pdf()).byteLength).toBeGreaterThan(3000);
  });

  it("is dark or light as the system is, until it is told", async () => {
    const { page } = await open(documentOf(before), { colorScheme: "dark" });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.keyboard.press("t");
    expect(await background()).not.toBe(dark);
    await page.keyboard.press("t");
    expect(await background()).toBe(dark);
  });
});
