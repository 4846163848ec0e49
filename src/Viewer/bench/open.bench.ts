import { expect, it } from "vitest";
import { documentOf, randomStage } from "../tests/documents.ts";
import { inBrowser } from "../tests/browser/page.ts";

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

inBrowser("opening a page", (open) => {
  it("takes less than a second for ten thousand nodes without modules, and a frame less than 50 ms", async () => {
    const rows: { nodes: number; "opened, ms": number; "a frame, ms": number }[] = [];
    for (const nodes of [625, 2_500, 10_000]) {
      const opened: number[] = [], frames: number[] = [];
      for (let i = 0; i < 5; i++) {
        const { page, errors } = await open(documentOf(randomStage(1, nodes)));
        opened.push(await page.evaluate(() => performance.getEntriesByName("evergraph-ready-work")[0].duration));
        await page.keyboard.press("0");
        frames.push(...await page.evaluate(async () => {
          const canvas = document.querySelector("canvas")!;
          const found: number[] = [];
          for (let n = 0; n < 40; n++) {
            canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: n < 20 ? -120 : 120, clientX: 500, clientY: 400, bubbles: true, cancelable: true }));
            const start = performance.now();
            (window as unknown as { evergraph: { draw(): void } }).evergraph.draw();
            found.push(performance.now() - start);
            await new Promise(requestAnimationFrame);
          }
          return found;
        }));
        expect(errors).toEqual([]);
        await page.context().close();
      }
      rows.push({ nodes, "opened, ms": Math.round(median(opened)), "a frame, ms": Number(median(frames).toFixed(2)) });
    }
    console.table(rows);
    expect(rows[2]["opened, ms"]).toBeLessThan(1000);
    expect(rows[2]["a frame, ms"]).toBeLessThan(50);
  });
});
