import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser, launch } from "./page.ts";

interface Mermaid { initialize(options: object): void; render(id: string, text: string): Promise<{ svg: string }> }

const script = join(createRequire(import.meta.url).resolve("mermaid/package.json"), "../dist/mermaid.min.js");
const goldens = join(import.meta.dirname, "../../../../tests/Graph.Tests/Views/Goldens");

/** The texts that `evergraph view -o graph.mmd` writes, drawn as code hosts draw them. */
describeInBrowser("Mermaid", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage();
    await page.setContent("<!doctype html><title>Mermaid</title>");
    await page.addScriptTag({ path: script });
    await page.evaluate(() => (window as unknown as { mermaid: Mermaid }).mermaid.initialize({ startOnLoad: false, securityLevel: "strict" }));
  });
  afterAll(async () => browser.close());

  const draw = (text: string): Promise<{ nodes: number; modules: number; edges: number; texts: string }> =>
    page.evaluate(async (source) => {
      const { svg } = await (window as unknown as { mermaid: Mermaid }).mermaid.render("drawn", source);
      const holder = document.createElement("div");
      holder.innerHTML = svg;
      return { nodes: holder.querySelectorAll("g.node").length, modules: holder.querySelectorAll("g.cluster").length, edges: holder.querySelectorAll("path.flowchart-link").length, texts: holder.textContent };
    }, text);

  const files = readdirSync(goldens).filter((name) => name.endsWith(".mmd"));
  it("has texts to draw", () => expect(files.length).toBeGreaterThan(2));
  it.each(files)("draws %s", async (name) => {
    const text = readFileSync(join(goldens, name), "utf8");
    const drawn = await draw(text);
    expect(drawn.nodes).toBe([...text.matchAll(/^ +(?:in|p|out|n|fault)\d+[[({]/gm)].length);
    expect(drawn.modules).toBe([...text.matchAll(/^ +subgraph /gm)].length);
    expect(drawn.edges).toBe([...text.matchAll(/ -->\|/g)].length);
    expect(drawn.nodes).toBeGreaterThan(2);
  });

  it("draws what a fault says as it is said", async () => {
    expect((await draw(readFileSync(join(goldens, "faulty.mmd"), "utf8"))).texts).toContain("inner sizes differ: expected 4, given 5");
  });

  it("refuses what is no flowchart", async () => {
    await expect(draw("flowchart TB\n  a[\"x\"\n")).rejects.toThrow(/Parse error/);
  });
});
